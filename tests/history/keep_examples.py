"""Writes the kept examples of a release: `python -m tests.history.keep_examples 0.1.0`. Once kept, a file is never edited.

A journey through every step of every table, on an office of its own; the sealed values belong to a key thrown away.
"""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from opera_cases.application.documents.upload import file_document
from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.domain.access import CLOCK, POLICY
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.events import TOPICS
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.log.events.codec import decode
from tests.history.test_golden_histories import folded
from tests.support.group import (
    TestGroup,
    application_of,
    company_of,
    resource_of,
    session_of,
    submission_of,
    told,
    vacancy_of,
)
from tests.support.world import ENTRY, PLAN, SetClock, TestCase, World


def every_topic(world: World) -> None:
    """Ask for every step that there is, at least once."""
    case = world.case("MENTORING")
    irene, elio = world.irene, world.elio
    person = case.person
    world.ask(irene, "person", "record_contacts", person, phone="+39 019 555 0100", preferred_channel="PHONE")
    declared = world.ask(irene, "person", "declare_identifier", person, identifier_kind="CODICE_FISCALE",
                         value="PRVRDS79C54Z999L")  # fmt: skip
    world.ask(irene, "person", "verify_identifier", person, declaration=str(declared.event_ids[0]),
              seen_document="HEALTH_CARD")  # fmt: skip
    world.ask(irene, "person", "give_consent", person, purpose="PICTURES")
    world.ask(irene, "person", "withdraw_consent", person, purpose="PICTURES")
    for number, end in enumerate(("cancel_appointment", "miss_appointment")):
        booked = world.ask(irene, "appointment", "book_appointment", desk=str(world.desk), operator=str(irene.id),
                           service="TRAINING", channel="VIDEO", day=case.today, time=f"1{number}:00").id  # fmt: skip
        world.ask(irene, "appointment", end, booked, reason="Influenza.")
    world.clock.turn_to("2026-03-02")
    case.check_in(1, light="RED", problems=["HEALTH_OR_FAMILY"])
    case.of_venture("answer_alerts", by=elio, action="Visita.")
    case.of_venture("clear_alert", by=elio, alert="RED_LIGHT", reason="Passata.")
    case.of_venture("waive_check_in", by=elio, month=3, reason="Ferie.")
    world.clock.turn_to("2026-09-05")
    world.settle()
    for month in (9, 12, 18, 24, 30, 36):
        case.of_venture("waive_check_in", by=elio, month=month, reason="Esempio.")
    world.clock.turn_to("2029-02-02")
    world.settle()
    case.do("end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    world.clock.turn_to("2029-08-02")
    case.do("record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE")
    other = world.case("BUSINESS_PLAN", person=world.person("Esempi", "Zoe", "1990-05-01"))
    other.do("record_attempt", channel="PHONE", reached=True, note="Richiamerà.")
    other.do("add_note", text="Una nota.")
    other.of_venture("submit_plan", author=str(irene.id), **PLAN)
    other.of_venture("reject_plan", by=world.nives, reason="Da rifare.")
    other.do("rework", back_to="IDEA", reason_code="OTHER", reason="Da capo.")
    other.of_venture("abandon", reason_code="IDEA_NOT_VIABLE")
    other.do("change_pathway", reason_code="IDEA_NOT_VIABLE")
    other.do(
        "record_profile", occupations=["7512"], skills=["S1.2"], languages=["it"], driving_licence=True, mobility_km=20
    )
    other.do("suspend", reason_code="OTHER", review_on="2029-09-01")
    other.do("resume")
    other.do("close", outcome="WITHDREW", reason_code="OTHER", reason="Ha deciso così.")
    other.do("record_exit_data", exit_situation="JOB_SEARCH")
    third = world.case("MENTORING", person=world.person("Finti", "Ugo", "1985-05-01"))
    third.of_venture("raise_alert", by=elio, note="Non risponde.")
    _the_rest(world)
    third.of_venture("cease", by=elio, cause="CASH", jobs_lost="1.00")
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(elio.id))
    world.ask(world.admin, "desk", "close_desk", world.desk)
    world.ask(world.admin, "desk", "reopen_desk", world.desk)
    _roles(world)
    world.token(irene)
    calendar = {
        "calendar": "0123456789abcdef",
        "secret": str(irene.id),
        "role": "CASEWORKER",
        "expires_on": world.clock.at.date().isoformat(),
    }
    world.ask(irene, "operator", "open_calendar", irene.id, **calendar)
    world.ask(irene, "operator", "close_calendars", irene.id)
    world.ask(world.admin, "operator", "withdraw_tokens", irene.id)
    world.ask(world.admin, "operator", "leave_operator", elio.id)


def _roles(world: World) -> None:
    """A role is given by two, another is proposed in vain, a third is taken back."""
    world.give(world.auditor)
    proposal = world.ask(world.admin, "operator", "propose_role", world.auditor.id, role="DPO").event_ids[0]
    world.ask(
        world.founder, "operator", "reject_role", world.auditor.id, proposal=str(proposal), reason="Ha già un ruolo."
    )
    grant = next(iter(world.runtime.application.load("operator", world.auditor.id, world.admin).given))
    world.ask(world.founder, "operator", "withdraw_role", world.auditor.id, grant=str(grant), reason="Esempio.")


def _corrected(world: World, kind: str, stream: UUID, topic: str, field: str, **says: str) -> None:
    """Propose twice, reject the first and confirm the second."""
    record = world.runtime.application.load(kind, stream, world.auditor)
    fact = next(each.event_id for each in record.known.values() if each.topic == topic)
    for _ in range(2):
        proposed = world.ask(
            world.irene, kind, "propose_correction", stream, fact=str(fact), field=field, reason="Prova.", **says
        )
        waits = str(proposed.event_ids[0])
        if _ == 0:
            world.ask(world.nives, kind, "reject_correction", stream, proposal=waits, reason="Manca la carta.")
        else:
            world.ask(world.nives, kind, "confirm_correction", stream, proposal=waits)


def _the_rest(world: World) -> None:
    """Responsibility, referrals, holds, corrections, documents, duplicates, absences."""
    world.second_desk()
    irene, nives = world.irene, world.nives
    colleague = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    case = world.case("PLAN", person=world.person("Moti", "Lia", "1991-01-01"))
    case.do("refer", recipient="CPI Finto", need="TRAINING", basis="PUBLIC_TASK")
    waits = case.now.referrals
    case.do("answer_referral", referral=str(next(iter(waits))), answer="ACCEPTED")
    case.do("record_situation", employment_status="EMPLOYED", income_support="NONE")
    case.do("hand_over", by=nives, caseworker=str(colleague.id), reason="Cambio.")
    case.do("assign_consultant", consultant=str(world.elio.id), until=str(world.clock.at.date() + timedelta(days=60)))
    case.do("release_consultant", consultant=str(world.elio.id))
    for step, by in (("hold", world.dina), ("", world.dina)):
        case.do("place_hold" if step else "restrict", by=by, reason="Lite.")
        case.do("release_hold" if step else "lift_restriction", by=by, reason="Finita.")
    asked = {"to_desk": str(world.armea), "informed_on": case.today, "note": "Abita lì."}
    for end, by in (("cancel_transfer", irene), ("refuse_transfer", world.oreste)):
        case.do("request_transfer", **asked)
        case.do(end, by=by, reason="No.")
    case.do("request_transfer", **asked)
    case.do("assign", caseworker=str(irene.id))
    case.do("request_transfer", **asked)
    start = world.clock.at.date()
    world.clock.turn_to(start + timedelta(days=40))
    world.settle()
    case.do("request_transfer", **{**asked, "informed_on": case.today})
    _corrected(world, "case", case.id, "case.entry_data_recorded", "unemployed_since", value="2024-10-02")
    _corrected(world, "person", case.person, "person.registered", "birth_date", text="1991-01-02")
    met = case.meet()
    _corrected(world, "appointment", met, "appointment.held", "minutes", value="50")
    document = world.file(case.id)
    version = CommandRequest(
        kind="document", step="add_version", values={"title": "Seconda"}, by=irene, stream=document
    )
    file_document(world.runtime.application, world.runtime.files, version, b"%PDF-1.7 second")
    world.ask(irene, "document", "withdraw_document", document, reason="Sbagliato.")
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    case.do("close", by=world.oreste, outcome="WITHDREW", reason_code="OTHER", exit_situation="EMPLOYED")
    case.do("reopen", by=world.oreste, back_to="PLAN", reason_code="OTHER", reason="Torna.")
    venture = world.case("BUSINESS_PLAN", person=world.person("Prove", "Ines", "1992-02-02"))
    _corrected(world, "venture", venture.venture, "venture.opened", "working_title", text="Bottega Corretta")
    asked = {**asked, "informed_on": venture.today}
    venture.do("request_transfer", **asked)
    venture.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    world.settle()
    first, second = (
        world.case("INTAKE", person=world.person("Doppi", name, "1993-03-03")) for name in ("Anna", "Nanni")
    )
    pair = world.ask(irene, "duplicate", "flag_duplicate", first=str(first.person), second=str(second.person),
                     reasons=["SIMILAR_NAME"]).id  # fmt: skip
    world.ask(nives, "duplicate", "reject_duplicate", pair, reason="Due.")
    world.ask(
        nives,
        "duplicate",
        "confirm_duplicate",
        pair,
        survivor=str(first.person),
        keep_case=str(second.id),
        reason="Una.",
    )
    world.ask(nives, "duplicate", "separate_records", pair, reason="Due.")
    until = (world.clock.at.date() + timedelta(days=9)).isoformat()
    world.ask(nives, "desk", "record_absence", world.desk, operator=str(irene.id), cover=str(colleague.id),
              since=case.today, until=until)  # fmt: skip
    world.ask(nives, "desk", "end_absence", world.desk, operator=str(irene.id))
    _described_closely(world)
    groups_and_jobs(world)
    time_and_requests(world)


def _described_closely(world: World) -> None:
    """Everything that can be told at entry, and corrections of what is sealed of it."""
    case = world.case("INTAKE", person=world.person("Descritti", "Ivo", "1994-04-04"))
    case.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DISMISSAL_LETTER", evidence_on="2025-10-01")
    since = world.clock.at.date() - timedelta(days=300)
    case.do("record_entry_data", **{
        **ENTRY, "unemployed_since": since.isoformat(), "occupation": "7512", "sector": "C.31", "municipality": "I480",
        "income_support_until": "2030-09-30", "last_employer": str(company_of(world, bid_date="2030-12-31")),
    })  # fmt: skip
    _corrected(world, "case", case.id, "case.eligibility_confirmed", "evidence_on", value="2025-10-02")
    _corrected(
        world,
        "case",
        case.id,
        "case.entry_data_recorded",
        "last_employer",
        value=str(company_of(world, bid_date="2030-12-31")),
    )
    _corrected(world, "case", case.id, "case.entry_data_recorded", "occupation")


def groups_and_jobs(world: World) -> None:
    """Groups, firms in difficulty, money, resources, vacancies, sessions, and the way back to a job."""
    irene, nives, elio = world.irene, world.nives, world.elio
    _a_buy_out(world)
    _firms_and_things(world)
    _money(world)
    seeker = TestCase(world, world.person("Cercanti", "Lea", "1990-09-09")).up_to("PLAN")
    seeker.do("choose_pathway", pathway="REDEPLOYMENT")
    world.ask(irene, "person", "give_consent", seeker.person, purpose="PROFILE_TO_FIRMS")
    asked = {"occupations": ["ISCO-08/2008:7214"], "skills": ["ISCO-08/2008:7212"], "languages": ["fr:B2"], "licences": ["C"],
             "sectors": ["NACE/2.1:30.11"], "area": "NUTS/2024:ITC32", "municipality": "COMUNI/2026:B369", "mobility_km": 30,
             "available_from": seeker.today, "confirmed_on": seeker.today}  # fmt: skip
    seeker.do("publish_profile", **asked)
    seeker.do("withdraw_profile")
    vacancy = vacancy_of(world, open_until="2030-12-31")
    sent = str(seeker.do("propose_vacancy", vacancy=str(vacancy)).event_ids[0])
    seeker.do("agree_to_proposal", proposal=sent, agreed=True)
    seeker.do("record_result", proposal=sent, result="HIRED")
    advance = application_of(world, seeker.id, source="BENEFIT_ADVANCE", entitled_on=seeker.today)
    world.ask(irene, "funding", "file_application", advance)
    world.ask(irene, "funding", "grant_application", advance, amount="5000.00", theoretical_end="2029-12-31")
    world.ask(irene, "funding", "pay_tranche", advance, amount="3500.00")
    world.ask(irene, "funding", "check_tranche", advance, conditions_met=True)
    seeker.do("confirm_placement", employer="Cantiere Fittizio s.p.a.", starts_on=seeker.today, contract="PERMANENT",
              vacancy=str(vacancy), evidence_seen=True)  # fmt: skip
    seeker.do("answer_repayment_warning", answer="Al patronato.")
    seeker.do("record_stay_check", still_there=True)
    seeker.do("end_placement", ended_by="FIRM_CLOSED")
    seeker.do("overrule", by=nives, parameter="job_search", value=60, reason="Su richiesta.")
    session, cancelled = session_of(world), session_of(world)
    world.ask(irene, "session", "enrol", session, case=str(seeker.id))
    world.ask(irene, "session", "give_up_place", session, case=str(seeker.id))
    world.ask(irene, "session", "hold_session", session, attendees=12)
    world.ask(irene, "session", "cancel_session", cancelled)
    world.ask(irene, "vacancy", "withdraw_vacancy", vacancy_of(world, open_until="2030-12-31"))
    vacancy_of(world, open_until=world.clock.at.date().isoformat())
    lapsing = application_of(world, seeker.id, source="BENEFIT_ADVANCE", entitled_on=seeker.today)
    case = TestCase(world, world.person("Ospiti", "Noa", "1988-08-08")).up_to("FUNDING")
    thing = resource_of(world)
    world.ask(irene, "resource", "reserve", thing, venture=str(case.venture), days=5)
    world.clock.turn_to(world.clock.at.date() + timedelta(days=40))
    world.settle()
    assert world.runtime.application.load("funding", lapsing, world.auditor).state == "LAPSED"
    group = TestGroup(world, members=4).planned()
    group.trading()
    for number in (3, 2):
        group.do("withdraw_member", person=str(group.people[number]), reason_code="OTHER", reason="Cambia vita.")
    world.clock.turn_to(world.clock.at.date() + timedelta(days=370))
    world.settle()
    group.do("transform", by=elio, legal_form="SRL")
    group.do("resume_trading", by=elio)
    group.do("sell", by=elio)


def time_and_requests(world: World) -> None:
    """Reminders and messages, check-ins moved and added, pauses, requests about data, retention, the employment centre."""
    irene, nives, elio = world.irene, world.nives, world.elio
    case = TestCase(world, world.person("Attendisti", "Pia", "1987-07-07")).up_to("MENTORING")
    month = calendar.add_months
    start = world.clock.at.date()
    for step, stream, kind in (("pause_reminders", case.id, "case"), ("pause_reminders", case.venture, "venture")):
        world.ask(
            irene if kind == "case" else elio, kind, step, stream, until=month(start, 1).isoformat(), reason="Ricovero."
        )
        world.ask(irene if kind == "case" else elio, kind, "resume_reminders", stream, reason="Guarita.")
    case.of_venture("move_check_in", by=elio, month=1, to=month(start, 1).isoformat(), reason="Ferie.")
    case.of_venture("add_check_in", by=elio, month=2, reason="Su richiesta.")
    case.do("record_service_pact", signed_on=case.today)
    person = case.person
    asked = str(
        world.ask(irene, "person", "receive_data_request", person, right="ACCESS", words="Vorrei una copia.").event_ids[
            0
        ]
    )
    world.ask(world.dina, "person", "extend_data_request", person, request=asked, reason="Archivio cartaceo.")
    world.ask(world.dina, "person", "answer_data_request", person, request=asked, outcome="GRANTED")
    world.ask(irene, "person", "give_consent", person, purpose="SHARE_WITH_PARTNERS")
    world.ask(irene, "person", "withdraw_consent", person, purpose="SHARE_WITH_PARTNERS")
    world.ask(irene, "person", "tell_recipients", person, note="Detto a voce.")
    world.ask(world.admin, "operator", "change_operator_contacts", irene.id, email="irene@example.org", language="fr")
    corsica = world.open_desk("2B-TRY", "2B", country="FR", region="FRM0")
    worker = world.employ("Ondine Fictive", Role.CASEWORKER, corsica)
    firm = world.ask(
        worker, "company", "report_company", desk=str(corsica), name="Verrerie Imaginaire", employees=12
    ).id
    world.ask(worker, "company", "inform_employees", firm, informed_on=world.clock.at.date().isoformat())
    closed = TestCase(world, world.person("Conservati", "Ada", "1986-06-06")).up_to("PLAN")
    closed.do("close", outcome="TRAINING", reason_code="TOO_EARLY", exit_situation="TRAINING")
    until = month(start, 60).isoformat()
    proposed = closed.do("propose_retention", keep_until=until, reason="Controllo in corso.").event_ids[0]
    closed.do("confirm_retention", by=nives, proposal=str(proposed))
    access = world.ask(
        world.oreste,
        "access",
        "take_access",
        file_number=case.now.file_number,
        reason="Il collega è assente e la persona è qui.",
    ).id
    world.ask(nives, "access", "review_access", access, verdict="JUSTIFIED")
    submission_of(world)
    at = world.clock().isoformat()
    world.ask(world.admin, "restoration", "record_restoration", backup_format=2, backup_release="0.0.0", log_made_at=at, keys_made_at=at,
              ledger="GIVEN", ledger_written_at=at, erasures=3, not_revived=1, why_old_keys="Copia inventata, oltre il suo giorno.")  # fmt: skip
    world.ask(world.admin, "restoration", "record_restoration", backup_format=2, backup_release="0.0.0", log_made_at=at, ledger="NONE",
              erasures=0, not_revived=0, why_no_ledger="Registro perduto, invenzione.", why_no_keys="Chiavi perdute, invenzione.")  # fmt: skip
    _reminded(world, case.id)


def _reminded(world: World, case: UUID) -> None:
    """Every step of reminders and messages, as time takes them."""
    application, today = world.runtime.application, world.clock.at.date()

    def clock(kind: str, step: str, stream: UUID, **values: Any) -> None:
        application.execute(CommandRequest(kind=kind, step=step, values=values, by=CLOCK, stream=stream))

    reminder, message = told(world, case, then=("remind", "last"))
    clock("reminder", "raise_reminder", reminder, rung="remind", recipients=[{"who": str(world.irene.id)}])
    clock("reminder", "expire_reminder", reminder, rung="last", because="TOO_LATE")
    world.ask(
        world.irene,
        "reminder",
        "snooze_reminder",
        reminder,
        until=(today + timedelta(days=3)).isoformat(),
        reason="Domani.",
    )
    record = application.records.load(Case, case)
    key = application.records.load(Reminder, reminder).key
    was = record.deadlines[key].due_on
    world.runtime.log.rows(
        "UPDATE read.deadline_v2 SET due_on = $1 WHERE stream = $2 AND key = $3", was + timedelta(days=1), case, key
    )
    clock("reminder", "end_reminder", reminder)
    world.runtime.log.rows("UPDATE read.deadline_v2 SET due_on = $1 WHERE stream = $2 AND key = $3", was, case, key)
    clock("reminder", "resume_reminder", reminder)
    clock("message", "defer_message", message, reply="451", again_at=world.clock().isoformat())
    clock("message", "hand_over_message", message, reply="250")
    clock("message", "bounce_message", message, status="5.1.1")
    for number, (step, values) in enumerate(
        (("fail_message", {"reply": "550"}), ("withdraw_message", {"because": "LEFT"}))
    ):
        world.clock.turn_to(today + timedelta(days=number + 1))
        other = told(
            world, TestCase(world, world.person(f"Ricordati{'ab'[number]}", "Ivo", "1985-05-05")).up_to("INTAKE").id
        )[1]
        clock("message", step, other, **values)


def _doubts(world: World) -> None:
    """Steps put in doubt by a correction, lifted, put in doubt again and settled."""
    case = world.case("BUSINESS_PLAN", person=world.person("Dubbi", "Nora", "1986-06-06"))
    application = application_of(world, case.id, venture=str(case.venture))
    for kind, stream in (("case", case.id), ("venture", case.venture), ("funding", application)):
        assert stream is not None
        step = world.runtime.application.records.history(stream)[0].event_id
        said = {"doubt_steps": [{"step": str(step), "rules": ["case_known"]}], "lift_doubts": [str(step)]}
        for name in ("doubt_steps", "lift_doubts", "doubt_steps"):
            values = {"correction": str(step), "steps": said[name]}
            world.runtime.application.execute(
                CommandRequest(kind=kind, step=name, by=POLICY, stream=stream, values=values)
            )
        world.ask(
            world.nives, kind, "settle_doubt", stream, doubted=str(step), verdict="STANDS", reason="Va bene così."
        )


def _a_buy_out(world: World) -> None:
    nives = world.nives
    world.ask(world.admin, "desk", "post_operator", world.desk, operator=str(world.elio.id), role="MENTOR",
              since=world.clock.at.date().isoformat())  # fmt: skip
    group = TestGroup(world, "WORKER_BUY_OUT", members=6, bid_date="2030-06-30")
    _doubts(world)
    group.do("invite_member", person=str(group.people[5]))
    group.do("invite_desk", to_desk=str(world.armea))
    group.planned()
    group.do("set_perimeter", company=str(group.company), jobs=6)
    group.do("file_bid", amount="10000.00")
    group.do("lose_business", reason_code="TOO_SLOW")
    group.do("overrule", by=nives, parameter="plan_lapse_share", value=30, reason="Già concordato.")
    group.do("exclude_member", person=str(group.people[5]), reason="Per statuto.")
    group.do("revise_uses", uses=[{"kind": "EQUIPMENT", "amount": "190000.00"}])
    group.do("begin_setting_up")
    group.do("constitute", legal_form="COOP_SRL")
    for person in group.people[:5]:
        group.do("subscribe_share", person=str(person), amount="8000.00", from_benefit="6000.00")
    world.settle()
    expected = (world.clock.at.date() + timedelta(days=60)).isoformat()
    group.do("exercise_preemption", price="9000.00", decision_expected_on=expected)
    group.do("answer_conflict", answered_by="Patronato Immaginario", answer="Entro il termine.")
    oven = resource_of(world, company=str(group.company))
    world.ask(world.irene, "resource", "reserve", oven, venture=str(group.id))
    group.do("award_business", access="AWARD")
    group.do("promise_funds", source="GRANT", amount="200.00")
    group.do("withdraw_funds", source="GRANT", amount="200.00")
    group.do("register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
    group.do("promise_funds", source="INVESTOR_MEMBER", amount="200000.00")
    group.do("start_trading")
    world.settle()
    refused = group.cases[0].now
    assert "consequence" in refused.deadlines
    group.cases[0].do("settle_refusal", note="Visto.")
    group.do("cease", cause="CASH", jobs_lost="5.00")
    world.settle()
    lapsing = TestGroup(world, members=3).planned()
    lapsing.do("withdraw_member", person=str(lapsing.people[2]), reason_code="OTHER")
    spin_off = TestGroup(world, "SPIN_OFF", members=1)
    spin_off.do("agree_with_parent", paper="LETTER_OF_INTENT")
    french = world.open_desk("2B-CAE", "2B", country="FR", region="FRM0")
    irene, desk = world.irene, world.desk
    world.irene, world.desk = world.employ("Irène Modelli-Faux", Role.CASEWORKER, french), french
    host = TestCase(world, world.person("Semblançon", "Letizia")).up_to("PLAN")
    host.do("choose_pathway", pathway="HOSTED_ENTREPRENEUR")
    host.venture = world.ask(
        world.irene, "venture", "open_venture", kind="HOSTED_ENTREPRENEUR", case=str(host.id), working_title="Atelier"
    ).id
    world.settle()
    host.of_venture("start_feasibility")
    host.of_venture("find_feasible", verdict="GO")
    host.of_venture("submit_plan", author=str(world.irene.id), **PLAN)
    host.of_venture("validate_plan", by=world.employ("Ange Exemplier", Role.COORDINATOR, french))
    ends = (world.clock.at.date() + timedelta(days=300)).isoformat()
    host.of_venture("host_venture", host="Coopérative Imaginaire", contract="CAPE", host_number="99900017700017",
                    contract_number="CAPE-1", ends_on=ends)  # fmt: skip
    host.of_venture("renew_hosting", ends_on=ends)
    world.irene, world.desk = irene, desk


def _firms_and_things(world: World) -> None:
    irene = world.irene
    company = company_of(world, bid_date="2030-06-30")
    world.ask(irene, "company", "record_wage_support", company, support="CIGS", employees=31, until="2030-10-31")
    world.ask(irene, "company", "record_workforce", company, employees=30, interested=12)
    world.ask(irene, "company", "hold_crisis_table", company, participants=["Regione Finta"], agreed="Rinvio.")
    _corrected(world, "company", company, "company.reported", "employees", value="32")
    world.ask(irene, "company", "recover", company)
    world.ask(irene, "company", "wind_up", company_of(world, bid_date=""))
    thing = resource_of(world)
    world.ask(irene, "resource", "verify_resource", thing, condition="GOOD", details="In ordine.")
    photo = CommandRequest(kind="resource", step="attach_file", values={"title": "Il forno"}, by=irene, stream=thing)
    file_document(world.runtime.application, world.runtime.files, photo, b"%PDF-1.7 invented")
    case = TestCase(world, world.person("Usanti", "Rea", "1987-07-07")).up_to("BUSINESS_PLAN")
    world.ask(irene, "resource", "reserve", thing, venture=str(case.venture))
    world.ask(irene, "resource", "release_resource", thing, venture=str(case.venture))
    world.ask(irene, "resource", "withdraw_resource", thing, reason="Venduto.")


def _money(world: World) -> None:
    irene = world.irene
    case = TestCase(world, world.person("Fondi", "Isa", "1986-06-06")).up_to("FUNDING")
    asked = application_of(world, case.id, venture=str(case.venture), source="MICROCREDIT", amount="12000.00")
    _corrected(world, "funding", asked, "funding.drafted", "amount", value="12500.00")
    world.ask(irene, "funding", "file_application", asked)
    world.ask(irene, "funding", "grant_application", asked, amount="12000.00")
    world.settle()
    world.ask(irene, "funding", "withdraw_application", asked, reason_code="OTHER")
    world.settle()
    other = application_of(world, case.id)
    world.ask(irene, "funding", "file_application", other)
    world.ask(irene, "funding", "refuse_application", other, reason_code="FUNDING_REFUSED")


def main(release: str) -> None:
    target = Path(__file__).parents[1] / "history" / f"{release}.jsonl"
    if target.exists():
        raise SystemExit(f"{target} is kept already, and never edited.")
    clock = SetClock()
    runtime = Runtime.prepare(StoreLocations.folder(Path(tempfile.mkdtemp())), clock=clock)
    every_topic(World(runtime, clock))
    lines = []
    for row in runtime.application.recorder.after(0, 10_000):
        event = decode(row)
        lines.append(json.dumps({
            "position": row[0], "event_id": str(event.event_id), "originator_id": str(event.stream),
            "originator_version": row[3], "topic": row[4], "state": bytes(row[5]).decode(),
            "metadata": bytes(row[6]).decode(), "left": event.body.left.state,
        }))  # fmt: skip
    missing = set(TOPICS) - {json.loads(line)["topic"] for line in lines}
    if missing:
        raise SystemExit(f"No example of {sorted(missing)}.")
    target.write_text("\n".join(lines) + "\n")
    target.with_suffix(".sha256").write_text(folded(release) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
