"""The agenda, personal calendars, cover for the absent, putting off, and why nothing came."""

from uuid import UUID

from icalendar import Calendar
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.reminders.reminder import Reminder
from tests.api.test_openapi_conventions import ANSWERS, _follows
from tests.support.group import company_of
from tests.support.over_http import Desk
from tests.support.reminding import addresses, look, rungs, told
from tests.support.world import World


def _desk(client: TestClient, world: World, name: str) -> Desk:
    return Desk(client, world.token(getattr(world, name)))


def _agenda(client: TestClient, world: World, name: str) -> dict[str, list[tuple[str, str]]]:
    """Of each section the rules and days."""
    found = _desk(client, world, name).raw("me/agenda").json()
    document = create_app(world.runtime).openapi()
    assert _follows(document, ANSWERS["read_agenda"], found) == []
    sections = ("appointments", "overdue", "due_soon", "check_ins", "incoming")
    return {each: [(line["why"]["rule"], line["day"]) for line in found[each]] for each in sections}


def test_the_agenda_shows_what_is_mine_and_why(world: World, client: TestClient) -> None:
    case = world.case("PLAN")
    mentored = world.case("MENTORING", person=world.person("Seguiti", "Ivo"))
    booked = {"desk": str(world.desk), "case": str(case.id), "operator": str(world.irene.id), "service": "ORIENTATION",
              "channel": "PHONE", "day": "2026-03-05", "time": "11:15"}  # fmt: skip
    world.ask(world.irene, "appointment", "book_appointment", **booked)
    world.clock.turn_to("2026-03-05")
    irene = _agenda(client, world, "irene")
    assert irene["appointments"] == [("appointment", "2026-03-05")]
    assert irene["overdue"] == [("next_contact", "2026-03-04"), ("next_contact", "2026-03-04")]
    assert irene["check_ins"] == [], "the mentor's"
    elio = _agenda(client, world, "elio")
    assert elio["check_ins"] == [("check_in", "2026-03-02")]
    assert elio["overdue"] == []
    line = _desk(client, world, "elio").raw("me/agenda").json()["check_ins"][0]
    assert (line["id"], line["file_number"], line["what"]) == (
        str(mentored.venture),
        mentored.now.file_number,
        "verifica dopo l'avvio, mese 1",
    )
    assert (line["why"]["edition"], line["why"]["source"]) == ("2026-7", "programme schedule, handbook 3.1")
    started = next(
        e for e in world.runtime.application.records.history(mentored.venture) if e.topic == "venture.trading_started"
    )
    assert line["why"]["set_by"] == str(started.event_id)


def test_transfers_come_in_at_the_desk_that_was_asked(world: World, client: TestClient) -> None:
    world.second_desk()
    case = world.case("PLAN")
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="Si trasferisce.")
    assert _agenda(client, world, "delia")["incoming"] == [("transfer_answer", "2026-02-16")]
    assert _agenda(client, world, "oreste")["incoming"] == [("transfer_answer", "2026-02-16")]
    assert _agenda(client, world, "irene")["incoming"] == []


def test_what_would_be_lost_for_good_comes_first(world: World, client: TestClient) -> None:
    company_of(world, bid_date="2026-04-14")
    world.case("PLAN")
    world.clock.turn_to("2026-04-10")
    nives = _agenda(client, world, "nives")
    assert nives["due_soon"][0] == ("bid_date", "2026-04-14")


def test_whoever_covers_is_told_and_sees_for_whom(world: World, client: TestClient) -> None:
    world.case("PLAN")
    colleague = world.employ("Bice Inventati", world.irene.role, world.desk)
    world.ask(world.nives, "desk", "record_absence", world.desk, operator=str(world.irene.id), cover=str(colleague.id),
              since="2026-02-02", until="2026-03-06")  # fmt: skip
    look(world, "2026-03-04")
    [one] = [each for each in told(world) if each.rule == "next_contact"]
    assert one.recipient == colleague.id
    bice = Desk(client, world.token(colleague))
    [line] = bice.raw("me/agenda").json()["overdue"] or bice.raw("me/agenda").json()["due_soon"]
    assert line["covers"] == str(world.irene.id)
    reminder = bice.raw("reminders").json()["items"][0]["reminder_id"]
    assert bice.raw(f"reminders/{reminder}/why").json()["rungs"][0]["recipients"][0]["covers"] == str(world.irene.id)
    look(world, "2026-03-11")
    assert [each.recipient for each in told(world) if each.rung == "escalate"] == [world.nives.id]


def test_a_meeting_of_somebody_covered_for_stands_there_without_the_file_that_is_beyond_reach(
    world: World, client: TestClient
) -> None:
    away, cover = (world.employ(name, Role.CONSULTANT, world.desk) for name in ("Asso Lontani", "Vera Presenti"))
    case = world.case("PLAN", person=world.person("Nascostini", "Ada"))
    met = world.ask(world.irene, "appointment", "book_appointment", desk=str(world.desk), case=str(case.id), operator=str(away.id),
                    service="ORIENTATION", channel="IN_PERSON", day="2026-02-04", time="10:00").id  # fmt: skip
    world.ask(
        world.nives,
        "desk",
        "record_absence",
        world.desk,
        operator=str(away.id),
        cover=str(cover.id),
        since="2026-02-02",
        until="2026-02-06",
    )
    desk = Desk(client, world.token(cover))
    [line] = desk.raw("me/agenda").json()["appointments"]
    assert (line["covers"], line["time"], line["id"], line["_links"]) == (str(away.id), "10:00", None, {})
    assert str(met) not in desk.raw("me/agenda").text
    address = desk.send("me/calendars", names=True).json()["_links"]["calendar"]
    read = client.get("/calendars/" + address.rpartition("/")[2]).text
    assert "100000" in read
    assert "Nascostini" not in read
    assert str(met) not in read
    mine = Desk(client, world.token(away)).send("me/calendars", names=True).json()["_links"]["calendar"]
    assert "Nascostini" in client.get("/calendars/" + mine.rpartition("/")[2]).text


def test_a_reminder_is_put_off_with_a_reason_and_comes_back(world: World, client: TestClient) -> None:
    case = world.case("MENTORING")
    look(world, "2026-02-16")
    elio = _desk(client, world, "elio")
    reminder = elio.raw("reminders", record=str(case.venture)).json()["items"][0]["reminder_id"]
    step = elio.step(f"reminders/{reminder}", "snooze_reminder", until="2026-03-01", reason="Ci sentiamo domenica.")
    assert step["snoozed_until"] == "2026-03-01"
    look(world, "2026-02-27")
    assert rungs(world, "check_in") == ["invite"]
    why = elio.raw("reminders/why-not", record=str(case.venture), kind="venture", rule="check_in").json()
    first = why["deadlines"][0]
    assert [each["code"] for each in first["held_now"]] == ["SNOOZED"]
    look(world, "2026-03-02")
    assert rungs(world, "check_in") == ["due", "invite"] or rungs(world, "check_in") == ["invite", "due"]
    far = world.refused(world.elio, "reminder", "snooze_reminder", UUID(reminder), until="2026-04-30", reason="x")
    assert far == {"snoozed_in_time"}
    found = world.runtime.application.records.load(Reminder, UUID(reminder))
    assert found.passed["remind"].because == "SUPERSEDED"


def test_why_not_says_what_would_have_to_happen(world: World, client: TestClient) -> None:
    case = world.case("ASSESSMENT")
    irene = _desk(client, world, "irene")
    document = create_app(world.runtime).openapi()

    def why_not(rule: str) -> dict[str, object]:
        answer = irene.raw("reminders/why-not", record=str(case.id), kind="case", rule=rule).json()
        assert _follows(document, ANSWERS["read_why_not"], answer) == []
        found: dict[str, object] = answer
        return found

    none = why_not("next_contact")
    assert none["deadlines"] == []
    steps = {each["step"]: each for each in none["set_by_steps"]}  # type: ignore[attr-defined]
    assert steps["sign_agreement"]["open"] is False
    assert steps["sign_agreement"]["blocked_by"]
    [waits] = why_not("assessment_held")["deadlines"]  # type: ignore[misc]
    assert (waits["next_rung"], waits["next_on"], waits["held_now"][0]["code"]) == ("remind", "2026-02-14", "NOT_YET")
    case.do("pause_reminders", until="2026-02-20", reason="Influenza.")
    world.clock.turn_to("2026-02-16")
    [held] = why_not("assessment_held")["deadlines"]  # type: ignore[misc]
    assert [each["code"] for each in held["held_now"]] == ["PAUSED"]
    assert irene.raw("reminders/why-not", record=str(case.id), kind="case", rule="nonsense").status_code == 422


def test_a_calendar_has_one_uid_for_each_thing_and_no_names(world: World, client: TestClient) -> None:
    case = world.case("MENTORING")
    elio = _desk(client, world, "elio")
    opened = elio.send("me/calendars").json()
    address = opened["_links"]["calendar"].removeprefix("http://127.0.0.1:8019")

    def month_one() -> tuple[str, str, int]:
        answer = client.get(address)
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "Provaletti" not in answer.text
        [event] = [e for e in Calendar.from_ical(answer.text).walk("VEVENT") if str(e["SUMMARY"]).endswith("mese 1")]
        return str(event["UID"]), str(event["DTSTART"].dt), int(event["SEQUENCE"])

    uid, day, sequence = month_one()
    assert day == "2026-03-02"
    case.of_venture("move_check_in", by=world.elio, month=1, to="2026-03-10", reason="Ferie.")
    again, moved, later = month_one()
    assert (again, moved) == (uid, "2026-03-10")
    assert later > sequence
    assert client.delete("/rest/opera/v1/me/calendars", headers=elio.headers).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get("/calendars/" + "x" * 43 + ".ics").status_code == 404


def test_a_calendar_with_names_is_a_reading_each_time(world: World, client: TestClient) -> None:
    world.case("MENTORING")
    address = _desk(client, world, "elio").send("me/calendars", names=True).json()["_links"]["calendar"]
    answer = client.get(address.removeprefix("http://127.0.0.1:8019"))
    assert "Ardesia Provaletti" in answer.text.replace("\r\n ", "")
    rows = world.runtime.log.rows("SELECT principal FROM log.reading WHERE place = 'calendar'")
    assert [UUID(str(row[0])) for row in rows] == [world.elio.id]


def test_a_calendar_ends_with_the_posting(world: World, client: TestClient) -> None:
    world.case("PLAN")
    irene = _desk(client, world, "irene")
    address = irene.send("me/calendars").json()["_links"]["calendar"].removeprefix("http://127.0.0.1:8019")
    assert b"BEGIN:VEVENT" in client.get(address).content
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id))
    world.clock.turn_to("2026-02-03")
    assert b"BEGIN:VEVENT" not in client.get(address).content
    world.ask(world.admin, "operator", "leave_operator", world.irene.id)
    assert client.get(address).status_code == 404


def test_nobody_reads_the_reminders_of_another_desk(world: World, client: TestClient) -> None:
    world.second_desk()
    addresses(world)
    world.case("PLAN")
    look(world, "2026-03-04")
    assert _desk(client, world, "oreste").raw("reminders").json()["items"] == []
    reminder = _desk(client, world, "irene").raw("reminders").json()["items"][0]["reminder_id"]
    assert _desk(client, world, "oreste").raw(f"reminders/{reminder}/why").status_code == 404
    assert _desk(client, world, "irene").raw(f"reminders/{reminder}/why").status_code == 200
