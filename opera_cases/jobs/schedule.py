"""What runs when. APScheduler decides only when to look; what is due is decided by what the log says."""

import logging
from collections.abc import Callable
from functools import wraps

from apscheduler.schedulers.background import BackgroundScheduler

from opera_cases.domain.errors import CannotNow
from opera_cases.jobs.clock import tick
from opera_cases.jobs.composing import compose
from opera_cases.jobs.likeness import look_for_duplicates
from opera_cases.jobs.posting import Mail, post
from opera_cases.jobs.reactions import react
from opera_cases.jobs.reminding import remind
from opera_cases.jobs.work import carry_out_tasks, follow, tidy_up
from opera_cases.log.database import Conflict
from opera_cases.office.heartbeat import beat
from opera_cases.office.premises import Premises

SCHEDULE: tuple[tuple[Callable[[Premises], object], float], ...] = (
    (react, 0.5),
    (follow, 0.5),
    (look_for_duplicates, 1.0),
    (carry_out_tasks, 0.5),
    (tick, 60.0),
    (remind, 5.0),
    (tidy_up, 3600.0),
)
"""Each piece of work and how many seconds lie between two looks."""
WITH_MAIL = ((compose, 10.0), (post, 5.0))
"""The same, where a mail server is set."""

_log = logging.getLogger(__name__)


def start(where: Premises, mail: Mail | None = None) -> BackgroundScheduler:
    """Begin to work in the background of this process; call `shutdown` on the result to stop.

    Without `mail` reminders are told in the agenda and the calendars only. Raises `ValueError` when the mail server is
    not named as it should be.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    looks = list(SCHEDULE)
    if mail is not None:
        mail.server()
        (composes, often), (posts, oftener) = WITH_MAIL
        looks += [(composes, often), (_posting(posts, mail), oftener)]
    for work, seconds in looks:
        scheduler.add_job(
            _carefully, "interval", args=(work, where), seconds=seconds, coalesce=True, max_instances=1,
            misfire_grace_time=None, id=work.__name__,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def _posting(posts: Callable[[Premises, Mail], object], mail: Mail) -> Callable[[Premises], object]:
    @wraps(posts)
    def work(where: Premises) -> object:
        return posts(where, mail)

    return work


def _carefully(work: Callable[[Premises], object], where: Premises) -> None:
    """A database that does not answer now is asked again at the next look."""
    try:
        work(where)
        beat(where.log, work.__name__)
    except (CannotNow, Conflict) as trouble:
        _log.warning("%s: %s", work.__name__, trouble)
