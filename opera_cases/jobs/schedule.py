"""What runs when. APScheduler decides only when to look; what is due is decided by what the log says."""

import logging
from collections.abc import Callable
from functools import wraps

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler

from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks.heartbeat import beat
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.jobs.checkpoints import publish, publish_chains
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.duplicate_detection import look_for_duplicates
from opera_cases.jobs.policy_runner import react
from opera_cases.jobs.rounds import carry_out_tasks, follow, tidy_up
from opera_cases.jobs.smtp import Mail
from opera_cases.jobs.timed_steps import tick
from opera_cases.log.store.database import Conflict

Look = tuple[Callable[[Runtime], object], float]
SCHEDULE: tuple[Look, ...] = (
    (react, 0.5),
    (follow, 0.5),
    (look_for_duplicates, 1.0),
    (carry_out_tasks, 0.5),
    (tick, 60.0),
    (remind, 5.0),
    (tidy_up, 60.0),
    (publish, 60.0),
    (publish_chains, 20.0),
)
"""Each piece of work and how many seconds lie between two looks."""
AT_ONCE: dict[Callable[[Runtime], object], int] = {carry_out_tasks: 3}
"""What may go on several times at once: one long task holds up nobody else's."""
COMPOSE_EVERY, POST_EVERY = 10.0, 5.0
"""The same for mail, where a server is set."""

_log = logging.getLogger(__name__)


def start(runtime: Runtime, mail: Mail | None = None) -> BackgroundScheduler:
    """Begin to work in the background of this process; call `shutdown` on the result to stop: what was read until then is signed.

    Without `mail` reminders are told in the agenda and the calendars only. Raises `ValueError` when the mail server is
    not named as it should be.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    looks = SCHEDULE if mail is None else (*(_by_mail(each, mail) for each in SCHEDULE), *_with_mail(mail))
    for work, seconds in looks:
        scheduler.add_job(
            _carefully, "interval", args=(work, runtime), seconds=seconds, coalesce=True, max_instances=AT_ONCE.get(work, 1),
            misfire_grace_time=None, id=work.__name__,
        )  # fmt: skip
    # That a look goes on when the next is due is nothing to warn of.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler.add_listener(lambda _: _carefully(publish_chains, runtime), EVENT_SCHEDULER_SHUTDOWN)
    scheduler.start()
    return scheduler


def _by_mail(look: Look, mail: Mail) -> Look:
    """Signed heads are mailed as well, where somebody is named."""
    return (_with(publish, mail), look[1]) if look[0] is publish else look


def _with(work: Callable[[Runtime, Mail], object], mail: Mail) -> Callable[[Runtime], object]:
    @wraps(work)
    def asked(runtime: Runtime) -> object:
        return work(runtime, mail)

    return asked


def _with_mail(mail: Mail) -> tuple[Look, ...]:
    from opera_cases.jobs.mail_sender import post
    from opera_cases.jobs.message_builder import compose  # where mail is set: an office without it starts sooner

    mail.server()
    return (compose, COMPOSE_EVERY), (_with(post, mail), POST_EVERY)


def _carefully(work: Callable[[Runtime], object], runtime: Runtime) -> None:
    """A database that does not answer now is asked again at the next look."""
    try:
        work(runtime)
        beat(runtime.log, work.__name__)
    except (Unavailable, Conflict) as trouble:
        _log.warning("%s: %s", work.__name__, trouble)
