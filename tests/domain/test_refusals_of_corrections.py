"""What a correction and the settling of a doubt refuse, alike on every kind of record that can be corrected."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from opera_cases.domain.access import POLICY
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import application_of, company_of
from tests.support.world import TestCase, World

NOBODY = str(uuid4())
READ_WRONG = {"reason": "Letto male."}


class Corrected(NamedTuple):
    """A record, and a fact of it with a field that can be corrected: what it says, what it should say, and whether two people must."""

    kind: str
    record: UUID
    fact: UUID
    field: str
    says: str
    should: str
    by_two: str = ""
    more: str = ""


def _of_a_case(case: TestCase) -> Corrected:
    agreement = case.now.agreement
    entry = next(
        each
        for each in case.world.runtime.application.records.history(case.id)
        if each.topic == "case.entry_data_recorded"
    )
    return Corrected(
        "case", case.id, agreement, "contact_every_days", "30", "15", str(entry.event_id), "education=ISCED_5"
    )


def _of_a_venture(case: TestCase) -> Corrected:
    promise = case.of_venture("promise_funds", source="GRANT", amount="100.00").event_ids[0]
    return Corrected("venture", case.venture, promise, "amount", "100.00", "10.00")


def _of_an_appointment(case: TestCase) -> Corrected:
    held = case.meet()
    history = case.world.runtime.application.records.history(held)
    return Corrected(
        "appointment", held, history[0].event_id, "minutes", "60", "30", str(history[1].event_id), "minutes=30"
    )


def _of_a_person(case: TestCase) -> Corrected:
    assert case.person
    world, person = case.world, case.person
    notice = world.ask(world.irene, "person", "give_notice", person, version="2019-07", language="it").event_ids[0]
    registered = world.runtime.application.records.history(person)[0].event_id
    return Corrected("person", person, notice, "language", "it", "fr", str(registered), "birth_date=1979-03-15")


def _of_a_firm(case: TestCase) -> Corrected:
    company = company_of(case.world)
    return Corrected(
        "company", company, case.world.runtime.application.records.history(company)[0].event_id, "employees", "31", "30"
    )


def _of_an_application(case: TestCase) -> Corrected:
    asked = application_of(case.world, case.id)
    return Corrected(
        "funding",
        asked,
        case.world.runtime.application.records.history(asked)[0].event_id,
        "amount",
        "5000.00",
        "500.00",
    )


KINDS: list[Callable[[TestCase], Corrected]] = [
    _of_a_case,
    _of_a_venture,
    _of_an_appointment,
    _of_a_person,
    _of_a_firm,
    _of_an_application,
]


@pytest.fixture(scope="module")
def case(shared: World) -> TestCase:
    return shared.case("FUNDING")


@pytest.mark.parametrize("of_kind", KINDS)
def test_a_correction_says_of_a_fact_that_is_there_something_else_that_it_can_say(
    case: TestCase, of_kind: Callable[[TestCase], Corrected]
) -> None:
    at, world = of_kind(case), case.world
    for step in ("correct", "propose_correction"):
        for wrong in ({"field": "moon"}, {"value": "no-such-code"}, {"field": "late_reason"}):
            said = {"fact": str(at.fact), "field": at.field, "value": at.should, **READ_WRONG, **wrong}
            assert "fact_can_say_that" in world.refused(world.irene, at.kind, step, at.record, **said)
        same = {"fact": str(at.fact), "field": at.field, "value": at.says, **READ_WRONG}
        assert world.refused(world.irene, at.kind, step, at.record, **same) == {"says_something_else"}


@pytest.mark.parametrize("of_kind", KINDS)
def test_a_slip_is_repaired_in_words_only(case: TestCase, of_kind: Callable[[TestCase], Corrected]) -> None:
    at, world = of_kind(case), case.world
    said = {"fact": str(at.fact), "field": at.field, "text": "parole"}
    assert "only_a_slip" in world.refused(world.irene, at.kind, "repair_typing", at.record, **said)
    assert "fact_can_say_that" in world.refused(
        world.irene, at.kind, "repair_typing", at.record, **{**said, "field": "moon"}
    )


@pytest.mark.parametrize("of_kind", KINDS)
def test_a_correction_is_decided_once_by_somebody_else(
    case: TestCase, of_kind: Callable[[TestCase], Corrected]
) -> None:
    at, world = of_kind(case), case.world
    third = world.employ("Terza Modelli", Role.COORDINATOR, world.desk)
    for step, more in (("confirm_correction", {}), ("reject_correction", READ_WRONG)):
        assert world.refused(world.nives, at.kind, step, at.record, proposal=NOBODY, **more) == {"proposal_waits"}
    said = {"fact": str(at.fact), "field": at.field, "value": at.should, **READ_WRONG}
    proposal = str(world.ask(world.nives, at.kind, "propose_correction", at.record, **said).event_ids[0])
    for step, more in (("confirm_correction", {}), ("reject_correction", READ_WRONG)):
        assert world.refused(world.nives, at.kind, step, at.record, proposal=proposal, **more) == {"not_own_proposal"}
    world.ask(third, at.kind, "reject_correction", at.record, proposal=proposal, **READ_WRONG)
    assert world.refused(third, at.kind, "confirm_correction", at.record, proposal=proposal) == {"proposal_waits"}


@pytest.mark.parametrize("of_kind", [_of_a_case, _of_an_appointment, _of_a_person])
def test_what_reports_and_rights_rest_on_is_corrected_by_two(
    case: TestCase, of_kind: Callable[[TestCase], Corrected]
) -> None:
    at, world = of_kind(case), case.world
    field, _, value = at.more.partition("=")
    says = {"text": value} if field == "birth_date" else {"value": value}
    said = {"fact": at.by_two, "field": field, **says, **READ_WRONG}
    assert world.refused(world.irene, at.kind, "correct", at.record, **said) == {"no_second_person_needed"}


@pytest.mark.parametrize("of_kind", [_of_a_case, _of_a_venture, _of_an_application])
def test_a_doubt_is_settled_while_it_stands_by_somebody_who_did_not_take_the_step(
    case: TestCase, of_kind: Callable[[TestCase], Corrected]
) -> None:
    at, world = of_kind(case), case.world
    settled = {"doubted": NOBODY, "verdict": "STANDS", **READ_WRONG}
    assert world.refused(world.nives, at.kind, "settle_doubt", at.record, **settled) == {"doubt_stands"}
    said = {"fact": str(at.fact), "field": at.field, "value": at.should, **READ_WRONG}
    corrected = world.ask(world.nives, at.kind, "correct", at.record, **said).event_ids[0]
    doubts = {"correction": str(corrected), "steps": [{"step": str(corrected), "rules": ["some_rule"]}]}
    world.ask(POLICY, at.kind, "doubt_steps", at.record, **doubts)
    settled["doubted"] = str(corrected)
    assert world.refused(world.nives, at.kind, "settle_doubt", at.record, **settled) == {"not_own_step"}
