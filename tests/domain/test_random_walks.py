"""Random commands through Case and Venture: no event without a row, replay gives the state in hand, refusals nothing."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opera_cases.application.facts.groups import FACTS_OF_ALL
from opera_cases.application.integrity.history import _accepted
from opera_cases.application.runtime import edition
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.entry_codes import AgeGroup
from opera_cases.domain.kernel.errors import NotYourRole, Refused
from opera_cases.domain.kernel.events import Body, Event, Meta
from opera_cases.domain.kernel.journey_codes import BUSINESS_PATHWAYS
from opera_cases.domain.kernel.personal import DataClass, Sealed
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Actor, Country, Place, Role
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.submissions import Figure
from opera_cases.log.events.codec import decode, encode

RULEBOOK = edition()
SAVONA = Place(country=Country.IT, region="ITC3", province="SV", zone="Europe/Rome")
IDS = [UUID(int=n) for n in (11, 12, 13)]
SEALED = Sealed(
    subject=IDS[0], data_class=DataClass.NARRATIVE, key=IDS[1], event=IDS[2], field="x", nonce=b"n", ciphertext=b"c"
)
TODAY = date(2026, 2, 2)


def _of(hint: Any, on: date, rng: random.Random) -> Any:
    """A plausible value of a type, mostly right, sometimes not."""
    if get_origin(hint) is Annotated:
        inner, *metas = get_args(hint)
        meta = next(m for m in metas if isinstance(m, msgspec.Meta))
        if inner is int:
            return rng.randint(int(meta.ge or 0), min(int(meta.le or 60), 60))
        if inner is str:
            pattern = meta.pattern or ""
            if (meta.extra or {}).get("listed"):
                return "NACE/2.1:10.71"
            for begins, made in (("^[a-z]{2}:", "fr:B2"), ("^[A-Z_]", "LIQUIDAZIONE_GIUDIZIALE")):
                if pattern.startswith(begins):
                    return made
            if "{64}" in pattern:
                return "0a" * 32
            return rng.choice(["IDEA", "BUSINESS_PLAN", "FUNDING"]) if "IDEA" in pattern else "A1"
        return _of(inner, on, rng)
    if get_origin(hint) in (Union, UnionType):
        kinds = [each for each in get_args(hint) if each is not type(None)]
        return None if rng.random() < 0.4 else _of(kinds[0], on, rng)
    if get_origin(hint) is tuple:
        return tuple(_of(get_args(hint)[0], on, rng) for _ in range(3))
    simple: dict[Any, Callable[[], Any]] = {
        Sealed: lambda: SEALED, UUID: lambda: rng.choice(IDS), bool: lambda: rng.random() < 0.5,
        int: lambda: rng.randint(0, 60), date: lambda: on + timedelta(days=rng.randint(-20, 60)),
        Decimal: lambda: Decimal(rng.randint(0, 30000)), str: lambda: "A1",
        datetime: lambda: datetime(2026, 2, 2, rng.randint(0, 23), tzinfo=UTC),
    }  # fmt: skip
    if hint in simple:
        return simple[hint]()
    return _built(hint, on, rng) if issubclass(hint, msgspec.Struct) else rng.choice(list(hint))


def _built(struct: type[msgspec.Struct], on: date, rng: random.Random) -> Any:
    hints = get_type_hints(struct, include_extras=True)
    return struct(**{field.name: _of(hints[field.name], on, rng) for field in msgspec.structs.fields(struct)})


def _seen(rng: random.Random) -> dict[str, Any]:
    return {
        **{name: rng.random() < 0.8 for name in FACTS_OF_ALL},
        "place": SAVONA, "file_number": "0000-0000", "notice_version": "2019-07", "age_group": rng.choice(list(AgeGroup)),
        "other_open_case": rng.random() < 0.2, "meetings_held": rng.randint(0, 2), "check_ins_open": rng.randint(0, 1),
        "plan_version": 1, "trading_since": TODAY, "promoter": IDS[0], "desk": IDS[1], "concerns": IDS[2],
        "identities": (IDS[0],), "receiving_place": SAVONA, "alike": 0, "case_desk": IDS[1],
        "case_subject": IDS[0], "documents_of_case": 0, "first_desk": IDS[0], "second_desk": IDS[1],
        "first_place": SAVONA, "second_place": SAVONA, "open_cases": {}, "identities_of_both": [IDS[0], IDS[1]],
        "parted_cases": {}, "person_of": {}, "case_has_venture": False, "consents": list(Purpose), "still_member": rng.choice(["", "", "PROJECT", "TRADING"]),
        "company_procedure": rng.choice(["", "LIQUIDAZIONE_GIUDIZIALE"]), "bid_date": TODAY + timedelta(days=900), "_age": 40,
        "benefit_due": rng.choice([None, TODAY]), "benefit_advances": [(IDS[0], date(2028, 1, 1))] if rng.random() < 0.3 else [],
        "profile_id": IDS[2], "member_id": IDS[0], "venture_desk": IDS[1], "case_pathway": rng.choice(sorted(BUSINESS_PATHWAYS)), "_identifier_digest": "00",
        "last_frozen_until": rng.choice([None, TODAY - timedelta(days=90)]),
        "_report": {"recorded_until": 7, "definition": "EECO/1", "figures": (Figure(code="EECO01", members=(IDS[0],)),), "digest": "0a" * 32},
        "numbered_case": {"case": IDS[0], "concerns": IDS[1], "desk": IDS[2]}, "numbered_case_within_reach": rng.random() < 0.3,
        "owed_on": rng.choice([None, TODAY, TODAY + timedelta(days=30)]),
    }  # fmt: skip


class Walk(RuleBasedStateMachine):
    """One record, and whatever is asked of it."""

    kind = "case"

    def __init__(self) -> None:
        super().__init__()
        self.procedure = PROCEDURES[self.kind]
        self.stream = uuid4()
        self.hand: Aggregate = self.procedure.aggregate(self.stream)
        self.rows: list[tuple[Any, ...]] = []
        self.on = TODAY
        self.accepted = 0

    @rule(days=st.integers(0, 40), seed=st.integers(0, 2**32))
    def ask(self, days: int, seed: int) -> None:
        rng = random.Random(seed)
        self.on += timedelta(days=days)
        here = [step for step in self.procedure.steps if self.hand.state in step.source]
        step = rng.choice(here if here and rng.random() < 0.9 else list(self.procedure.steps))
        asked: Command = _built(step.asks, self.on, rng)
        role = rng.choice(sorted(step.by)) if rng.random() < 0.9 else Role.AUDITOR
        it = DecisionContext(
            self.hand, asked, Actor(id=rng.choice(IDS), role=role), self.on, self.on, _seen(rng), RULEBOOK
        )
        before = self._photo(self.hand)
        try:
            row, ruled = self.procedure.decide(it)
        except (Refused, NotYourRole) as refused:
            assert self._photo(self.hand) == before
            if isinstance(refused, Refused) and not refused.refusals:
                raise AssertionError("a refusal gives its reasons") from refused
            return
        self.accepted += 1
        assert self._photo(self.hand) == before
        for each in ruled:
            left_before = self.hand.state
            event = Event(uuid4(), self.stream, self.hand.version + 1,
                          Body(facts=each.facts, step=row.name, left=each.left, sets=each.sets, ends=each.ends), self._meta())  # fmt: skip
            self.hand.evolve(event)
            assert list(_accepted(event, left_before)) == []
            stored = encode(event)
            self.rows.append(
                (
                    len(self.rows) + 1,
                    stored.event_id,
                    stored.stream,
                    stored.version,
                    stored.topic,
                    stored.state,
                    stored.metadata,
                )
            )

    def _meta(self) -> Meta:
        return Meta(command=uuid4(), correlation=uuid4(), recorded_at=datetime(2026, 2, 2, tzinfo=UTC),
                    occurred_on=self.on, zone="Europe/Rome", actor=Actor(id=IDS[0], role=Role.CASEWORKER),
                    channel="TEST", rulebook="2026-1", procedure=self.procedure.label)  # fmt: skip

    @staticmethod
    def _photo(record: Aggregate) -> dict[str, Any]:
        """Everything but places in the log, which are known once an event is stored."""
        known = {key: msgspec.structs.replace(event, position=0) for key, event in record.known.items()}
        return {name: value for name, value in vars(record).items() if name != "position"} | {"known": known}

    @invariant()
    def replay_gives_the_state_in_hand(self) -> None:
        again = self.procedure.aggregate.replay(self.stream, [decode(row) for row in self.rows])
        assert self._photo(again) == self._photo(self.hand)

    @invariant()
    def a_final_record_owes_nothing_but_what_its_end_set(self) -> None:
        if self.hand.state in self.procedure.final:
            assert {each.rule for each in self.hand.deadlines.values()} <= {
                "correction_answer",
                "doubt_review",
                "repayment_risk",
            }


class WalkVenture(Walk):
    kind = "venture"


class WalkAppointment(Walk):
    kind = "appointment"


class WalkPerson(Walk):
    kind = "person"


class WalkDuplicate(Walk):
    kind = "duplicate"


class WalkDocument(Walk):
    kind = "document"


class WalkCompany(Walk):
    kind = "company"


class WalkResource(Walk):
    kind = "resource"


class WalkFunding(Walk):
    kind = "funding"


class WalkVacancy(Walk):
    kind = "vacancy"


class WalkSession(Walk):
    kind = "session"


class WalkReminder(Walk):
    kind = "reminder"


class WalkMessage(Walk):
    kind = "message"


class WalkAccess(Walk):
    kind = "access"


class WalkSubmission(Walk):
    kind = "submission"


class WalkDesk(Walk):
    kind = "desk"


WALKS = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCaseWalk, TestVentureWalk = Walk.TestCase, WalkVenture.TestCase
TestAppointmentWalk, TestPersonWalk = WalkAppointment.TestCase, WalkPerson.TestCase
TestCaseWalk.settings = TestVentureWalk.settings = TestAppointmentWalk.settings = TestPersonWalk.settings = WALKS
TestDuplicateWalk, TestDocumentWalk, TestDeskWalk = WalkDuplicate.TestCase, WalkDocument.TestCase, WalkDesk.TestCase
TestDuplicateWalk.settings = TestDocumentWalk.settings = TestDeskWalk.settings = WALKS
TestCompanyWalk, TestResourceWalk, TestFundingWalk = WalkCompany.TestCase, WalkResource.TestCase, WalkFunding.TestCase
TestVacancyWalk, TestSessionWalk = WalkVacancy.TestCase, WalkSession.TestCase
FEWER = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCompanyWalk.settings = TestResourceWalk.settings = TestFundingWalk.settings = FEWER
TestVacancyWalk.settings = TestSessionWalk.settings = FEWER
TestReminderWalk, TestMessageWalk = WalkReminder.TestCase, WalkMessage.TestCase
TestReminderWalk.settings = TestMessageWalk.settings = FEWER
TestAccessWalk, TestSubmissionWalk = WalkAccess.TestCase, WalkSubmission.TestCase
TestAccessWalk.settings = TestSubmissionWalk.settings = FEWER
