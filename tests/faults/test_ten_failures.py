"""The ten known failures of reminders: each must not happen here, and each happens to the naive design beside it."""

from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.jobs.due_scan import remind
from tests.support.mailbox import mailbox
from tests.support.naive import Naive
from tests.support.over_http import Desk
from tests.support.reminding import addresses, look, mailed, passed, rungs, told
from tests.support.world import World


def _later(world: World, days: int, hour: int = 9) -> None:
    world.clock.turn_to(world.clock.at.date() + timedelta(days=days))
    world.clock.at = world.clock.at.replace(hour=hour)


# 1. The scheduler was down while the window was open.


def test_1_an_outage_over_the_day_of_a_rung_loses_nothing(world: World) -> None:
    world.case("MENTORING")
    assert look(world, "2026-02-15") == 0, "the invitation to month one is due on Monday the sixteenth"
    assert look(world, "2026-02-19"), "three days of outage"
    assert rungs(world, "check_in", world.elio) == ["invite"]
    assert look(world, "2026-02-20") == 0, "and once is enough"


def test_1_happens_to_the_naive_design(small: World) -> None:
    small.case("MENTORING")
    naive = Naive(small)
    for day in ("2026-02-15", "2026-02-19", "2026-02-20"):
        small.clock.turn_to(day)
        naive.look(small.clock.at)
    assert naive.sent == []


# 2. A run that came late was dropped.


def test_2_whoever_looks_late_tells_the_same(world: World) -> None:
    case = world.case("MENTORING")
    look(world, "2026-02-16", at="13:47")
    assert rungs(world, "check_in") == ["invite"]
    assert told(world)[0].record == case.venture


def test_2_happens_to_the_naive_design(small: World) -> None:
    small.case("MENTORING")
    naive = Naive(small)
    small.clock.turn_to("2026-02-16")
    naive.look(small.clock.at.replace(hour=13, minute=47))
    assert naive.sent == []


# 3. One flag for several needs.


def test_3_two_deadlines_of_one_record_are_told_each_for_itself(world: World) -> None:
    world.case("IDEA")
    look(world, "2026-03-04")
    look(world, "2026-05-04")
    assert rungs(world, "next_contact", world.irene) == ["due"]
    assert rungs(world, "idea_study", world.irene) == ["remind"]


def test_3_happens_to_the_naive_design(small: World) -> None:
    small.case("IDEA")
    naive = Naive(small)
    for day in ("2026-03-04", "2026-05-03"):
        small.clock.turn_to(day)
        naive.look(small.clock.at)
    assert [rule for _, rule, _ in naive.sent] == ["next_contact"]


# 4. Whoever comes back is skipped.


def _two_months(world: World, looks: object) -> None:
    case = world.case("PLAN")
    for day, then in (("2026-03-04", "2026-03-05"), ("2026-04-07", "2026-04-08")):
        looks(day)  # type: ignore[operator]
        world.clock.turn_to(then)
        case.do("record_attempt", channel="PHONE", reached=True)


def test_4_the_next_cycle_is_told_again(world: World) -> None:
    _two_months(world, lambda day: look(world, day))
    assert rungs(world, "next_contact", world.irene) == ["due", "due"]


def test_4_happens_to_the_naive_design(small: World) -> None:
    naive = Naive(small)

    def at(day: str) -> None:
        small.clock.turn_to(day)
        naive.look(small.clock.at)

    _two_months(small, at)
    assert len(naive.sent) <= 1


# 5. Reminded though a meeting is booked.


def _booked(world: World) -> UUID:
    case = world.case("PLAN")
    return world.ask(world.irene, "appointment", "book_appointment", desk=str(world.desk), case=str(case.id),
                     operator=str(world.irene.id), service="ORIENTATION", channel="IN_PERSON", day="2026-03-10", time="10:00").id  # fmt: skip


def test_5_nobody_is_reminded_of_a_contact_that_is_booked(world: World) -> None:
    booked = _booked(world)
    look(world, "2026-03-04")
    assert rungs(world, "next_contact") == []
    world.ask(world.irene, "appointment", "cancel_appointment", booked)
    look(world, "2026-03-05")
    assert rungs(world, "next_contact", world.irene) == ["due"], "once the meeting is off, the reminder is on"


def test_5_what_is_in_a_message_is_looked_at_again_when_it_is_sent(world: World) -> None:
    addresses(world)
    case = world.case("PLAN")
    look(world, "2026-03-04")
    with mailbox() as (box, mail):
        case.do("record_attempt", channel="PHONE", reached=True)
        assert mailed(world, mail) == 0
        assert box.taken == []
    assert [
        str(row[0]) for row in world.runtime.log.rows("SELECT reply FROM read.message_v1 WHERE form = 'DIGEST'")
    ] == ["NOTHING_LEFT"]


def test_5_happens_to_the_naive_design(small: World) -> None:
    _booked(small)
    naive = Naive(small)
    small.clock.turn_to("2026-03-04")
    naive.look(small.clock.at)
    assert [rule for _, rule, _ in naive.sent] == ["next_contact"]


# 6. Wrong after a pause.


def test_6_after_a_pause_what_is_still_useful_is_told_once(world: World) -> None:
    case = world.case("MENTORING")
    pause = {"until": "2026-03-10", "reason": "In ospedale."}
    case.of_venture("pause_reminders", by=world.elio, **pause)
    for day in ("2026-02-16", "2026-02-27", "2026-03-02", "2026-03-09"):
        look(world, day)
    assert rungs(world, "check_in") == []
    look(world, "2026-03-10")
    assert rungs(world, "check_in") == ["nudge"], "not four at once"
    assert {"invite", "remind", "due"} <= passed(world, "check_in").keys(), "what passed meanwhile is on record"
    assert remind(world.runtime) == 0


def test_6_resuming_early_tells_what_is_due_now(world: World) -> None:
    case = world.case("MENTORING")
    case.of_venture("pause_reminders", by=world.elio, until="2026-03-20", reason="In ospedale.")
    look(world, "2026-03-02")
    assert rungs(world, "check_in") == []
    case.of_venture("resume_reminders", by=world.elio, reason="Dimesso.")
    look(world, "2026-03-03")
    assert rungs(world, "check_in") == ["due"]
    assert case.venture_refused("resume_reminders", by=world.elio, reason="Ancora.") == {"reminders_paused"}
    assert case.venture_refused("pause_reminders", by=world.elio, until="2027-03-20", reason="Troppo.") == {
        "pause_in_time"
    }


def test_6_happens_to_the_naive_design(small: World) -> None:
    case = small.case("MENTORING")
    case.of_venture("pause_reminders", by=small.elio, until="2026-03-10", reason="In ospedale.")
    naive = Naive(small)
    for day in ("2026-02-16", "2026-02-27", "2026-03-10"):
        small.clock.turn_to(day)
        naive.look(small.clock.at)
    assert naive.sent, "it reminds in the middle of the pause"


# 7. A burst of mails, and the same one twice.


def test_7_a_day_makes_one_digest_whoever_composes_it(world: World) -> None:
    addresses(world)
    for letter in "abcdefgh":
        world.case("INTAKE", person=world.person(f"Prova{letter}", "Eva"))
    look(world, "2026-02-17")
    with mailbox() as (box, mail):
        mailed(world, mail)
        mailed(world, mail)
        assert [str(each["To"]) for each in box.taken] == ["nives@opera.example"], (
            "nobody is assigned: whoever coordinates is told"
        )
        assert len(told(world)) == 8


def test_7_happens_to_the_naive_design(small: World) -> None:
    for letter in "abcdefgh":
        small.case("INTAKE", person=small.person(f"Prova{letter}", "Eva"))
    naive = Naive(small)
    small.clock.turn_to("2026-02-17")
    naive.look(small.clock.at)
    assert len(naive.sent) == 8, "eight mails at once"


# 8. Sent to the wrong people.


def test_8_who_is_told_is_looked_up_when_it_is_told(world: World) -> None:
    world.second_desk()
    case = world.case("PLAN")
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="Si trasferisce.")
    case.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
    look(world, "2026-03-04")
    assert [each.recipient for each in told(world) if each.rule == "next_contact"] == [world.oreste.id]


def test_8_whoever_left_the_desk_is_told_nothing_more(world: World) -> None:
    world.case("PLAN")
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id))
    look(world, "2026-03-04")
    assert [each.recipient for each in told(world)] == [world.nives.id], "the next in the chain"


def test_8_happens_to_the_naive_design(small: World) -> None:
    small.second_desk()
    case = small.case("PLAN")
    naive = Naive(small)
    case.do("request_transfer", to_desk=str(small.armea), informed_on=case.today, note="Si trasferisce.")
    case.do("accept_transfer", by=small.oreste, caseworker=str(small.oreste.id))
    naive.remember()
    small.clock.turn_to("2026-03-04")
    naive.look(small.clock.at)
    assert [who for who, _, _ in naive.sent] == [small.irene.id]


# 9. No supervisor, no job.


def test_9_where_nobody_is_there_the_region_is_told_and_in_the_end_it_is_seen(world: World) -> None:
    world.case()
    for who in (world.nives, world.irene):
        world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(who.id))
    look(world, "2026-02-05")
    reminder = world.runtime.application.records.load(
        Reminder, UUID(str(world.runtime.log.rows("SELECT reminder_id FROM read.reminder_v1")[0][0]))
    )
    assert [(each.rung, each.recipients) for each in reminder.told] == [("due", ())]
    with TestClient(create_app(world.runtime)) as client:
        lines = Desk(client, world.token(world.auditor)).raw("work/unheard").json()["items"]
    assert [(line["kind"], line["why"]) for line in lines] == [("reminder", "call_back")]
    world.second_desk()
    world.token(world.rino)
    look(world, "2026-02-06")
    assert [(each.recipient, each.rung) for each in told(world)] == [(world.rino.id, "escalate")]


def test_9_happens_to_the_naive_design(small: World) -> None:
    small.case()
    small.ask(small.admin, "desk", "withdraw_operator", small.desk, operator=str(small.nives.id))
    naive = Naive(small)
    small.clock.turn_to("2026-02-06")
    with pytest.raises(IndexError):
        naive.look(small.clock.at)


# 10. Why did I get this?


def test_10_every_reminder_says_why(world: World) -> None:
    case = world.case("MENTORING")
    look(world, "2026-02-16")
    with TestClient(create_app(world.runtime)) as client:
        elio = Desk(client, world.token(world.elio))
        reminder = elio.raw("reminders", record=str(case.venture)).json()["items"][0]["reminder_id"]
        why = elio.raw(f"reminders/{reminder}/why").json()
    assert why["rule"] == {
        "name": "check_in", "label": "verifica dopo l'avvio", "edition": "2026-7",
        "says": "After the start, mentor and entrepreneur meet in months 1, 3, 6, 9, 12, 18, 24, 30 and 36.",
        "source": "programme schedule, handbook 3.1",
    }  # fmt: skip
    assert (why["set_by"]["topic"], why["set_by"]["by"]) == ("venture.trading_started", str(world.irene.id))
    assert [(each["rung"], each["planned_on"], each["told_on"]) for each in why["rungs"]][:4] == [
        ("invite", "2026-02-16", "2026-02-16"), ("invite_members", "2026-02-16", None), ("remind", "2026-02-27", None),
        ("remind_members", "2026-02-27", None),
    ]  # fmt: skip
    assert [each["code"] for each in why["rungs"][1]["because"]] == ["NOT_AGREED"]
    assert why["rungs"][0]["recipients"][0]["who"] == str(world.elio.id)
    assert MOUNT in why["_links"]["self"]


def test_10_happens_to_the_naive_design(small: World) -> None:
    assert not hasattr(Naive(small), "why")


# And the clock on the wall: nights, holidays, and the two days of the year that are not twenty-four hours long.


@pytest.mark.parametrize(
    ("day", "at", "tells"),
    [
        ("2026-02-16", "05:30", False),
        ("2026-02-16", "18:30", False),
        ("2026-02-16", "07:30", True),
        ("2026-02-21", "09:00", False),
    ],
)
def test_nobody_is_told_at_night_or_on_a_day_off(world: World, day: str, at: str, tells: bool) -> None:
    world.case("MENTORING")
    look(world, day, at=at)
    assert bool(rungs(world, "check_in")) is tells


def test_night_at_the_desk_does_not_move_with_summer_time(small: World) -> None:
    """Summer time began on 29 March 2026: seven in the morning at the desk is five o'clock UTC afterwards."""
    small.case("PLAN")
    look(small, "2026-03-27", at="06:59")
    before = told(small)
    look(small, "2026-03-30", at="05:59")
    assert told(small) == before, "seven fifty-nine"
    look(small, "2026-03-30", at="06:00")
    assert told(small), "eight o'clock"
