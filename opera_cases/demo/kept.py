"""What a demo is remembered by: how large it is, who may look at it, and at what. It lies in the file that marks its folder."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from opera_cases.application.runtime import Runtime
from opera_cases.demo.supervisors import supervisors
from opera_cases.demo.world import Cast
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.projections.followed.audit import TrailFilter
from opera_cases.projections.models import cases, reminders

MARK = "this-is-a-demo"


@dataclass(frozen=True, slots=True)
class Sights:
    """One person of each role, by its name; and what the tour looks at: a case that is stuck and one that is ready to move, a reminder that
    was told, and the event of a business plan that was passed."""

    people: int
    roles: dict[str, Principal]
    stuck: UUID
    ready: UUID
    reminder: UUID
    event: UUID


def find_sights(runtime: Runtime, cast: Cast, people: int) -> Sights:
    """What there is to see in a demo that was just built. Gives the roles of the programme to somebody."""
    team = cast.teams[0]
    desk = {each.role.value: each for each in (team.caseworker, team.coordinator, team.mentor)}
    desk["CONSULTANT"] = Principal(team.mentor.id, Role.CONSULTANT, frozenset({team.desk}))
    roles = desk | {who.role.value: who for who in supervisors(runtime, team.region).values()}
    reminder = reminders.one_told_to(runtime.log, team.caseworker.id)
    with runtime.read.reading() as connection:
        passed = runtime.models.audit.page(connection, TrailFilter(step="pass_plan"), 0, 1)
    if reminder is None or not passed:
        raise LookupError("the demo tells of no reminder, or of no plan that was passed")
    stuck, ready = (cases.latest(runtime.log, state, team.desk) for state in ("BUSINESS_PLAN", "PLAN"))
    return Sights(people, roles, stuck, ready, reminder, passed[0].event_id)


def save_sights(folder: Path, sights: Sights) -> None:
    """Remember a demo in its folder."""
    (folder / MARK).write_bytes(msgspec.json.encode(sights))


def load_sights(folder: Path) -> Sights | None:
    """The demo in a folder; None where none was built to its end. Raises `ValueError` for one of an earlier release."""
    mark = folder / MARK
    if not mark.exists() or not (folder / "log.db").exists():
        return None
    try:
        return msgspec.json.decode(mark.read_bytes(), type=Sights)
    except msgspec.DecodeError:
        raise ValueError(
            f"The demo in {folder} is of an earlier release, or was not built to its end. --anew builds it again."
        ) from None
