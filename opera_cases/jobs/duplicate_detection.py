"""Suspected duplicates: every record that is new or changed is compared with all others, across desks."""

from uuid import UUID, uuid5

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.application.search.name_index import Candidate
from opera_cases.domain.access import POLICY
from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.duplicates.duplicate import Score
from opera_cases.domain.kernel.errors import KeyDestroyed, NotFound, Refused, VersionConflict
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.people.events import IdentifierDeclared, IdentifierVerified, PersonRegistered
from opera_cases.domain.people.person import KNOWN, Person
from opera_cases.log.events.codec import decode
from opera_cases.log.keys.sealing import unseal
from opera_cases.log.work import followers
from opera_cases.projections.followed.catch_up import standing

NAME, BATCH = "likeness", 200
LOOKED_AT = (PersonRegistered, IdentifierDeclared, IdentifierVerified, FactCorrected)


def look_for_duplicates(runtime: Runtime) -> int:
    """Flag every pair that is likely of one person, once. Returns how many pairs were flagged.

    Goes as far as the index of names has followed the log, so that no record is compared before it can be found.
    """
    indexed = standing(runtime.read, runtime.models.names).position
    flagged = 0
    while rows := runtime.application.recorder.after(followers.position(runtime.log, NAME), BATCH):
        within = [row for row in rows if row[0] <= indexed]
        for row in within:
            event = decode(row)
            if isinstance(event.facts, LOOKED_AT) and event.topic.startswith("person."):
                flagged += _flag(
                    runtime, runtime.application.records.load(Person, event.stream), event.meta.correlation
                )
        if within:
            followers.advance(runtime.log, NAME, int(within[-1][0]))
        if len(within) < len(rows):
            break
    return flagged


def _flag(runtime: Runtime, person: Person, correlation: UUID) -> int:
    search = runtime.application.search
    if person.state != KNOWN or search is None:
        return 0
    flagged = 0
    for each in _like(runtime, person):
        other = runtime.application.records.load(Person, each.person)
        if other.id == person.id or other.state != KNOWN or each.score is Score.WEAK:
            continue
        first, second = sorted((person.id, other.id))
        if runtime.application.records.holder("duplicate", f"{first}+{second}"):
            continue
        values = {"first": str(first), "second": str(second), "score": each.score.value, "reasons": list(each.reasons)}
        try:
            runtime.application.execute(CommandRequest(kind="duplicate", step="flag_duplicate", values=values, by=POLICY, channel="POLICY",
                                key=uuid5(first, str(second)), correlation=correlation))  # fmt: skip
        except (Refused, NotFound, VersionConflict):
            continue
        flagged += 1
    return flagged


def _like(runtime: Runtime, person: Person) -> list[Candidate]:
    """The records like this one: by name and birth date, and by each number it has. Nothing is shown to anybody."""

    def text(sealed: Sealed | None) -> str | None:
        try:
            return unseal(sealed, runtime.application.keyring) if sealed else None
        except KeyDestroyed:
            return None

    names = {"family_name": text(person.family_name), "given_names": text(person.given_names),
             "birth_date": text(person.birth_date)}  # fmt: skip
    asked = [names, *({**names, "number": text(each.value)} for each in person.identifiers.values())]
    best: dict[UUID, Candidate] = {}
    for each in asked:
        for candidate in runtime.application.search.people(each) if runtime.application.search else []:
            known = best.get(candidate.person)
            if known is None or len(candidate.reasons) > len(known.reasons):
                best[candidate.person] = candidate
    return list(best.values())
