"""Reminders computed on paper: slowly, from the raw log and the rulebook's file, without a line of the program.

It reads stored events as JSON and knows nothing of records, ladders or read models of `opera_cases`. What it says must
be told on a day, and nothing else, must have been told.
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import holidays

RULEBOOK = Path(__file__).parents[2] / "opera_cases/domain/kernel/rulebook/editions/2026-7/reminders.toml"
PEOPLE = {"PERSON", "MEMBERS"}
SETTLED_BY_A_MEETING = {"call_back", "next_contact", "silence", "assessment_held"}
DESPITE_SUSPENSION = {"review", "correction_answer", "transfer_answer"}


class Rung(NamedTuple):
    """One rung of one deadline of one record."""

    record: str
    key: str
    due_on: str
    rung: str


@dataclass
class Record:
    """What of a record matters for its reminders."""

    kind: str
    place: dict[str, str] = field(default_factory=dict)
    owes: dict[str, tuple[str, date]] = field(default_factory=dict)
    suspended: bool = False
    paused_until: date | None = None
    case: str = ""


class Paper:
    """The log as read so far, and what was settled by it."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.meetings: dict[str, tuple[str, date, str]] = {}
        self.expected: dict[Rung, str] = {}
        self.happened: dict[Rung, str] = {}
        self._begun: dict[str, tuple[str, str, str]] = {}
        self.twice: list[Rung] = []
        self.ladders: dict[str, dict[str, Any]] = {}
        for ladder in tomllib.loads(RULEBOOK.read_text())["ladder"]:
            self.ladders[ladder["rule"]] = ladder

    def read(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Read on: rows of the log as (stream, topic, state)."""
        for stream, topic, state in rows:
            body = json.loads(bytes(state))
            stream = str(stream).replace("-", "")
            if topic.startswith("reminder."):
                self._reminder(stream, topic, body["facts"])
            elif not topic.startswith("message."):
                self._event(stream, topic, body)

    def takes_over(self) -> None:
        """What was settled before somebody began to compute is taken as it is."""
        self.expected = dict(self.happened)

    def _event(self, stream: str, topic: str, body: dict[str, Any]) -> None:
        facts = body["facts"]
        record = self.records.setdefault(stream, Record(topic.partition(".")[0]))
        place = facts.get("place") or facts.get("first_place")
        if place:
            record.place = place
        if topic == "venture.opened":
            record.case = facts["case"].replace("-", "")
        record.suspended = "SUSPENDED" in body["left"].get("overlays", ())
        for key in body.get("ends", ()):
            record.owes.pop(key, None)
        for due in body.get("sets", ()):
            key = due["rule"] + (f":{due['cycle']}" if due.get("cycle") is not None else "")
            record.owes[key] = (due["rule"], date.fromisoformat(due["due_on"]))
        if topic.endswith(".reminders_paused"):
            record.paused_until = date.fromisoformat(facts["until"])
        elif topic.endswith(".reminders_resumed"):
            record.paused_until = None
        elif topic == "appointment.booked" and facts.get("case"):
            self.meetings[stream] = (facts["case"].replace("-", ""), date.fromisoformat(facts["day"]), facts["service"])
        elif topic in ("appointment.held", "appointment.cancelled", "appointment.missed"):
            self.meetings.pop(stream, None)

    def _reminder(self, stream: str, topic: str, facts: dict[str, Any]) -> None:
        if topic == "reminder.begun":
            self._begun[stream] = (facts["record"].replace("-", ""), facts["key"], facts["due_on"])
        elif topic in ("reminder.raised", "reminder.expired"):
            rung = Rung(*self._begun[stream], facts["rung"])
            if rung in self.happened:
                self.twice.append(rung)
            self.happened[rung] = "told" if topic == "reminder.raised" else "passed"

    def day(self, today: date) -> list[Rung]:
        """What has to be settled on a day, by ten in the morning at each desk."""
        fresh: list[Rung] = []
        for stream, record in self.records.items():
            for key, (rule, due_on) in record.owes.items():
                ladder = self.ladders.get(rule)
                if (
                    ladder
                    and record.place
                    and ladder.get("country", record.place["country"]) == record.place["country"]
                ):
                    fresh += self._of(stream, record, key, rule, due_on, ladder["rungs"], today)
        return fresh

    def _of(
        self, stream: str, record: Record, key: str, rule: str, due_on: date, rungs: list[dict[str, Any]], today: date
    ) -> list[Rung]:
        if record.paused_until is not None and record.paused_until > today:
            return []
        if record.suspended and rule not in DESPITE_SUSPENSION:
            return []
        works = _works(today, record.place)
        held = self._held(stream, record, rule, today)
        due = sorted((due_on + timedelta(days=each["days"]), each["rung"], each) for each in rungs)
        due = [
            each for each in due if each[0] <= today and Rung(stream, key, str(due_on), each[1]) not in self.expected
        ]
        fresh = []
        for number, (on, name, each) in enumerate(due):
            later = any(other["to"] == each["to"] for _, _, other in due[number + 1 :])
            late = today > on + timedelta(days=each.get("useful", 7))
            rung = Rung(stream, key, str(due_on), name)
            if later or late:
                if works:
                    self.expected[rung] = "passed"
                    fresh.append(rung)
            elif not held and (works or each.get("urgent")):
                self.expected[rung] = "either" if each["to"] in PEOPLE else "told"
                fresh.append(rung)
        return fresh

    def _held(self, stream: str, record: Record, rule: str, today: date) -> bool:
        if record.kind == "case" and rule in SETTLED_BY_A_MEETING:
            return any(case == stream and day >= today for case, day, _ in self.meetings.values())
        if record.kind == "venture" and rule == "check_in":
            return any(
                case == record.case and day >= today and what == "MENTORING"
                for case, day, what in self.meetings.values()
            )
        return False

    def missing(self, rungs: Iterable[Rung]) -> list[Rung]:
        return [each for each in rungs if each not in self.happened]

    def differences(self) -> list[str]:
        """Where what happened is not what should have: lost, made up, doubled, or told where it was of no use."""
        lost = [f"lost: {each}" for each in self.expected.keys() - self.happened.keys()]
        made_up = [f"made up: {each}" for each in self.happened.keys() - self.expected.keys()]
        wrong = [
            f"{self.happened[each]} instead of {how}: {each}"
            for each, how in self.expected.items() if how != "either" and self.happened.get(each, how) != how
        ]  # fmt: skip
        return sorted([*lost, *made_up, *wrong, *(f"twice: {each}" for each in self.twice)])


def _works(day: date, place: dict[str, str]) -> bool:
    known = holidays.country_holidays("IT", years=2019).subdivisions if place["country"] == "IT" else ()
    province = place["province"] if place["province"] in known else None
    return day.weekday() < 5 and day not in holidays.country_holidays(place["country"], subdiv=province, years=day.year)
