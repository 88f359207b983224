"""opera_cases: every person's journey through an O.P.E.R.A. desk, as a history of events that answers questions."""

__version__ = "0.9.0"
