"""The life of a case, step by step, and what each step is refused for."""

from uuid import uuid4

import pytest

from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput, NotFound, NotYourRole, VersionConflict
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.world import ENTRY, World


def test_a_case_walks_from_the_first_contact_to_mentoring(world: World) -> None:
    case = world.case("MENTORING")
    assert case.now.state == "MENTORING"
    assert case.now.venture == case.venture
    assert case.venture_now.check_ins_open == (1, 3, 6, 9, 12, 18, 24, 30, 36)


def test_a_contact_at_a_desk_not_yet_open_is_refused(small: World) -> None:
    late = {"on": "2026-01-30", "desk": str(small.desk), "channel": "PHONE"}
    assert small.refused(small.irene, "case", "record_contact", **late) == {"desk_open"}


def test_a_contact_is_called_back_within_three_working_days_of_the_desk(small: World) -> None:
    small.clock.turn_to("2026-04-03")  # Good Friday; Monday is a holiday
    case = small.case()
    assert case.now.deadlines["call_back"].due_on.isoformat() == "2026-04-09"


def test_an_intake_needs_a_registered_person_who_was_given_the_notice(small: World) -> None:
    case = small.case()
    nobody = {"person": str(uuid4()), "duplicate_search_on": case.today}
    assert case.refused("open_intake", **nobody) == {"person_registered", "notice_given"}
    someone = small.ask(
        small.irene, "person", "register_person", desk=str(small.desk), family_name="Finta", given_names="Zoe"
    ).id
    assert case.refused("open_intake", person=str(someone), duplicate_search_on=case.today) == {"notice_given"}


def test_the_search_for_duplicates_comes_before_the_intake(small: World) -> None:
    case = small.case()
    asked = {"person": str(small.person()), "duplicate_search_on": "2026-02-03"}
    assert case.refused("open_intake", **asked) == {"duplicates_searched"}


def test_a_person_has_one_open_case(world: World) -> None:
    first = world.case("INTAKE")
    second = world.case()
    asked = {"person": str(first.person), "duplicate_search_on": first.today}
    assert second.refused("open_intake", **asked) == {"no_other_open_case"}
    first.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    second.do("open_intake", **asked)
    assert second.now.state == "INTAKE"


def test_an_intake_ends_the_call_back_and_sets_the_day_of_the_assessment(small: World) -> None:
    case = small.case("INTAKE")
    assert set(case.now.deadlines) == {"assessment_held", "silence"}
    assert case.now.deadlines["assessment_held"].due_on.isoformat() == "2026-02-17"


def test_only_papers_of_the_rulebook_prove_a_target_group(small: World) -> None:
    case = small.case("INTAKE")
    asked = {"target_group": "UNEMPLOYED", "evidence": "REGISTER_EXTRACT", "evidence_on": case.today}
    assert case.refused("confirm_eligibility", **asked) == {"evidence_accepted"}


def test_the_unemployed_have_a_day_since_when(small: World) -> None:
    case = small.case("INTAKE")
    assert case.refused("record_entry_data", **{**ENTRY, "unemployed_since": None}) == {"unemployment_dated"}


def test_entry_data_answer_the_optional_questions_one_way_or_another(small: World) -> None:
    case = small.case("INTAKE")
    unanswered = {name: value for name, value in ENTRY.items() if name != "disability"}
    with pytest.raises(InvalidInput, match="disability"):
        case.do("record_entry_data", **unanswered)
    with pytest.raises(InvalidInput, match="one of YES, NO"):
        case.do("record_entry_data", **{**ENTRY, "disability": "MAYBE"})


def test_the_age_band_at_entry_comes_from_the_birth_date(small: World) -> None:
    case = small.case("INTAKE")
    case.do("record_entry_data", **ENTRY)
    event = small.runtime.application.records.history(case.id)[-1]
    assert (event.facts.age_group, event.facts.age_band) == ("FROM_30_TO_54", None)
    assert event.body.saw["age_group"] == "FROM_30_TO_54"


def test_an_assessment_starts_after_eligibility_and_entry_data(small: World) -> None:
    case = small.case("INTAKE")
    refused = case.refused("start_assessment", registration_signed_on=case.today)
    assert refused == {"eligibility_confirmed", "entry_data_complete"}


def test_needs_are_assessed_after_a_meeting_was_held(world: World) -> None:
    case = world.case("ASSESSMENT")
    asked = {"needs": ["TRAINING"], "employability": 2}
    assert case.refused("record_assessment", **asked) == {"meeting_held"}
    case.meet()
    case.do("record_assessment", **asked)


def test_an_agreement_names_caseworker_and_way_or_day(small: World) -> None:
    case = small.case("ASSESSMENT")
    assert case.refused("sign_agreement", goals=["TRAINING"]) == {"needs_known", "caseworker_named", "pathway_or_day"}


def test_a_meeting_held_counts_as_contact(small: World) -> None:
    case = small.case("PLAN")
    small.clock.turn_to("2026-02-20")
    case.meet()
    small.settle()
    assert case.now.deadlines["next_contact"].due_on.isoformat() == "2026-03-22"


def test_only_pathways_that_the_desks_accompany_can_be_chosen(small: World) -> None:
    case = small.case("PLAN")
    assert case.refused("choose_pathway", pathway="HOSTED_ENTREPRENEUR") == {"pathway_open"}
    case.do("choose_pathway", pathway="REDEPLOYMENT")
    assert case.now.state == "MATCHING"


def test_an_idea_is_passed_with_the_verdict_go_for_a_venture(small: World) -> None:
    case = small.case("IDEA")
    assert case.refused("pass_idea", verdict="STOP") == {"venture_joined", "verdict_go"}


def test_a_plan_is_passed_once_someone_else_validated_it(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    assert case.refused("pass_plan") == {"plan_validated"}


def test_money_is_found_when_promises_cover_the_plan_or_the_person_pays_alone(small: World) -> None:
    case = small.case("FUNDING")
    case.of_venture("promise_funds", source="OWN_FUNDS", amount="19999.99")
    assert case.refused("secure_funding") == {"money_found"}
    case.do("secure_funding", self_funded=True)
    assert case.now.state == "START_UP"


@pytest.mark.parametrize(
    ("state", "back_to", "ends_in"),
    [
        ("START_UP", "IDEA", "IDEA"),
        ("START_UP", "BUSINESS_PLAN", "BUSINESS_PLAN"),
        ("START_UP", "FUNDING", "FUNDING"),
        ("FUNDING", "BUSINESS_PLAN", "BUSINESS_PLAN"),
        ("BUSINESS_PLAN", "IDEA", "IDEA"),
    ],
)
def test_rework_goes_back_to_an_earlier_stage(small: World, state: str, back_to: str, ends_in: str) -> None:
    case = small.case(state)
    case.do("rework", back_to=back_to, reason_code="FUNDING_REFUSED", reason="La banca chiede un piano nuovo.")
    assert case.now.state == ends_in


def test_rework_never_goes_forward(small: World) -> None:
    case = small.case("BUSINESS_PLAN")
    assert case.refused("rework", back_to="FUNDING", reason_code="OTHER", reason="No.") == {"stage_named"}


def test_a_launch_is_confirmed_by_the_start_of_trading(small: World) -> None:
    case = small.case("START_UP")
    assert case.refused("confirm_launch") == {"venture_trades"}
    case._to_mentoring()
    event = next(e for e in small.runtime.application.records.history(case.id) if e.topic == "case.launch_confirmed")
    assert event.meta.actor.role is Role.POLICY
    assert event.meta.causation is not None


def test_a_suspended_case_rests_until_it_is_resumed_where_it_was(small: World) -> None:
    case = small.case("PLAN")
    case.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2026-04-01")
    assert case.now.overlays == {"SUSPENDED"}
    assert case.refused("choose_pathway", pathway="MICRO_ENTERPRISE") == {"not_suspended"}
    case.do("add_note", text="Chiamerà lei.")
    case.do("resume")
    assert (case.now.state, case.now.overlays) == ("PLAN", frozenset())
    assert "review" not in case.now.deadlines


def test_a_suspension_is_reviewed_within_ninety_days(small: World) -> None:
    case = small.case("PLAN")
    assert case.refused("suspend", reason_code="OTHER", review_on="2026-05-04") == {"review_in_time"}


def test_only_a_suspended_case_can_be_resumed(small: World) -> None:
    assert small.case("PLAN").refused("resume") == {"suspended"}


def test_a_caseworker_works_at_the_desk_of_the_case(small: World) -> None:
    elsewhere = small.employ("Ugo Altrove", Role.CASEWORKER, small.open_desk("GE", "GE"))
    assert small.case().refused("assign", caseworker=str(elsewhere.id)) == {"caseworker_active"}


def test_unreachable_takes_three_attempts_by_two_channels_over_thirty_days(small: World) -> None:
    case = small.case("INTAKE")
    end = {"outcome": "UNREACHABLE", "reason_code": "NO_ANSWER"}
    for day, channel in (("2026-02-03", "PHONE"), ("2026-02-10", "PHONE"), ("2026-02-17", "PHONE")):
        small.clock.turn_to(day)
        case.do("record_attempt", channel=channel, reached=False)
    small.clock.turn_to("2026-03-10")
    assert case.refused("close", **end) == {"unreachable_shown"}
    case.do("record_attempt", channel="LETTER", reached=False)
    case.do("close", **end)
    assert case.now.state == "CLOSED"


def test_whoever_was_reached_is_not_unreachable(small: World) -> None:
    case = small.case("INTAKE")
    for day, reached in (("2026-02-03", False), ("2026-02-10", False), ("2026-03-12", True)):
        small.clock.turn_to(day)
        case.do("record_attempt", channel="EMAIL" if reached else "PHONE", reached=reached)
    assert "unreachable_shown" in case.refused("close", outcome="UNREACHABLE", reason_code="NO_ANSWER")


def test_a_closed_case_still_owes_exit_data_and_a_follow_up(small: World) -> None:
    case = small.case("PLAN")
    case.do("close", outcome="TRAINING", reason_code="TOO_EARLY")
    due = {rule: deadline.due_on.isoformat() for rule, deadline in case.now.deadlines.items()}
    assert due == {"exit_data": "2026-03-02", "follow_up": "2026-08-02", "retention_review": "2028-02-02"}
    case.do("record_exit_data", exit_situation="TRAINING")
    assert case.refused("record_exit_data", exit_situation="TRAINING") == {"exit_data_missing"}


def test_the_follow_up_has_its_window(small: World) -> None:
    case = small.case("PLAN")
    case.do("close", outcome="TRAINING", reason_code="TOO_EARLY", exit_situation="TRAINING")
    asked = {"situation": "EMPLOYED", "improved": True, "channel": "PHONE"}
    small.clock.turn_to("2026-07-18")
    assert case.refused("record_follow_up", **asked) == {"within_the_follow_up_window"}
    small.clock.turn_to("2026-07-19")
    case.do("record_follow_up", **asked)
    assert case.refused("record_follow_up", **asked) == {"not_followed_up_yet", "within_the_follow_up_window"}


def test_changing_the_pathway_returns_to_the_plan_and_leaves_the_venture(small: World) -> None:
    case = small.case("FUNDING")
    case.do("change_pathway", reason_code="FUNDING_REFUSED")
    assert (case.now.state, case.now.venture, case.now.pathway) == ("PLAN", None, None)


def test_what_happened_long_ago_is_recorded_with_a_reason(small: World) -> None:
    case = small.case()
    small.clock.turn_to("2026-04-01")
    assert case.refused("add_note", on="2026-02-10", text="Era venuta.") == {"late_entry_has_a_reason"}
    case.do("add_note", on="2026-02-10", text="Era venuta.", late_reason="Appunti ritrovati.")


def test_nothing_is_recorded_before_it_happened(small: World) -> None:
    assert small.case().refused("add_note", on="2026-02-03", text="Domani.") == {"not_in_the_future"}


def test_a_step_cannot_have_occurred_before_the_one_it_follows(small: World) -> None:
    case = small.case()
    small.clock.turn_to("2026-02-20")
    case.up_to("INTAKE")
    asked = {"outcome": "WITHDREW", "reason_code": "OTHER", "on": "2026-02-10"}
    assert case.refused("close", **asked) == {"not_before_the_last_step"}


def test_whose_role_has_no_such_step_is_told_so(small: World) -> None:
    with pytest.raises(NotYourRole):
        small.case().do("assign", by=small.auditor, caseworker=str(small.irene.id))


def test_a_case_of_another_desk_is_as_good_as_absent(small: World) -> None:
    stranger = small.employ("Ugo Altrove", Role.CASEWORKER, small.open_desk("GE", "GE"))
    case = small.case()
    with pytest.raises(NotFound) as there:
        case.do("add_note", by=stranger, text="Curioso.")
    with pytest.raises(NotFound) as absent:
        small.ask(stranger, "case", "add_note", uuid4(), text="Curioso.")
    assert str(there.value) == str(absent.value)


def test_refused_attempts_are_recorded_without_words(small: World) -> None:
    case = small.case()
    case.refused("add_note", on="2026-02-03", text="Un segreto.")
    row = small.runtime.log.rows("SELECT operation, rules, stream FROM log.refusal")[-1]
    assert (row[0], row[1]) == ("case.add_note", "record.not_in_the_future")


def test_a_dry_run_says_what_would_happen_and_records_nothing(small: World) -> None:
    case = small.case()
    before = small.runtime.application.recorder.head()
    told = case.do("close", outcome="WITHDREW", reason_code="OTHER", dry_run=True)
    assert (told.state, told.recorded) == ("CLOSED", False)
    assert small.runtime.application.recorder.head() == before
    assert case.now.state == "CONTACT"


def test_whoever_read_an_older_version_is_told(small: World) -> None:
    case = small.case()
    case.do("add_note", text="Uno.", expected=1)
    with pytest.raises(VersionConflict):
        case.do("add_note", text="Due.", expected=1)


def test_a_mentor_sees_the_cases_they_work_with_and_no_others(small: World) -> None:
    mine, other = small.case("MENTORING"), small.case("PLAN", person=small.person("Altri", "Zoe", "1990-01-01"))
    assert small.runtime.application.load("case", mine.id, small.elio).id == mine.id
    with pytest.raises(NotFound):
        small.runtime.application.load("case", other.id, small.elio)


def test_an_administrator_sees_no_case(small: World) -> None:
    case = small.case()
    with pytest.raises(NotFound):
        small.runtime.application.load("case", case.id, small.admin)
    nobody = Principal(uuid4(), Role.MONITOR)
    with pytest.raises(NotFound):
        small.runtime.application.load("case", case.id, nobody)
