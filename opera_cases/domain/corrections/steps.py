"""The steps of a correction: put right at once, or propose and have another person confirm, or repair a slip.

Which facts need a second person stands in the rulebook (`corrections_with_second_person`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, get_type_hints

import msgspec

from opera_cases.domain.corrections.commands import (
    ConfirmCorrection,
    Correct,
    ProposeCorrection,
    RejectCorrection,
    RepairTyping,
)
from opera_cases.domain.corrections.events import (
    CorrectionProposed,
    CorrectionRejected,
    Derived,
    FactCorrected,
    Moved,
    as_corrected,
)  # fmt: skip
from opera_cases.domain.kernel.events import Deadline, Event, Facts
from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.sealed_fields import fields_of
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, fill, filling
from opera_cases.domain.kernel.vocabulary import Role

rules = Rules("record")

SOURCE = "handbook 6.9"


def _fact(it: DecisionContext[Any]) -> Event[Any] | None:
    found: Event[Any] | None = it.subject.known.get(it.asked.fact)
    return found


def _address(it: DecisionContext[Any]) -> str:
    fact = _fact(it)
    return f"{fact.topic}/{it.asked.field}" if fact else ""


def _needs_second(it: DecisionContext[Any]) -> bool:
    return _address(it) in it.find("corrections_with_second_person").codes


def _correction(it: DecisionContext[Any]) -> Any:
    """What the correction says: the request, or the proposal it names."""
    return it.subject.proposals.get(it.asked.proposal) if hasattr(it.asked, "proposal") else it.asked


def _answered(it: DecisionContext[Any]) -> tuple[str, ...]:
    """The day by which this proposal was to be decided, among those of other proposals that may still wait."""
    made = list(it.subject.proposals)
    return (f"correction_answer:{made.index(it.asked.proposal) + 1}",) if it.asked.proposal in made else ()


def _corrected(it: DecisionContext[Any]) -> tuple[Event[Any], Facts] | None:
    said = _correction(it)
    fact = it.subject.known.get(said.fact) if said else None
    form: type[Facts] = type(fact.facts) if fact else Facts
    fields = fields_of(form).get(said.field)
    if fact is None or fields is None or said.field == "late_reason":
        return None
    value = getattr(said, "value", None)
    if said is it.asked and value is not None and fields.sealed:
        return None
    try:
        return fact, as_corrected(fact.facts, said.field, value, said.text, _kept(it, fact.facts))
    except msgspec.ValidationError:
        return None


@rules.of_request(source=SOURCE)
def fact_can_say_that(it: DecisionContext[Any]) -> bool:
    """The correction names a fact in this file and a value that it can take.

    There is no such fact in the file, or it cannot take this value.

    Choose the fact from the file and give a value that it can take; personal data are given as text.
    """
    found = _corrected(it)
    return found is not None and not isinstance(found[0].facts, FactCorrected | CorrectionProposed | CorrectionRejected)


@rules.of_request(source=SOURCE)
def says_something_else(it: DecisionContext[Any]) -> bool:
    """The correction changes the fact.

    The correction does not change the fact.

    There is nothing to correct.
    """
    found = _corrected(it)
    return found is None or (found[0].facts != found[1] and not it.asked.repeats)


@rules.of_request(source="rulebook: corrections_with_second_person")
def no_second_person_needed(it: DecisionContext[Any]) -> bool:
    """Nobody else relies on this fact, so one person can correct it alone.

    Others rely on this fact, so nobody can correct it alone.

    Propose the correction; a second person will confirm it.
    """
    return not _needs_second(it)


@rules.of_request(source="rulebook: corrections_with_second_person")
def proposal_waits(it: DecisionContext[Any]) -> bool:
    """The proposal is waiting for a decision.

    There is no such proposal, or it has already been decided.

    Choose a proposal that is still open in the history of the file.
    """
    return it.asked.proposal in it.subject.proposals and not any(
        getattr(each.facts, "proposal", None) == it.asked.proposal for each in it.subject.known.values()
    )


@rules.of_request(source="handbook 6.9, four eyes")
def not_own_proposal(it: DecisionContext[Any]) -> bool:
    """Nobody decides on a correction they proposed themselves.

    You proposed this correction yourself.

    Ask a colleague to decide.
    """
    proposed = it.subject.known.get(it.asked.proposal)
    return proposed is None or proposed.meta.actor.id != it.by.id


@rules.of_request(source="rulebook: repair_within", tells=lambda it: {"days": it.limit("repair_within")})
def only_a_slip(it: DecisionContext[Any]) -> bool:
    """A typing error is put right within days by the person who made it, before the file moves on, and only in text.

    Only a typing error in text that you wrote yourself, no more than {days:day|days} ago and before the file moved on,
    is put right in this way.

    Correct the fact and give a reason instead.
    """
    fact = _fact(it)
    if fact is None:
        return False
    written = fact.meta.recorded_at.astimezone(UTC).date()
    in_time = it.today <= written + timedelta(days=it.limit("repair_within"))
    moved_on = any(
        each.body.left.state != fact.body.left.state
        for each in it.subject.known.values()
        if each.version > fact.version
    )
    was = getattr(fact.facts, it.asked.field, None)
    words = isinstance(was, Sealed) and was.data_class is not DataClass.STATISTICAL
    return in_time and words and not moved_on and fact.meta.actor.id == it.by.id and not _needs_second(it)


def correction_rows(
    proposed: type[Facts], rejected: type[Facts], corrected: type[Facts], *, source: frozenset[str],
    by: frozenset[Role], confirmed_by: frozenset[Role], despite: frozenset[str] = frozenset(),
    steps: Callable[[], tuple[Step, ...]],
) -> tuple[Step, ...]:  # fmt: skip
    """The rows of a table for correcting its facts; `steps` gives the table, for the deadlines that its rows set."""

    def moved(it: DecisionContext[Any]) -> tuple[tuple[Deadline, Deadline], ...]:
        return _moved(it, steps())

    @filling("fact", "field", "document", "moved", "derived")
    def fills(it: DecisionContext[Any]) -> dict[str, Any]:
        said = _correction(it)
        listed = tuple(Moved(key=was.key, was=was.due_on, now=now.due_on) for was, now in moved(it))
        document = getattr(said, "document", None)
        return {
            "fact": said.fact,
            "field": said.field,
            "document": document,
            "moved": listed,
            "derived": _kept(it, it.subject.known[said.fact].facts),
        }

    def resets(it: DecisionContext[Any]) -> tuple[Deadline, ...]:
        return tuple(now for _, now in moved(it))

    waits = DeadlineSpec("correction_answer", number=lambda it: len(it.subject.proposals) + 1)
    common: dict[str, Any] = {"source": source, "target": None, "despite": despite}
    return (
        Step(asks=Correct, by=by, records=corrected, fills=fills, resets=resets,
             rules=(fact_can_say_that, says_something_else, no_second_person_needed), **common),
        Step(asks=RepairTyping, by=by, records=corrected, rules=(fact_can_say_that, only_a_slip),
             fills=fill(typing=lambda it: True, derived=lambda it: _kept(it, it.subject.known[it.asked.fact].facts)), **common),
        Step(asks=ProposeCorrection, by=by, records=proposed, rules=(fact_can_say_that, says_something_else),
             sets=(waits,), **common),
        Step(asks=ConfirmCorrection, by=confirmed_by, records=corrected, fills=fills, resets=resets,
             rules=(proposal_waits, not_own_proposal), ends=_answered, **common),
        Step(asks=RejectCorrection, by=confirmed_by, records=rejected, rules=(proposal_waits, not_own_proposal),
             ends=_answered, **common),
    )  # fmt: skip


def _kept(it: DecisionContext[Any], facts: Facts) -> tuple[Derived, ...]:
    """Of the clear facts that follow from a correction those that the corrected event keeps."""
    return tuple(each for each in it.asked.derived if each.field in facts.__struct_fields__)


class _AsAsked:
    """A step as it would be asked for on the corrected fact: what its event keeps, and what follows from the words besides."""

    def __init__(self, facts: Facts, derived: tuple[Derived, ...], asks: type[Command]) -> None:
        hints = get_type_hints(asks)
        besides = {each.field: msgspec.convert(each.value, hints[each.field], strict=False) for each in derived}
        vars(self).update(besides | msgspec.structs.asdict(facts))


def _moved(it: DecisionContext[Any], steps: tuple[Step, ...]) -> tuple[tuple[Deadline, Deadline], ...]:
    """The deadlines still open that the corrected fact had set, each as it was and as it is now."""
    found = _corrected(it)
    if found is None:
        return ()
    fact, facts = found
    row = next((each for each in steps if each.name == fact.body.step and isinstance(fact.facts, each.records)), None)
    if row is None or fact.facts.topic != row.records.topic:
        return ()
    then = replace(it, asked=_AsAsked(facts, it.asked.derived, row.asks), on=fact.on)
    try:
        fresh = {deadline.key: deadline for term in row.sets for deadline in term.deadlines(then)}
    except AttributeError:  # the term asks for something that the event did not keep
        return ()
    standing = it.subject.deadlines
    return tuple(
        (was, fresh[was.key])
        for was in fact.body.sets
        if standing.get(was.key) == was and was.key in fresh and fresh[was.key].due_on != was.due_on
    )
