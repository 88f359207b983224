"""Replays the O.P.E.R.A. programme, with invented people, through the real commands."""
