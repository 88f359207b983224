"""The read models that follow the log, as the office keeps them."""

from opera_cases.projections.days import Days
from opera_cases.projections.timeline import Timeline

TIMELINE, DAYS = Timeline(), Days()
FOLLOWED = (TIMELINE, DAYS)
FRESH = (Timeline, Days)
