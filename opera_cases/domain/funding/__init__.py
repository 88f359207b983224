"""Funding applications: of a venture or of a person; money with dates, in tranches (handbook 2.2, 2.4 and 6.2).

The unemployment benefit paid ahead is one of them, with a regime of its own by country and date: how many tranches, by
when it must be asked for, when the second one is checked, and until when a job would put it at risk."""
