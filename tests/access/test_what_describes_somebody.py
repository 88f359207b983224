"""What describes somebody closely is sealed in a class of its own; the coarse facts that rules and figures need stay."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.personal.erasure import erase
from opera_cases.application.runtime import edition
from opera_cases.domain.cases import entry_data
from opera_cases.domain.cases.closing import CaseClosed
from opera_cases.domain.cases.entry_data import EntryDataRecorded
from opera_cases.domain.cases.intake import EligibilityConfirmed
from opera_cases.domain.kernel.entry_codes import AgeBand, AgeGroup, UnemployedFor
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.events import TOPICS
from opera_cases.domain.kernel.journey_codes import ReasonCode
from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.domain.kernel.sealed_fields import fields_of
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import unseal
from opera_cases.projections.followed.rebuild import rebuild_inline
from tests.audit.test_reports import _figures, _freeze, _regional
from tests.support.group import TestGroup, company_of
from tests.support.over_http import Desk
from tests.support.world import ENTRY, TestCase, World

CLOSELY = {"occupation": "7512", "sector": "C.31", "municipality": "I480", "income_support_until": "2026-09-30"}


def _last(world: World, case: TestCase, topic: str) -> Any:
    return [each for each in world.runtime.application.records.history(case.id) if each.topic == topic][-1]


def _entered(world: World, **more: str) -> TestCase:
    case = world.case("INTAKE")
    case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DISMISSAL_LETTER", evidence_on="2025-10-01")
    case.do("record_entry_data", **{**ENTRY, **CLOSELY, **more})
    return case


def _opened(keyring: Keyring, sealed: Sealed) -> Any:
    return json.loads(unseal(sealed, keyring))


def test_at_entry_only_coarse_facts_stand_in_the_clear(world: World) -> None:
    firm = company_of(world)
    case = _entered(world, last_employer=str(firm))
    facts: EntryDataRecorded = _last(world, case, "case.entry_data_recorded").facts
    typed = {**CLOSELY, "last_employer": str(firm), "unemployed_since": ENTRY["unemployed_since"]}
    for name, said in typed.items():
        clear, sealed = fields_of(EntryDataRecorded)[name]
        assert getattr(facts, clear) is None
        value = getattr(facts, sealed)
        assert (value.data_class, value.subject, _opened(world.runtime.application.keyring, value)) == (
            DataClass.STATISTICAL,
            case.person,
            said,
        )
    assert (facts.age_band, facts.age_group, facts.unemployed_for) == (
        None,
        AgeGroup.FROM_30_TO_54,
        UnemployedFor.UP_TO_6_MONTHS,
    )
    stored = b"".join(bytes(row[5]) for row in world.runtime.application.recorder.stream(case.id))
    assert not [said for said in typed.values() if f'"{said}"'.encode() in stored]
    paper: EligibilityConfirmed = _last(world, case, "case.eligibility_confirmed").facts
    assert (paper.evidence_on, paper.dated_by_then) == (None, True)


def test_a_key_of_the_class_is_made_when_there_is_something_to_seal(small: World) -> None:
    def classes(person: UUID) -> set[str]:
        sql = "SELECT data_class FROM subject_key WHERE subject = $1"
        return {row[0] for row in small.runtime.keys.rows(sql, person)}

    case = small.case("INTAKE")
    assert "STATISTICAL" not in classes(case.person)
    case.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2026-04-01", dry_run=True)
    assert "STATISTICAL" not in classes(case.person), "what is only tried makes no key"
    case.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2026-04-01")
    assert "STATISTICAL" in classes(case.person)


def test_a_reason_is_sealed_under_whom_it_is_about_and_sealed_anew_for_another_record(world: World) -> None:
    group = TestGroup(world, members=4).planned()
    case = group.cases[2]
    case.do("change_pathway", reason_code="FAMILY_OR_HEALTH")
    changed = _last(world, case, "case.pathway_changed").facts
    left = next(
        e.facts for e in world.runtime.application.records.history(group.id) if e.topic == "venture.member_withdrew"
    )
    for facts in (changed, left):
        assert facts.reason_code is None
        assert facts.reason_code_sealed.subject == case.person
        assert _opened(world.runtime.application.keyring, facts.reason_code_sealed) == "FAMILY_OR_HEALTH"
    assert left.reason_code_sealed.event != changed.reason_code_sealed.event
    gone = next(each for each in group.now.members if each.person == case.person)
    assert gone.why_left == "WITHDREW"


def test_the_last_member_to_leave_takes_the_reason_along(small: World) -> None:
    group = TestGroup(small, members=1)
    group.do("withdraw_member", person=str(group.people[0]), reason_code="FAMILY_OR_HEALTH")
    ended = small.runtime.application.records.history(group.id)[-1]
    assert (ended.topic, ended.facts.reason_code) == ("venture.abandoned", ReasonCode.PARTNERS_WITHDREW)
    assert group.now.state == "ABANDONED"


def test_no_new_event_gives_somebodys_reason_in_the_clear(small: World) -> None:
    """Every reason has a sealed field beside it; two steps alone fill the clear one, with a code of the procedure."""
    reasons = [topic for topic, facts in TOPICS.items() if "reason_code" in fields_of(facts)]
    assert len(reasons) >= 10
    assert [topic for topic in reasons if not fields_of(TOPICS[topic])["reason_code"].sealed] == []
    assert [topic for topic in reasons if "reason_code" not in TOPICS[topic].required] == []
    case = small.case("PLAN")
    case.do("close", outcome="WITHDREW", reason_code="FAMILY_OR_HEALTH")
    closed: CaseClosed = _last(small, case, "case.closed").facts
    assert (closed.reason_code, closed.no_answer) == (None, False)


# -- the rules that used to read the values --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"unemployed_since": "2026-02-03"}, "unemployment_dated"),
        ({"unemployed_since": None}, "unemployment_dated"),
        ({"unemployed_since": "2025-02-01"}, "long_term_fits"),
        ({"employment_status": "UNEMP_GE12"}, "long_term_fits"),
        ({"last_employer": str(UUID(int=9))}, "last_employer_known"),
    ],
)
def test_a_rule_refuses_on_what_is_sealed_as_it_did_before(small: World, asked: dict[str, Any], rule: str) -> None:
    case = small.case("INTAKE")
    assert rule in case.refused("record_entry_data", **{**ENTRY, **asked})
    assert rule in case.refused("record_entry_data", **{**ENTRY, **asked}, dry_run=True), "also where it is only tried"


def test_a_paper_from_the_future_and_a_job_to_come_are_refused(small: World) -> None:
    case = small.case("INTAKE")
    said = {"target_group": "UNEMPLOYED", "evidence": "DISMISSAL_LETTER", "evidence_on": "2026-02-03"}
    assert case.refused("confirm_eligibility", **said) == {"evidence_accepted"}
    case.do("confirm_eligibility", **{**said, "evidence_on": "2026-02-02"})
    seeker = small.case("PLAN", person=small.person("Cercanti", "Lea"))
    seeker.do("choose_pathway", pathway="REDEPLOYMENT")
    job = {
        "employer": "Cantiere Fittizio s.p.a.",
        "starts_on": "2026-02-03",
        "contract": "PERMANENT",
        "evidence_seen": True,
    }
    assert seeker.refused("confirm_placement", **job) == {"placement_shown"}
    seeker.do("confirm_placement", **{**job, "starts_on": "2026-02-02"})
    placed = _last(small, seeker, "case.placement_confirmed").facts
    assert (placed.employer, placed.starts_on, placed.begun_by_then) == (None, None, True)
    assert _opened(small.runtime.application.keyring, placed.employer_sealed) == "Cantiere Fittizio s.p.a."


@pytest.mark.parametrize(("outcome", "reason"), [("UNREACHABLE", "OTHER"), ("WITHDREW", "NO_ANSWER")])
def test_outcome_and_reason_have_to_fit(small: World, outcome: str, reason: str) -> None:
    assert "reason_fits" in small.case("PLAN").refused("close", outcome=outcome, reason_code=reason)


def test_the_steps_by_which_rules_count_months_are_those_of_the_rulebook() -> None:
    limits = {each.number for each in edition().all() if each.id in ("long_term_months", "long_term_months_young")}
    assert limits <= {each.months for each in UnemployedFor}


@pytest.mark.parametrize(
    ("since", "group"),
    [("2026-02-03", None), ("2026-02-02", "UP_TO_6_MONTHS"), ("2025-08-02", "UP_TO_6_MONTHS"), ("2025-08-01", "OVER_6_MONTHS"),
     ("2025-02-02", "OVER_6_MONTHS"), ("2025-02-01", "OVER_12_MONTHS"), ("2024-02-02", "OVER_12_MONTHS"), ("2024-02-01", "OVER_24_MONTHS")],
)  # fmt: skip
def test_months_without_work_are_counted_by_civil_months(since: str, group: str | None) -> None:
    typed = {"unemployed_since": date.fromisoformat(since), "occurred_on": date(2026, 2, 2)}
    assert entry_data.without_work_for(typed) == group


@pytest.mark.parametrize(
    ("age", "group", "band"),
    [(17, "UNDER_18", "UNDER_18"), (18, "FROM_18_TO_24", "FROM_18_TO_29"), (24, "FROM_18_TO_24", "FROM_18_TO_29"),
     (25, "FROM_25_TO_29", "FROM_18_TO_29"), (29, "FROM_25_TO_29", "FROM_18_TO_29"), (30, "FROM_30_TO_54", "FROM_30_TO_54"),
     (54, "FROM_30_TO_54", "FROM_30_TO_54"), (55, "FROM_55", "FROM_55"), (None, "UNKNOWN", "UNKNOWN")],
)  # fmt: skip
def test_an_age_lies_in_a_group_and_in_the_band_of_before(age: int | None, group: str, band: str) -> None:
    found = entry_data.age_group(age)
    assert (found.value, found.band.value) == (group, band)


@pytest.mark.parametrize("kept", [AgeBand.FROM_18_TO_29, AgeBand.FROM_55])
def test_an_earlier_entry_keeps_its_band_and_its_day(kept: AgeBand) -> None:
    sealed = Sealed(
        subject=UUID(int=1),
        data_class=DataClass.SPECIAL,
        key=UUID(int=2),
        event=UUID(int=3),
        field="x",
        nonce=b"",
        ciphertext=b"",
    )
    old = EntryDataRecorded(
        sex="WOMAN", age_band=kept, employment_status="UNEMP_LT12", unemployed_since=date(2025, 1, 1), income_support="NASPI",  # type: ignore[arg-type]
        education="ISCED_3", disability=sealed, foreign_background=sealed, housing_exclusion=sealed,  # type: ignore[arg-type]
    )  # fmt: skip
    assert entry_data.age_band(old) is kept
    assert entry_data.unemployed_for(old, date(2026, 2, 2)) is UnemployedFor.OVER_12_MONTHS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unemployed_since", "soon"),
        ("last_employer", "Ceramiche"),
        ("municipality", "via del Corso"),
        ("occupation", 7512),
    ],
)
def test_what_cannot_be_read_is_told_by_its_field(small: World, field: str, value: object) -> None:
    case = small.case("INTAKE")
    with pytest.raises(InvalidInput) as told:
        case.do("record_entry_data", **{**ENTRY, field: value})
    assert told.value.field == field
    with pytest.raises(InvalidInput, match="office works this out"):
        case.do("record_entry_data", **ENTRY, unemployed_for="UP_TO_6_MONTHS")


def test_a_code_of_a_list_is_looked_up_before_it_is_sealed(small: World) -> None:
    case = small.case("PLAN")
    small.ask(small.irene, "person", "give_consent", case.person, purpose="PROFILE_TO_FIRMS")
    asked = {"occupations": ["ISCO-08/2008:7214"], "confirmed_on": case.today}
    for field, code in (("municipality", "COMUNI/2026:Z999"), ("skills", ["ISCO-08/2008:0000"])):
        with pytest.raises(InvalidInput, match="There is no code"):
            case.do("publish_profile", **asked, **{field: code})
    case.do("publish_profile", **asked, municipality="COMUNI/2026:B369")
    facts = _last(small, case, "case.profile_published").facts
    assert (facts.occupations, facts.municipality, facts.skills_sealed) == ((), None, None)


# -- read, listed, corrected, erased ---------------------------------------------------------------------------------


def test_a_reader_sees_the_facts_under_their_names_and_is_written_down(world: World, client: TestClient) -> None:
    firm = company_of(world)
    case = _entered(world, last_employer=str(firm))
    irene = Desk(client, world.token(world.irene))
    shown = irene.get(f"cases/{case.id}")
    facts = shown["file"]["case.entry_data_recorded"]["facts"]
    assert {name: facts[name] for name in CLOSELY} == CLOSELY
    assert (shown["last_employer"], facts["last_employer"], facts["unemployed_for"]) == (
        str(firm),
        str(firm),
        "UP_TO_6_MONTHS",
    )
    assert not [name for name in facts if name.endswith("_sealed")]
    classes = world.runtime.log.rows(
        "SELECT classes FROM log.reading WHERE subject = $1 ORDER BY recorded_at DESC LIMIT 1", case.person
    )[0][0]
    assert {"STATISTICAL"} <= set(classes.split(","))
    assert "SPECIAL" not in classes


def test_the_people_of_a_firm_are_listed_by_a_digest(world: World, client: TestClient) -> None:
    firm, other = company_of(world), company_of(world)
    case = _entered(world, last_employer=str(firm))
    irene = Desk(client, world.token(world.irene))

    def listed(company: UUID) -> list[str]:
        items = irene.get("cases", last_employer=str(company))["items"]
        assert not [item for item in items if "last_employer" in item]
        return [item["case_id"] for item in items]

    assert (listed(firm), listed(other)) == ([str(case.id)], [])
    entry = str(_last(world, case, "case.entry_data_recorded").event_id)
    case.do("correct", fact=entry, field="last_employer", value=str(other), reason="Era l'altra.")
    assert (listed(firm), listed(other)) == ([], [str(case.id)])
    asked = {"kind": "case", "format": "CSV", "filters": {"last_employer": str(other)}}
    exported = irene.result(irene.send("exports", **asked), world.settle).text
    assert case.now.file_number in exported
    assert verify_everything(world.runtime) == []


def test_a_correction_of_a_sealed_fact_is_sealed_in_its_class_and_moves_the_clear_ones(
    world: World, client: TestClient
) -> None:
    case = _entered(world)
    irene = Desk(client, world.token(world.irene))
    entry = str(_last(world, case, "case.entry_data_recorded").event_id)
    said = {"fact": entry, "field": "unemployed_since", "reason": "Lettera."}
    assert case.refused("propose_correction", **said, value="2025-10-02") == {"says_something_else"}, (
        "it says that already"
    )
    assert case.refused("propose_correction", **said, value="soon") == {"fact_can_say_that"}
    assert case.refused("correct", **said, value="2024-10-02") == {"no_second_person_needed"}
    with pytest.raises(InvalidInput, match="Correct the fact from which it follows"):
        case.do("propose_correction", fact=entry, field="unemployed_for", value="OVER_12_MONTHS", reason="No.")
    proposed = case.do("propose_correction", **said, value="2024-10-02")
    proposal = _last(world, case, "case.correction_proposed").facts
    assert (proposal.value, proposal.text.data_class) == (None, DataClass.STATISTICAL)
    case.do("confirm_correction", by=world.nives, proposal=str(proposed.event_ids[0]))
    world.settle()
    confirmed = _last(world, case, "case.fact_corrected").facts
    assert [(each.field, each.value) for each in confirmed.derived] == [("unemployed_for", "OVER_12_MONTHS")]
    facts = irene.get(f"cases/{case.id}")["file"]["case.entry_data_recorded"]["facts"]
    assert (facts["unemployed_since"], facts["unemployed_for"]) == ("2024-10-02", "OVER_12_MONTHS")
    assert case.refused("repair_typing", fact=entry, field="municipality", text="I480") == {"only_a_slip"}, (
        "a code is no slip of the pen"
    )
    assert verify_everything(world.runtime) == []


def test_a_correction_that_takes_a_required_fact_away_is_refused(small: World) -> None:
    case = small.case("PLAN")
    case.do("suspend", reason_code="OTHER", review_on="2026-04-01")
    fact = str(_last(small, case, "case.suspended").event_id)
    assert case.refused("correct", fact=fact, field="reason_code", reason="Tolto.") == {"fact_can_say_that"}
    case.do("correct", fact=fact, field="reason_code", value="FAMILY_OR_HEALTH", reason="Letta male.")
    assert _last(small, case, "case.fact_corrected").facts.value is None


def test_a_step_is_in_doubt_once_a_sealed_fact_was_corrected_so_that_a_rule_would_have_refused_it(
    world: World, client: TestClient
) -> None:
    case = world.case("PLAN")
    confirmed = _last(world, case, "case.eligibility_confirmed")
    said = {"fact": str(confirmed.event_id), "field": "evidence_on", "reason": "Riletta."}
    late = case.do("propose_correction", **said, value="2026-03-01")
    case.do("confirm_correction", by=world.nives, proposal=str(late.event_ids[0]))
    world.settle()
    nives = Desk(client, world.token(world.nives))
    doubts = nives.get(f"cases/{case.id}/doubts")["items"]
    assert [(each["step"], each["rule"]["rule"]) for each in doubts] == [
        ("confirm_eligibility", "case.evidence_accepted")
    ]


def test_the_declared_number_of_a_person_is_checked_anew_when_it_is_corrected(small: World) -> None:
    person = small.person()
    declared = small.ask(
        small.irene, "person", "declare_identifier", person, identifier_kind="CODICE_FISCALE", value="PRVRDS79C54Z999X"
    )
    fact = str(declared.event_ids[0])
    assert [
        each.check for each in small.runtime.application.load("person", person, small.irene).identifiers.values()
    ] == ["INVALID"]
    asked = small.ask(
        small.irene,
        "person",
        "propose_correction",
        person,
        fact=fact,
        field="value",
        text="PRVRDS79C54Z999L",
        reason="Letta male.",
    )
    small.ask(small.nives, "person", "confirm_correction", person, proposal=str(asked.event_ids[0]))
    assert [
        each.check for each in small.runtime.application.load("person", person, small.irene).identifiers.values()
    ] == ["VALID"]


def test_once_the_key_is_gone_the_case_goes_on_and_the_figures_stay(world: World, client: TestClient) -> None:
    firm = company_of(world)
    case = _entered(world, last_employer=str(firm))
    case.do("start_assessment", registration_signed_on=case.today)
    case._to_plan()
    world.ask(world.irene, "person", "give_consent", case.person, purpose="PROFILE_TO_FIRMS")
    case.do(
        "publish_profile", occupations=["ISCO-08/2008:7214"], municipality="COMUNI/2026:B369", confirmed_on=case.today
    )
    entry = str(_last(world, case, "case.entry_data_recorded").event_id)
    asked = case.do("propose_correction", fact=entry, field="unemployed_since", value="2024-10-02", reason="Lettera.")
    case.do("confirm_correction", by=world.nives, proposal=str(asked.event_ids[0]))
    rina, irene = Desk(client, world.token(_regional(world))), Desk(client, world.token(world.irene))
    assert erase(world.runtime, case.person, [DataClass.STATISTICAL], "asked") == 1
    world.settle()

    shown = irene.get(f"cases/{case.id}")
    facts = shown["file"]["case.entry_data_recorded"]["facts"]
    assert {facts[name] for name in (*CLOSELY, "last_employer", "unemployed_since")} == {"[erased]"}
    assert (facts["sex"], facts["age_group"], facts["unemployed_for"]) == ("WOMAN", "FROM_30_TO_54", "OVER_12_MONTHS")
    assert shown["last_employer"] == "[erased]"
    assert irene.get("cases", last_employer=str(firm))["items"] == []
    assert [item["case_id"] for item in irene.get("cases")["items"]] == [str(case.id)]
    assert irene.send("profiles/searches", municipality="COMUNI/2026:B369").json()["items"] == []
    assert verify_everything(world.runtime) == [], "the rows say what the log says now"
    rebuild_inline(
        world.runtime.log,
        world.runtime.application.recorder,
        world.runtime.application.keyring,
        lambda done, total: None,
    )
    assert verify_everything(world.runtime) == []
    exported = irene.result(irene.send("exports", kind="case", format="CSV", filters={}), world.settle).text
    assert case.now.file_number in exported
    case.do("close", outcome="WITHDREW", reason_code="FAMILY_OR_HEALTH", exit_situation="JOB_SEARCH")
    world.clock.turn_to("2026-03-02")
    report = _freeze(rina, "2026-01-01", "2026-02-28")
    assert {"EECO01": 1, "EECO03": 1}.items() <= _figures(report).items()
    stood = rina.get(f"submissions/{report['id']}/figures/EECO03")["items"]
    assert [(each["unemployed_since"], each["unemployed_for"], each["age_band"]) for each in stood] == [
        ("[erased]", "OVER_12_MONTHS", "FROM_30_TO_54")
    ]
