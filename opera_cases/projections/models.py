"""The read models that follow the log, as the office keeps them."""

from opera_cases.projections.days import Days
from opera_cases.projections.follow import Followed
from opera_cases.projections.timeline import Timeline

TIMELINE, DAYS = Timeline(), Days()
FOLLOWED: tuple[Followed, ...] = (TIMELINE, DAYS)
FRESH: tuple[type[Timeline] | type[Days], ...] = (Timeline, Days)
