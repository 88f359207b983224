"""What a case refuses: every rule of it that no story meets says no to somebody, and yes on the other side of its boundary."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.calendar import add_months
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import vacancy_of
from tests.support.world import ENTRY, TestCase, World

NUMBERS = count()
WHY = {"reason": "Come detto a voce."}
BACK = {"reason_code": "OTHER", "reason": "Torna."}
DPO = Principal(uuid4(), Role.DPO)


def _case(world: World, state: str = "CONTACT") -> TestCase:
    """A case of somebody who is like nobody else."""
    number = next(NUMBERS)
    letters = "".join("bcdfglmnrstv"[number // 12**place % 12] + "aeiou"[number % 5] for place in range(3))
    return world.case(
        state,
        person=world.person(
            f"Rif{letters}", letters.title(), f"19{50 + number % 49}-0{1 + number % 9}-1{number // 9 % 9}"
        ),
    )


def _closed(world: World, state: str = "PLAN", outcome: str = "TRAINING", reason_code: str = "TOO_EARLY") -> TestCase:
    case = _case(world, state)
    case.do("close", outcome=outcome, reason_code=reason_code, exit_situation="UNKNOWN")
    return case


def _asked_for(world: World) -> TestCase:
    """A case that Armea is asked to take over."""
    if not hasattr(world, "armea"):
        world.second_desk()
    case = _case(world, "PLAN")
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="Si trasferisce.")
    return case


@pytest.mark.parametrize(
    ("state", "step", "values", "rules"),
    [
        ("CONTACT", "refer", {"recipient": "Ente Finto", "need": "TRAINING", "basis": "CONSENT"}, {"basis_holds"}),
        ("CONTACT", "answer_referral", {"referral": str(uuid4()), "answer": "ACCEPTED"}, {"referral_waits"}),
        ("CONTACT", "settle_refusal", {"note": "Visto."}, {"refusal_stands"}),
        ("CONTACT", "close", {"outcome": "VENTURE_CONSOLIDATED", "reason_code": "COMPLETED"}, {"closed_without_success_claimed"}),
        ("CONTACT", "close", {"outcome": "WITHDREW", "reason_code": "NO_ANSWER"}, {"reason_fits"}),
        ("CONTACT", "close", {"outcome": "UNREACHABLE", "reason_code": "OTHER"}, {"reason_fits", "unreachable_shown"}),
        ("CONTACT", "withdraw_profile", {}, {"profile_there"}),
        ("CONTACT", "cancel_transfer", {}, {"transfer_pending"}),
        ("CONTACT", "answer_repayment_warning", {"answer": "Lo sa."}, {"warning_stands"}),
        ("CONTACT", "resume_reminders", WHY, {"reminders_paused"}),
        ("CONTACT", "pause_reminders", {"until": "2026-02-02", **WHY}, {"pause_in_time"}),
        ("INTAKE", "record_service_pact", {"signed_on": "2026-02-03"}, {"pact_signed_by_now"}),
        ("INTAKE", "record_entry_data", {**ENTRY, "last_employer": str(uuid4())}, {"last_employer_known"}),
        ("INTAKE", "record_entry_data", {**ENTRY, "employment_status": "UNEMP_GE12"}, {"long_term_fits"}),
        ("INTAKE", "confirm_eligibility", {"target_group": "UNEMPLOYED", "evidence": "DID", "evidence_on": "2025-11-03", "document": str(uuid4())},
         {"evidence_document_there"}),
        ("MENTORING", "end_mentoring", {"outcome": "TRAINING", "exit_situation": "TRAINING"}, {"check_ins_settled", "ends_as_a_venture_does"}),
    ],
)  # fmt: skip
def test_a_case_that_is_not_there_yet_says_so(
    shared: World, state: str, step: str, values: dict[str, Any], rules: set[str]
) -> None:
    assert _case(shared, state).refused(step, **values) == rules


def test_the_registration_form_is_signed_before_the_assessment_starts(shared: World) -> None:
    case = _case(shared, "INTAKE")
    case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2025-11-03")
    case.do("record_entry_data", **ENTRY)
    assert case.refused("start_assessment", registration_signed_on="2026-02-03") == {"registration_signed"}


def test_a_case_follows_one_that_is_closed(shared: World) -> None:
    still_open, closed = _case(shared), _closed(shared)
    asked = {"desk": str(shared.desk), "channel": "PHONE"}
    assert shared.refused(shared.irene, "case", "record_contact", **asked, follows=str(still_open.id)) == {
        "follows_a_closed_case"
    }
    shared.ask(shared.irene, "case", "record_contact", **asked, follows=str(closed.id))


def test_whoever_joins_a_venture_is_a_member_of_it(shared: World) -> None:
    other = _case(shared, "BUSINESS_PLAN")
    assert _case(shared, "IDEA").refused("join_venture", venture=str(other.venture)) == {"member_of_the_venture"}


def test_what_rests_already_is_not_suspended_again(shared: World) -> None:
    case = _case(shared, "PLAN")
    case.do("suspend", reason_code="OTHER", review_on="2026-04-01")
    assert case.refused("suspend", reason_code="OTHER", review_on="2026-04-01") == {"not_suspended_yet"}


@pytest.mark.parametrize(
    ("take", "undo", "twice", "nothing_to_undo"),
    [
        ("restrict", "lift_restriction", "not_restricted_yet", "restricted"),
        ("place_hold", "release_hold", "not_held_yet", "held"),
    ],
)
def test_what_the_protection_officer_puts_on_a_case_stands_once(
    shared: World, take: str, undo: str, twice: str, nothing_to_undo: str
) -> None:
    case = _case(shared)
    assert case.refused(undo, by=DPO, **WHY) == {nothing_to_undo}
    case.do(take, by=DPO, **WHY)
    assert case.refused(take, by=DPO, **WHY) == {twice}
    case.do(undo, by=DPO, **WHY)
    assert not case.now.overlays


def test_a_case_is_handed_over_to_somebody_else_who_works_at_its_desk(shared: World) -> None:
    case = _case(shared, "PLAN")
    assert case.refused("hand_over", by=shared.nives, caseworker=str(shared.irene.id), **WHY) == {"to_someone_else"}
    assert case.refused("hand_over", by=shared.nives, caseworker=str(uuid4()), **WHY) == {"new_caseworker_active"}


def test_whoever_helps_with_a_case_works_at_a_desk_and_is_assigned_for_a_time_and_once(shared: World) -> None:
    case, today = _case(shared, "PLAN"), shared.runtime.application.today()
    helper, year = str(shared.elio.id), add_months(today, 12)
    tomorrow, later = today + timedelta(days=1), year + timedelta(days=1)
    assert case.refused("release_consultant", consultant=helper) == {"consultant_assigned"}
    for other in (shared.irene.id, uuid4()):
        assert case.refused("assign_consultant", consultant=str(other), until=str(year)) == {"consultant_at_a_desk"}
    for until in (today, later):
        assert case.refused("assign_consultant", consultant=helper, until=str(until)) == {"assigned_for_a_time"}
    case.do("assign_consultant", consultant=helper, until=str(year))
    assert case.refused("assign_consultant", consultant=helper, until=str(year)) == {"not_assigned_yet"}
    case.do("release_consultant", consultant=helper)
    assert case.refused("release_consultant", consultant=helper) == {"consultant_assigned"}
    case.do("assign_consultant", consultant=helper, until=str(tomorrow))


def test_another_open_desk_is_asked_of_which_the_person_knows_and_may_look_back_for_thirty_days(shared: World) -> None:
    if not hasattr(shared, "armea"):
        shared.second_desk()
    case = _case(shared, "PLAN")
    asked = {"to_desk": str(shared.armea), "informed_on": case.today, "note": "Si trasferisce."}
    assert case.refused("request_transfer", **{**asked, "to_desk": str(shared.desk)}) == {"other_desk_open"}
    assert case.refused("request_transfer", **{**asked, "to_desk": str(uuid4())}) == {"other_desk_open"}
    assert case.refused("request_transfer", **{**asked, "informed_on": "2026-02-03"}) == {"person_informed"}
    assert case.refused("request_transfer", **asked, grace_days=31) == {"grace_within_limit"}
    case.do("request_transfer", **asked, grace_days=30)
    assert case.refused("request_transfer", **asked) == {"no_transfer_pending"}


def test_the_desk_that_was_asked_answers_and_names_somebody_of_its_own(shared: World) -> None:
    case = _asked_for(shared)
    assert case.refused("accept_transfer", by=shared.irene, caseworker=str(shared.oreste.id)) == {
        "at_the_receiving_desk"
    }
    assert case.refused("accept_transfer", by=shared.oreste, caseworker=str(shared.irene.id)) == {
        "received_by_someone_there"
    }
    case.do("accept_transfer", by=shared.oreste, caseworker=str(shared.oreste.id))
    assert case.now.desk == shared.armea


@pytest.mark.parametrize(
    ("outcome", "reason_code"),
    [("DECEASED", "OTHER"), ("VENTURE_CEASED", "VENTURE_FAILED"), ("HOSTED_CESA", "COMPLETED")],
)
def test_what_ended_with_a_venture_or_a_death_does_not_reopen(shared: World, outcome: str, reason_code: str) -> None:
    assert _closed(shared, outcome=outcome, reason_code=reason_code).refused("reopen", back_to="PLAN", **BACK) == {
        "not_ended_for_good"
    }


def test_a_case_reopens_to_the_plan_if_there_was_an_agreement(shared: World) -> None:
    assert _closed(shared, "ASSESSMENT").refused("reopen", back_to="PLAN", **BACK) == {"back_to_assessment_or_plan"}


def test_a_contact_whose_person_was_never_known_does_not_reopen(shared: World) -> None:
    assert "was_beyond_contact" in _closed(shared, "CONTACT").refused("reopen", back_to="ASSESSMENT", **BACK)


def test_whoever_comes_back_has_the_notice_that_is_in_force(shared: World) -> None:
    case = _closed(shared)
    shared.ask(shared.irene, "person", "give_notice", case.person, version="2018-01", language="it")
    assert case.refused("reopen", back_to="PLAN", **BACK) == {"notice_still_in_force"}


def test_a_profile_is_gone_through_with_the_person_before_it_is_published(shared: World) -> None:
    case = _case(shared, "PLAN")
    profile = {"occupations": ["ISCO-08/2008:7214"], "confirmed_on": "2026-02-03"}
    assert case.refused("publish_profile", **profile) == {"agrees_to_be_seen", "confirmed_by_the_person"}


def test_the_person_answers_a_proposal_once_and_nothing_is_sent_before(shared: World) -> None:
    case = _case(shared, "PLAN")
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    assert case.refused("propose_vacancy", vacancy=str(uuid4())) == {"vacancy_open"}
    proposal = str(case.do("propose_vacancy", vacancy=str(vacancy_of(shared))).event_ids[0])
    assert case.refused("record_result", proposal=proposal, result="HIRED") == {"person_agreed"}
    case.do("agree_to_proposal", proposal=proposal, agreed=True)
    assert case.refused("agree_to_proposal", proposal=proposal, agreed=False) == {"proposal_waits_for_the_person"}


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({"parameter": "privacy_notice", "value": 3}, {"may_be_overruled"}),
        ({"parameter": "follow_up_closes_after"}, {"value_or_day"}),
        ({"parameter": "silence", "value": 3, "due_on": "2026-03-01"}, {"value_or_day"}),
        ({"parameter": "silence", "due_on": "2026-02-01"}, {"value_or_day"}),
        ({"parameter": "exit_data", "due_on": "2026-03-01"}, {"value_or_day"}),
    ],
)
def test_what_is_overruled_is_on_the_list_and_has_another_value_or_another_day(
    shared: World, values: dict[str, Any], rules: set[str]
) -> None:
    assert rules <= _case(shared).refused("overrule", by=shared.nives, **values, **WHY)


@pytest.mark.parametrize("keep_until", ["2026-02-02", "2020-01-01"])
def test_a_file_is_kept_until_a_day_to_come_that_somebody_else_confirms(shared: World, keep_until: str) -> None:
    case = _closed(shared)
    assert case.refused("propose_retention", keep_until=keep_until, **WHY) == {"kept_longer"}
    assert case.refused("confirm_retention", by=shared.nives, proposal=str(uuid4())) == {"retention_proposed"}
    proposal = case.do("propose_retention", by=shared.nives, keep_until="2029-01-01", **WHY).event_ids[0]
    assert case.refused("confirm_retention", by=shared.nives, proposal=str(proposal)) == {"proposed_by_another"}
