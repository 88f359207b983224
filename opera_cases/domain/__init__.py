"""What may happen to a case, and why.

Reading order: `vocabulary`, `entry_codes` and `journey_codes` (the words), `personal` (values that only their keys can
open), `events` (what is remembered), `workflow` (how a table of steps decides), then one package an aggregate: `cases`,
`people`, `ventures`, and the small ones `desks`, `operators`, `appointments`. Nothing here reads a clock, a file or a network.
"""
