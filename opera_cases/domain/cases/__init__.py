"""A case is one journey of one person: from the first contact to the follow-up after closing.

A chapter is a module: its commands, its events and what the case remembers of them, its rules, its rows. `procedure` lists the
chapters in the order of life, `states` the states, `case` holds what the events made of the case.
"""
