"""Writes the kept examples of a release: `python -m tests.keep_examples 0.1.0`. Once kept, a file is never edited.

A journey through every step of every table, on an office of its own; the sealed values belong to a key thrown away.
"""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from opera_cases.domain.events import TOPICS
from opera_cases.domain.vocabulary import Role
from opera_cases.log.codec import decode
from opera_cases.office.ask import Ask
from opera_cases.office.filing import file_document
from opera_cases.office.premises import Addresses, Premises
from tests.test_golden_histories import folded
from tests.world import PLAN, SetClock, World


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
    case.check_in(1, light="RED")
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
    other.do("record_profile", occupations=["7512"])
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
    world.ask(world.admin, "operator", "leave_operator", elio.id)


def _corrected(world: World, kind: str, stream: UUID, topic: str, field: str, **says: str) -> None:
    """Propose twice, reject the first and confirm the second."""
    record = world.where.office.load(kind, stream, world.auditor)
    fact = next(each.event_id for each in record.known.values() if each.topic == topic)
    for _ in range(2):
        proposed = world.ask(world.irene, kind, "propose_correction", stream, fact=str(fact), field=field, reason="Prova.", **says)
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
    version = Ask(kind="document", step="add_version", values={"title": "Seconda"}, by=irene, stream=document)
    file_document(world.where.office, world.where.files, version, b"%PDF-1.7 second")
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
    first, second = (world.case("INTAKE", person=world.person("Doppi", name, "1993-03-03")) for name in ("Anna", "Nanni"))
    pair = world.ask(irene, "duplicate", "flag_duplicate", first=str(first.person), second=str(second.person),
                     reasons=["SIMILAR_NAME"]).id  # fmt: skip
    world.ask(nives, "duplicate", "reject_duplicate", pair, reason="Due.")
    world.ask(nives, "duplicate", "confirm_duplicate", pair, survivor=str(first.person), keep_case=str(second.id), reason="Una.")
    world.ask(nives, "duplicate", "separate_records", pair, reason="Due.")
    until = (world.clock.at.date() + timedelta(days=9)).isoformat()
    world.ask(nives, "desk", "record_absence", world.desk, operator=str(irene.id), cover=str(colleague.id),
              since=case.today, until=until)  # fmt: skip
    world.ask(nives, "desk", "end_absence", world.desk, operator=str(irene.id))


def main(release: str) -> None:
    target = Path(__file__).parent / "history" / f"{release}.jsonl"
    if target.exists():
        raise SystemExit(f"{target} is kept already, and never edited.")
    clock = SetClock()
    where = Premises.prepare(Addresses.folder(Path(tempfile.mkdtemp())), clock=clock)
    every_topic(World(where, clock))
    lines = []
    for row in where.office.recorder.after(0, 10_000):
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
