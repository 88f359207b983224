"""Mail over a real server: what a message looks like, what becomes of it, and that it is sent once under one name."""

import io
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from opera_cases.application.tasks.heartbeat import beats
from opera_cases.domain.kernel.errors import InvalidInput, NotFound
from opera_cases.domain.messages.message import Message
from opera_cases.jobs import bounces, mail_sender, schedule
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.mail_sender import post
from opera_cases.jobs.message_builder import compose
from opera_cases.jobs.smtp import Mail
from tests.support.group import company_of
from tests.support.mailbox import mailbox, text_of
from tests.support.reminding import addresses, look, mailed
from tests.support.world import World


def _messages(world: World) -> list[Message]:
    rows = world.runtime.log.rows(
        "SELECT message_id FROM read.message_v1 WHERE form <> 'WEEK' ORDER BY day, message_id"
    )
    return [world.runtime.application.records.load(Message, UUID(str(row[0]))) for row in rows]


def _one_waits(world: World) -> None:
    """The mentor is to be invited to month one, by mail."""
    addresses(world)
    world.case("MENTORING")
    look(world, "2026-02-16")
    compose(world.runtime)


def test_a_message_is_text_html_and_calendar_and_says_that_it_is_automatic(world: World) -> None:
    _one_waits(world)
    with mailbox() as (box, mail):
        assert post(world.runtime, mail) == 1
    [sent] = box.to("elio@opera.example")
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{_messages(world)[0].id}@opera.example>"
    assert sent["Subject"] == "Promemoria del 16/02/2026"
    assert sent["Content-Language"] == "it"
    assert [part.get_content_type() for part in sent.walk()] == [
        "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    text = text_of(sent)
    assert "verifica dopo l'avvio, mese 1: entro il 02/03/2026 (fra 14 giorni)" in text
    assert "regola check_in, 2026-7" in text
    assert "<li>" in text_of(sent, "html")
    [event] = Calendar.from_ical(text_of(sent, "calendar")).walk("VEVENT")
    assert str(event["DTSTART"].dt) == "2026-03-02"
    assert "Provaletti" not in sent.as_string(), "names stay in the file"


@pytest.mark.parametrize(("language", "subject"), [("fr", "Rappels du 16/02/2026"), ("en", "Reminders for 2026-02-16")])
def test_a_message_is_in_the_language_of_whoever_reads_it(small: World, language: str, subject: str) -> None:
    addresses(small, language)
    small.case("MENTORING")
    look(small, "2026-02-16")
    with mailbox() as (box, mail):
        mailed(small, mail)
    assert [str(each["Subject"]) for each in box.taken] == [subject]


def test_a_server_that_is_busy_is_tried_again_later_and_later(world: World) -> None:
    _one_waits(world)
    with mailbox() as (box, mail):
        box.answer = "451 Later please"
        assert post(world.runtime, mail) == 0
        [waits] = _messages(world)
        assert (waits.state, waits.attempts, waits.reply) == ("WAITING", 1, "451")
        assert post(world.runtime, mail) == 0, "not before its minute"
        assert _messages(world)[0].attempts == 1
        box.answer = ""
        world.clock.at = waits.again_at or world.clock.at
        assert post(world.runtime, mail) == 1
    [sent] = _messages(world)
    assert (sent.state, sent.attempts) == ("HANDED_OVER", 2)
    assert len(box.taken) == 1


def test_a_server_that_is_gone_puts_off_one_and_is_not_asked_for_all(world: World) -> None:
    _one_waits(world)
    gone = Mail("smtp://127.0.0.1:1", "sportelli@opera.example", "http://opera.example")
    assert post(world.runtime, gone) == 0
    [waits] = _messages(world)
    assert (waits.state, waits.attempts) == ("WAITING", 1)
    for _ in mail_sender.WAITS:
        world.clock.at = _messages(world)[0].again_at or world.clock.at
        post(world.runtime, gone)
    assert _messages(world)[0].state == "FAILED", "after two days of trying"


def test_an_address_that_is_refused_is_seen_by_the_coordinator(world: World) -> None:
    _one_waits(world)
    with mailbox() as (box, mail):
        box.answer = "550 No such user"
        assert post(world.runtime, mail) == 0
        assert post(world.runtime, mail) == 0
    [failed] = _messages(world)
    assert (failed.state, failed.reply, box.taken) == ("FAILED", "550", [])


def test_an_address_that_no_envelope_takes_fails_alone_and_is_seen(world: World) -> None:
    addresses(world)
    world.ask(
        world.admin, "operator", "change_operator_contacts", world.elio.id, email="eliò@opera.example", language="it"
    )
    world.case("MENTORING")
    company_of(world, bid_date="2026-03-02")
    look(world, "2026-02-16")
    with mailbox() as (box, mail):
        mailed(world, mail)
    assert {each.reply for each in _messages(world) if each.recipient == world.elio.id} == {"5.1.3"}
    assert {each.state for each in _messages(world) if each.recipient == world.elio.id} == {"FAILED"}
    assert box.taken, "the others are not held up"
    assert post(world.runtime, mail) == 0


def test_a_crash_after_the_server_took_it_sends_it_again_under_the_same_name(world: World, monkeypatch: Any) -> None:
    """At least once to the server; one Message-ID, so once for whoever reads."""
    _one_waits(world)

    class Killed(BaseException):
        """The process ends here."""

    def killed(*asked: Any) -> None:
        if asked[2] == "hand_over_message":
            raise Killed

    with mailbox() as (box, mail):
        with monkeypatch.context() as patch:
            patch.setattr(mail_sender, "_record", killed)
            with pytest.raises(Killed):
                post(world.runtime, mail)
        assert _messages(world)[0].state == "WAITING"
        world.runtime.log.rows("UPDATE log.lease SET until = 0")  # what the dead process held runs out
        assert post(world.runtime, mail) == 1
        assert post(world.runtime, mail) == 0
    assert len(box.taken) == 2
    assert len(set(box.ids)) == 1


def _report(message: Message, status: str) -> bytes:
    report = EmailMessage(policy=policy.SMTP)
    report["From"], report["To"], report["Subject"] = (
        "MAILER-DAEMON@mx.example",
        "sportelli@opera.example",
        "Undelivered",
    )
    report.set_content("It did not arrive.")
    report.make_mixed()
    told = report.as_bytes().rstrip().removesuffix(b"--") + b"\r\n"
    boundary = report.get_boundary()
    notice = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; elio@opera.example\r\nAction: failed\r\nStatus: {status}\r\n"
    original = f"Message-ID: <{message.id}@opera.example>\r\nSubject: Promemoria\r\n"
    rest = (
        f"Content-Type: message/delivery-status\r\n\r\n{notice}\r\n--{boundary}\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\n{original}\r\n--{boundary}--\r\n"
    )
    return told + rest.encode()


def test_what_comes_back_is_noted_on_the_message(world: World) -> None:
    _one_waits(world)
    with mailbox() as (_, mail):
        post(world.runtime, mail)
    [sent] = _messages(world)
    assert bounces.record_bounce(world.runtime, _report(sent, "4.4.7")) is False, "a delay is no bounce"
    assert bounces.record_bounce(world.runtime, _report(sent, "5.1.1")) is True
    assert bounces.record_bounce(world.runtime, _report(sent, "5.1.1")) is False, "told twice"
    [bounced] = _messages(world)
    assert (bounced.state, bounced.reply) == ("BOUNCED", "5.1.1")
    with pytest.raises(InvalidInput):
        bounces.record_bounce(world.runtime, b"Subject: hello\n\nNothing to report.")
    strange = _report(sent, "5.1.1").replace(str(sent.id).encode(), b"00000000-0000-4000-8000-000000000000")
    with pytest.raises(NotFound):
        bounces.record_bounce(world.runtime, strange)
    assert BytesParser(policy=policy.default).parse(io.BytesIO(strange)) is not None


def test_what_is_urgent_does_not_wait_for_the_digest(world: World) -> None:
    addresses(world)
    world.case("PLAN")
    look(world, "2026-03-04")
    with mailbox() as (box, mail):
        mailed(world, mail)
        firm = company_of(world, bid_date="2026-03-05")
        world.clock.turn_to("2026-03-05")
        look(world)
        mailed(world, mail)
        urgent = [each for each in box.to("nives@opera.example") if str(each["Subject"]).startswith("Urgente")]
        assert len(urgent) == 1
        assert "Ceramiche Inesistenti" in text_of(urgent[0])
        assert str(firm) in text_of(urgent[0])
        digests = [each for each in box.to("nives@opera.example") if str(each["Subject"]).startswith("Promemoria")]
        assert len(digests) <= 1


def test_whoever_left_is_not_written_to_even_if_it_was_composed(world: World) -> None:
    _one_waits(world)
    world.ask(world.admin, "operator", "leave_operator", world.elio.id)
    with mailbox() as (box, mail):
        post(world.runtime, mail)
    assert box.taken == []
    assert [(each.state, each.reply) for each in _messages(world)] == [("WITHDRAWN", "LEFT")]


def test_the_people_of_a_venture_are_told_where_they_agreed(world: World) -> None:
    addresses(world)
    case = world.case("MENTORING")
    contacts = {"email": "ardesia@example.org", "phone": "+39 019 555 0100", "preferred_channel": "EMAIL"}
    world.ask(world.irene, "person", "record_contacts", case.person, **contacts)
    look(world, "2026-02-16")
    with mailbox() as (box, mail):
        mailed(world, mail)
        assert box.to("ardesia@example.org") == [], "an address is no agreement"
        world.ask(world.irene, "person", "give_consent", case.person, purpose="REMINDERS")
        look(world, "2026-02-27")
        mailed(world, mail)
        [sent] = box.to("ardesia@example.org")
        assert str(sent["Subject"]) == "Promemoria: Sportello SV-BIC"
        text = text_of(sent)
        assert "verifica dopo l'avvio, mese 1: entro il 02/03/2026 (fra 3 giorni)" in text
        assert case.now.file_number not in text, "a file number is for the desk"
        world.ask(world.irene, "person", "withdraw_consent", case.person, purpose="REMINDERS")
        look(world, "2026-03-02")
        mailed(world, mail)
        assert len(box.to("ardesia@example.org")) == 1


def test_the_person_is_reminded_of_an_appointment_the_day_before_with_the_hour(world: World) -> None:
    case = world.case("PLAN")
    world.ask(
        world.irene, "person", "record_contacts", case.person, email="ardesia@example.org", preferred_channel="EMAIL"
    )
    world.ask(world.irene, "person", "give_consent", case.person, purpose="REMINDERS")
    world.ask(world.irene, "appointment", "book_appointment", desk=str(world.desk), case=str(case.id),
              operator=str(world.irene.id), service="ORIENTATION", channel="IN_PERSON", day="2026-02-12", time="10:30")  # fmt: skip
    look(world, "2026-02-11")
    with mailbox() as (box, mail):
        mailed(world, mail)
    [sent] = box.to("ardesia@example.org")
    assert "appuntamento il 12/02/2026 alle 10:30, Sportello SV-BIC" in text_of(sent)
    [event] = Calendar.from_ical(text_of(sent, "calendar")).walk("VEVENT")
    assert event["DTSTART"].dt.isoformat() == "2026-02-12T10:30:00+01:00"


def test_reading_an_address_to_write_there_leaves_a_trace(small: World) -> None:
    _one_waits(small)
    with mailbox() as (_, mail):
        post(small.runtime, mail)
    rows = small.runtime.log.rows("SELECT role, classes, purpose FROM log.reading WHERE place = 'mail'")
    assert [tuple(map(str, row)) for row in rows] == [("CLOCK", "CONTACT", "reminder")]


def test_a_week_of_a_supervisor_shows_the_desks_they_look_after_and_no_other(world: World) -> None:
    addresses(world)
    world.second_desk()
    here = world.case("PLAN")
    there = world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id
    number = world.runtime.application.records.load(type(here.now), there).file_number
    look(world, "2026-03-09")
    with mailbox() as (box, mail):
        mailed(world, mail)
        weeks = [each for each in box.to("nives@opera.example") if str(each["Subject"]).startswith("La settimana")]
        assert len(weeks) == 1
        text = text_of(weeks[0])
        assert here.now.file_number in text
        assert number not in text
        look(world, "2026-03-11")
        mailed(world, mail)
        weeks = [each for each in box.taken if str(each["Subject"]).startswith("La settimana")]
        assert len(weeks) == 1, "one a week"
    assert remind(world.runtime) == 0


def test_the_worker_of_the_schedule_tells_and_mails_by_itself(small: World, monkeypatch: Any) -> None:
    """The real scheduler, in a hurry: nothing is called by hand."""
    addresses(small)
    small.case("MENTORING")
    small.clock.turn_to("2026-02-16")
    monkeypatch.setattr(schedule, "SCHEDULE", tuple((work, 0.05) for work, _ in schedule.SCHEDULE))
    monkeypatch.setattr(schedule, "COMPOSE_EVERY", 0.05)
    monkeypatch.setattr(schedule, "POST_EVERY", 0.05)
    with mailbox() as (box, mail):
        scheduler = schedule.start(small.runtime, mail)
        try:
            began = time.monotonic()
            while not box.to("elio@opera.example") and time.monotonic() - began < 20:
                time.sleep(0.05)
        finally:
            scheduler.shutdown()
        assert len(box.to("elio@opera.example")) == 1
    assert {each.name for each in beats(small.runtime.log)} >= {"remind", "tick", "compose", "post"}
