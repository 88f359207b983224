"""A venture is a project, then a firm: it may be shared by people and outlives their cases.

A chapter is a module: its commands, its events and what the venture remembers of them, its rules, its rows. `procedure` lists
the chapters, `states` the states, `venture` holds what the events made of the venture, `codes` the lists that several use.
"""
