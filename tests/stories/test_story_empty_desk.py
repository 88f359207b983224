"""Story: empty desk. A caseworker leaves; what was theirs is handed over, and nothing is without somebody."""

from datetime import date, timedelta
from uuid import UUID

from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import company_of
from tests.support.mailbox import mailbox, text_of
from tests.support.over_http import Desk
from tests.support.reminding import addresses, look, mailed, told
from tests.support.world import World


def _turn(world: World, day: str) -> None:
    world.clock.turn_to(day)
    world.settle()


def test_empty_desk(world: World, client: TestClient) -> None:
    world.second_desk()
    bice = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    colleague, delia = Desk(client, world.token(bice)), Desk(client, world.token(world.delia))
    cases = [world.case("PLAN", person=world.person(f"Lascia{name}", "Ada")) for name in ("ti", "to", "te", "ta", "tu")]
    firm = world.case("MENTORING", person=world.person("Mentori", "Ugo"))
    future = irene.begin("appointments", desk=str(world.desk), case=str(cases[0].id), operator=str(world.irene.id),
                         service="ORIENTATION", channel="PHONE", day="2026-04-20", time="09:00")["id"]  # fmt: skip

    # 16 March: the coordinator looks at everything that is Irene's, the most pressing first
    _turn(world, "2026-03-16")
    overdue = nives.get("work/overdue", worker=str(world.irene.id))
    assert overdue["items"], "the contacts agreed upon are overdue by now"
    assert [each["due_on"] for each in overdue["items"]] == sorted(each["due_on"] for each in overdue["items"])
    mine = nives.get("cases", caseworker=str(world.irene.id), state="PLAN", sort="next_due_on")["items"]
    ids = [each["case_id"] for each in mine]
    assert len(ids) == 5
    _turn(world, "2026-03-30")
    silent = {each["id"] for each in nives.get("work/silent", worker=str(world.irene.id))["items"]}
    assert silent == set(ids), "no contact for more than 45 days"

    # a preview, then the handover, each case on its own
    values = {"caseworker": str(bice.id), "reason": "Irene lascia il servizio."}
    batch = {"kind": "case", "step": "hand_over", "values": values, "ids": [*ids, str(firm.id), str(UUID(int=9))]}
    preview = nives.result(nives.send("batches", **batch, dry_run=True), world.settle).json()
    assert [each["outcome"] for each in preview["items"]] == ["Would"] * 6 + ["NotFound"]
    assert irene.get(f"cases/{ids[0]}")["caseworker"] == str(world.irene.id)
    waiting = nives.try_step(f"cases/{ids[0]}", "request_transfer", to_desk=str(world.armea), informed_on="2026-03-30",
                             note="Vuole Sanremo.")  # fmt: skip
    assert waiting.status_code == 200
    done = nives.result(nives.send("batches", **batch), world.settle).json()
    assert [each["outcome"] for each in done["items"]] == ["Done"] * 6 + ["NotFound"]

    # no case without a caseworker at any time; the pending transfer is void; past work keeps its name
    for each in [*ids, str(firm.id)]:
        _never_without_a_caseworker(world, UUID(each))
        assert nives.get(f"cases/{each}")["caseworker"] == str(bice.id)
    assert nives.get(f"cases/{ids[0]}")["transfer"]["answer"] == "VOIDED"
    events = world.runtime.application.records.history(UUID(ids[0]))
    signed = next(e for e in events if e.topic == "case.agreement_signed")
    amended = next(e for e in events if e.topic == "case.agreement_amended")
    assert signed.facts.caseworker == world.irene.id, "what was signed is not rewritten"
    assert (amended.facts.agreement, amended.facts.caseworker) == (signed.event_id, bice.id)
    held = [
        row
        for row in nives.get("appointments", operator=str(world.irene.id), limit=200)["items"]
        if row["state"] == "HELD"
    ]
    assert len(held) == 6
    assert nives.get(f"appointments/{future}")["operator"] == str(world.irene.id), "to be seen to, not silently moved"

    # one person asks for Savona's neighbour instead: a transfer, answered by the other desk
    nives.step(
        f"cases/{ids[0]}", "request_transfer", to_desk=str(world.armea), informed_on="2026-03-30", note="Vuole Sanremo."
    )
    refused = delia.step(f"cases/{ids[0]}", "refuse_transfer", reason="Siamo al completo.")
    assert refused["transfer"]["answer"] == "REFUSED"
    _turn(world, "2026-03-31")
    assert [line["why"] for line in nives.get("work/answered")["items"]] == ["REFUSED"]

    # 1 April: the account ends at once
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id), on="2026-03-31")
    _turn(world, "2026-04-01")
    assert irene.raw("cases").status_code == 401
    world.ask(world.admin, "operator", "leave_operator", world.irene.id)
    assert irene.raw("cases").status_code == 401
    assert colleague.get("work", mine=True)["items"]
    assert verify_everything(world.runtime) == []


def _never_without_a_caseworker(world: World, case: UUID) -> None:
    """From the first assignment on, every version of the case names somebody."""
    events = world.runtime.application.records.history(case)
    assigned = False
    for count in range(1, len(events) + 1):
        caseworker = (
            type(world.runtime.application.load("case", case, world.auditor)).replay(case, events[:count]).caseworker
        )
        assigned = assigned or caseworker is not None
        assert not assigned or caseworker is not None


def test_a_colleague_who_covers_sees_the_work_of_the_absent_as_their_own_until_its_last_day(
    world: World, client: TestClient
) -> None:
    bice = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    colleague, nives = Desk(client, world.token(bice)), Desk(client, world.token(world.nives))
    case = world.case("PLAN")
    _turn(world, "2026-03-16")
    assert colleague.get("work/overdue", mine=True)["items"] == []
    nives.step(f"desks/{world.desk}", "record_absence", operator=str(world.irene.id), cover=str(bice.id),
               since="2026-03-16", until="2026-03-20")  # fmt: skip
    assert {line["id"] for line in colleague.get("work/overdue", mine=True)["items"]} == {str(case.id)}
    _turn(world, "2026-03-21")
    assert colleague.get("work/overdue", mine=True)["items"] == []


def test_a_request_without_an_answer_expires_and_both_sides_see_it(world: World, client: TestClient) -> None:
    world.second_desk()
    irene, oreste = Desk(client, world.token(world.irene)), Desk(client, world.token(world.oreste))
    case = world.case("PLAN")
    irene.step(
        f"cases/{case.id}", "request_transfer", to_desk=str(world.armea), informed_on="2026-02-02", note="Abita lì."
    )
    due = date.fromisoformat(oreste.get("work/incoming")["items"][0]["due_on"])
    assert due == date(2026, 2, 16)
    _turn(world, due.isoformat())
    assert oreste.sees(f"cases/{case.id}")
    _turn(world, (due + timedelta(days=1)).isoformat())
    assert irene.get(f"cases/{case.id}")["transfer"]["answer"] == "EXPIRED"
    assert not oreste.sees(f"cases/{case.id}")
    assert [line["why"] for line in irene.get("work/answered")["items"]] == ["EXPIRED"]


def test_the_giving_desk_reads_on_for_the_days_agreed_and_cannot_act(world: World, client: TestClient) -> None:
    world.second_desk()
    irene = Desk(client, world.token(world.irene))
    case = world.case("PLAN")
    case.do("request_transfer", to_desk=str(world.armea), informed_on="2026-02-02", note="Abita lì.", grace_days=10)
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    shown = irene.get(f"cases/{case.id}")
    assert shown["allowed_steps"] == []
    told = irene.try_step(f"cases/{case.id}", "add_note", text="Ancora una cosa.")
    assert [why["rule"] for why in told.json()["refusals"]] == ["record.not_your_desk"]
    _turn(world, "2026-02-12")
    assert irene.sees(f"cases/{case.id}")
    _turn(world, "2026-02-13")
    assert not irene.sees(f"cases/{case.id}")


def test_the_day_that_cannot_be_had_again_was_escalated_first(world: World) -> None:
    """A receiver wants offers by 14 April. On 16 March it stands before everything that is merely late."""
    addresses(world)
    world.second_desk()
    for letter in "abc":
        world.case("PLAN", person=world.person(f"Tarda{letter}", "Ada"))
    mentored = world.case("MENTORING", person=world.person("Mentori", "Ugo"))
    company_of(world, bid_date="2026-04-14")
    look(world, "2026-03-13")
    look(world, "2026-03-16")
    with mailbox() as (box, mail):
        mailed(world, mail)
        [digest] = [
            each for each in box.to("nives@opera.example") if str(each["Subject"]) == "Promemoria del 16/03/2026"
        ]
    lines = [line for line in text_of(digest).splitlines() if line.startswith("* ")]
    assert "termine per l'offerta: entro il 14/04/2026 (fra 29 giorni)" in lines[0]
    assert len(lines) > 1

    # 31 March: Irene leaves. Whoever takes over is told from then on; the venture's reminders follow its mentor
    bice = world.employ("Bice Inventati", Role.CASEWORKER, world.desk)
    world.clock.turn_to("2026-03-31")
    mentored.do("hand_over", by=world.nives, caseworker=str(bice.id), reason="Irene lascia il servizio.")
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id), on="2026-03-31")
    mentored.of_venture("move_check_in", by=world.elio, month=1, to="2026-04-02", reason="Passaggio di consegne.")
    before = told(world)
    for day in ("2026-04-01", "2026-04-02", "2026-04-07", "2026-04-14"):
        look(world, day)
    after = [each for each in told(world) if each not in before]
    assert world.irene.id not in {each.recipient for each in after}
    assert {each.recipient for each in after if each.rule == "check_in"} == {world.elio.id}
    assert [each.rung for each in after if each.rule == "bid_date"] == ["fortnight", "today"]
