"""What was refused, and who read what of whom: the two ledgers beside the log (handbook 6.8)."""

from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.application.audit.trail import UNRESTRICTED_PEOPLE
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.refusals import code_of, kinds_of
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import NotFound, NotYourRole
from opera_cases.domain.kernel.rules import SHARED
from opera_cases.domain.labels import Labels
from opera_cases.domain.people.person import Person
from opera_cases.log.access_log.filter import AccessFilter
from opera_cases.log.access_log.readings import PAGE, newest_readings
from opera_cases.log.access_log.refusals import RulePattern, newest_refusals
from opera_cases.projections.followed.audit import begins
from opera_cases.projections.models import desks


class DaySpan(NamedTuple):
    """Civil days, both included; open where a day is missing."""

    since: date | None = None
    until: date | None = None

    @property
    def bounds(self) -> tuple[str, str]:
        """The first moment of the span and the first after it, as ISO 8601 in UTC, to be compared as text."""
        until = date.fromordinal(self.until.toordinal() + 1) if self.until else None
        return begins(self.since) if self.since else "", begins(until) if until else "9999"


KIND_OF_COLLECTION = {collection: kind for kind, collection in COLLECTIONS.items()}


def list_refusals(
    runtime: Runtime, who: Principal, *, actor: UUID | None, record: UUID | None, rule: str, period: DaySpan, limit: int, offset: int
) -> list[dict[str, Any]]:  # fmt: skip
    """What was asked for and refused, the newest first: the fields of `RefusedAttempt`, its rules by their codes.
    `rule` is a code, or a bare name for the rules of all kinds that have it. Raises `NotYourRole`."""
    if who.role not in UNRESTRICTED_PEOPLE:
        raise NotYourRole("Refused attempts are for auditors and the data protection officer.")
    rules = _names_of(rule) if rule else ()
    found = newest_refusals(runtime.log, AccessFilter(actor, record, *period.bounds), rules, limit, offset)
    return [{**each._asdict(), "rules": [code_of(name, each.operation) for name in each.rules]} for each in found]


def _names_of(rule: str) -> tuple[RulePattern, ...]:
    """Under which names a rule stands in what was refused; rows of before 0.9 hold its bare name, whatever the kind."""
    kind, _, name = rule.rpartition(".")
    bare, own = f"%,{name},%", sorted(kinds_of(name))
    if not kind:
        return RulePattern(f"%.{name},%"), RulePattern(bare)
    if kind == SHARED:
        return RulePattern(f"%,{rule},%"), RulePattern(bare, not_of=own)
    return (RulePattern(f"%,{rule},%"), RulePattern(bare, of=kind)) if kind in own else (RulePattern(f"%,{rule},%"),)


def list_readings(
    runtime: Runtime, who: Principal, *, actor: UUID | None, subject: UUID | None, record: UUID | None, period: DaySpan, limit: int,
    offset: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Who read what of whom, the newest first: when, who in which role, of whom which data classes, in which record and
    place, for which purpose. `subject` stands for all records of that person. Raises `NotYourRole`, and `NotFound`
    for a person who is not there."""
    if who.role not in UNRESTRICTED_PEOPLE:
        raise NotYourRole("The access ledger is for auditors and the data protection officer.")
    subjects = None
    if subject is not None:
        person = runtime.application.records.load(Person, subject)
        if not person.version:
            raise NotFound
        subjects = _all_of(person)
    asked = AccessFilter(actor, record, *period.bounds)
    found = newest_readings(runtime.log, runtime.application.keyring, offset + limit, asked, subjects)
    return [
        {"recorded_at": each.recorded_at, "actor": each.principal, "role": each.role, "subject": each.subject,
         "classes": each.classes.split(","), "record": each.stream, "place": each.place, "purpose": each.purpose,
         "correlation": each.correlation}
        for each in islice(found, offset, offset + limit)
    ]  # fmt: skip


def _all_of(person: Person) -> list[UUID]:
    """Every record under which somebody was known."""
    return [*person.identities, *([person.survivor] if person.survivor else [])]


def readings_of_document(runtime: Runtime, subject: UUID, document: UUID, most: int) -> list[dict[str, Any]]:
    """Who read a document, the newest first, at most so many: `recorded_at`, `by`, `role`, `place`, `purpose`."""
    found = islice(
        newest_readings(runtime.log, runtime.application.keyring, most, AccessFilter(stream=document), [subject]), most
    )
    return [{"recorded_at": each.recorded_at, "by": each.principal, "role": each.role, "place": each.place, "purpose": each.purpose}
            for each in found]  # fmt: skip


class DailyReadings(NamedTuple):
    """How often a file was read on a day (UTC, ISO 8601) in a role, at a desk (its name), in a place, for a purpose."""

    day: str
    role: str
    desk: str
    place: str
    purpose: str
    times: int


def readers_of(runtime: Runtime, person: Person) -> list[DailyReadings]:
    """Who has seen somebody's file, for the person, the newest first, at most a thousand lines. Those who work here are
    not named; the data protection officer can name them."""
    worked_at: dict[tuple[UUID, str], str] = {}
    counted: dict[tuple[str, str, str, str, str], int] = {}
    for each in newest_readings(runtime.log, runtime.application.keyring, PAGE, subjects=_all_of(person)):
        key = (each.principal, each.role)
        if key not in worked_at:
            worked_at[key] = desks.name_of_last(runtime.log, *key)
        line = (each.recorded_at[:10], each.role, worked_at[key], each.place, each.purpose)
        counted[line] = counted.get(line, 0) + 1
    return [DailyReadings(*line, times) for line, times in list(counted.items())[:1000]]


def place_in_words(place: str, words: Labels) -> str:
    """Where somebody read, in words: in a record of a kind, in a list or a file of many, elsewhere."""
    what, _, of_what = place.partition(" of ")
    kind = KIND_OF_COLLECTION.get(of_what, of_what)
    if what in ("list", "export") and kind in COLLECTIONS:
        return words.of(f"reading.{what}").format(kind=words.of(f"kind.{kind}"))
    return words.of(f"kind.{place}") if place in COLLECTIONS else words.of(f"reading.{_slug(place)}")


def purpose_in_words(purpose: str, words: Labels) -> str:
    """For what somebody read, in words."""
    return words.of("reading.for_export" if purpose == "export" else f"reading.{_slug(purpose)}")


def _slug(text: str) -> str:
    return text.replace(",", "").replace(" ", "_")
