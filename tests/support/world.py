"""A small office for tests: one desk, its people, a clock that is set; steps are asked through the one door."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.access import tokens
from opera_cases.application.documents.upload import file_document
from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import AT_A_DESK, CONSOLE, GUARDIANS, Principal
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.errors import Refusal, Refused
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import Operator
from opera_cases.jobs.rounds import run_until_idle

MONDAY = date(2026, 2, 2)
ENTRY = {
    "sex": "WOMAN", "employment_status": "UNEMP_LT12", "unemployed_since": "2025-10-02", "income_support": "NASPI",
    "education": "ISCED_3", "disability": "NO", "foreign_background": "PREFERS_NOT_TO_SAY", "housing_exclusion": "NOT_ASKED",
}  # fmt: skip
PLAN = {
    "sources": [{"kind": "OWN_FUNDS", "amount": "8000.00"}, {"kind": "MICROCREDIT", "amount": "12000.00"}],
    "uses": [{"kind": "EQUIPMENT", "amount": "18000.00"}, {"kind": "WORKING_CAPITAL", "amount": "2000.00"}],
    "turnover_by_year": ["24000.00", "36000.00", "48000.00"],
}  # fmt: skip
STAFF = {"members": 1, "employees": 0, "full_time_equivalents": "1.00"}


class SetClock:
    """A clock that stands where it was put, and moves a second with every look."""

    def __init__(self, day: date = MONDAY) -> None:
        self.at = datetime.combine(day, time(9), UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def turn_to(self, day: date | str) -> None:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.at = datetime.combine(day, time(9), UTC)


@dataclass
class World:
    """An office with a desk at Savona. Irene works the cases, Nives coordinates, Elio mentors."""

    runtime: Runtime
    clock: SetClock
    desk: UUID = field(init=False)
    admin: Principal = field(default_factory=lambda: Principal(UUID(int=33), Role.ADMINISTRATOR))
    founder: Principal = field(default_factory=lambda: Principal(UUID(int=34), Role.AUDITOR), repr=False)
    irene: Principal = field(init=False)
    nives: Principal = field(init=False)
    elio: Principal = field(init=False)
    armea: UUID = field(init=False, repr=False)
    oreste: Principal = field(init=False, repr=False)
    delia: Principal = field(init=False, repr=False)
    rino: Principal = field(init=False, repr=False)
    dina: Principal = field(init=False, repr=False)
    auditor: Principal = field(default_factory=lambda: Principal(uuid4(), Role.AUDITOR))

    recruited: int = 0
    home: tuple[str, str, str] = ("SV-BIC", "SV", "ITC3")

    def __post_init__(self) -> None:
        self.begins = self.clock.at.date()
        self.desk = self.open_desk(self.home[0], self.home[1], region=self.home[2])
        self.irene = self.employ("Irene Modelli", Role.CASEWORKER, self.desk)
        self.nives = self.employ("Nives Esempi", Role.COORDINATOR, self.desk)
        self.elio = self.employ("Elio Simulacri", Role.MENTOR, self.desk)

    @property
    def home_place(self) -> Any:
        """Where the desk is at which Irene works now."""
        return self.runtime.application.load("desk", self.desk, self.admin).place

    def ask(self, by: Principal, kind: str, step: str, stream: UUID | None = None, /, **options: Any) -> CommandResult:
        """Ask for a step; `on`, `key`, `expected` and `dry_run` are about the asking, everything else is asked."""
        about = {name: options.pop(name) for name in ("on", "key", "expected", "dry_run") if name in options}
        if isinstance(about.get("on"), str):
            about["on"] = date.fromisoformat(about["on"])
        return self.runtime.application.execute(
            CommandRequest(kind=kind, step=step, values=options, by=by, stream=stream, **about)
        )

    def open_desk(self, code: str, province: str, *, country: str = "IT", region: str = "ITC3") -> UUID:
        zone = "Europe/Paris" if country == "FR" else "Europe/Rome"
        return self.ask(self.admin, "desk", "open_desk", code=code, name=f"Sportello {code}", type="PILOT", host="BIC",
                        country=country, region=region, province=province, zone=zone, on=self.begins,
                        late_reason="Aperto da tempo.").id  # fmt: skip

    def employ(self, name: str, role: Role, *desks: UUID) -> Principal:
        operator = self.ask(self.admin, "operator", "enrol_operator", name=name).id
        for desk in desks:
            self.ask(self.admin, "desk", "post_operator", desk, operator=str(operator), role=role.value,
                     since=self.begins.isoformat())  # fmt: skip
        return Principal(operator, role, frozenset(desks))

    @cached_property
    def elsewhere(self) -> UUID:
        """A desk at which nothing happens, for whoever works nowhere else."""
        return self.open_desk("GR-ALT", "GR", region="ITI1")

    def person(self, family_name: str = "Provaletti", given_names: str = "Ardesia", born: str = "1979-03-14") -> UUID:
        person = self.ask(self.irene, "person", "register_person", desk=str(self.desk), family_name=family_name,
                          given_names=given_names, birth_date=born).id  # fmt: skip
        self.ask(self.irene, "person", "give_notice", person, version="2019-07", language="it")
        return person

    def file(self, case: UUID, content: bytes = b"%PDF-1.7 invented", by: Principal | None = None) -> UUID:
        """A document on a case."""
        values = {"case": str(case), "document_kind": "LETTER", "title": "Lettera inventata"}
        ask = CommandRequest(kind="document", step="add_document", values=values, by=by or self.irene)
        return file_document(self.runtime.application, self.runtime.files, ask, content).id

    def pair(self) -> UUID:
        """Two records that may be of one person, flagged."""
        first = self.person("Finzioni", "Alda", "1988-01-05")
        second = self.person("Finzione", "Alda", "1988-01-06")
        return self.ask(self.irene, "duplicate", "flag_duplicate", first=str(first), second=str(second),
                        reasons=["SIMILAR_NAME"]).id  # fmt: skip

    def second_desk(self) -> None:
        """Valle Armea: Oreste works the cases, Delia coordinates; Rino coordinates Liguria; Dina protects the data."""
        self.armea = self.open_desk("IM-VAL", "IM")
        self.oreste = self.employ("Oreste Finticelli", Role.CASEWORKER, self.armea)
        self.delia = self.employ("Delia Immaginari", Role.COORDINATOR, self.armea)
        self.rino = replace(self.employ("Rino Esempini", Role.REGIONAL_COORDINATOR), region="ITC3")
        self.dina = Principal(uuid4(), Role.DPO)

    def case(self, state: str = "CONTACT", person: UUID | None = None) -> "TestCase":
        return TestCase(self, person).up_to(state)

    def token(self, who: Principal, days: int = 366) -> str:
        """What somebody shows who acts as `who`: they work here, and were given the role."""
        self.give(who)
        wanted = tokens.TokenRequest(
            who.id, who.role.value, who.desks, who.region, self.runtime.application.today() + timedelta(days=days)
        )
        return tokens.issue_to(
            self.runtime.application, wanted, CONSOLE, key=uuid4(), correlation=uuid4(), channel="TEST"
        )

    def give(self, who: Principal) -> None:
        """Somebody works here in a role: posted at desks, or given a role of the programme; the first two at the machine, the others by
        two people."""
        if not self.runtime.application.records.load(Operator, who.id).version:
            self.runtime.application.execute(
                CommandRequest(
                    kind="operator",
                    step="enrol_operator",
                    values={"name": "Persona Inventata"},
                    by=self.admin,
                    new_id=who.id,
                )
            )
        if who.role in AT_A_DESK:
            for desk in who.desks or {self.elsewhere}:
                if who.role not in self.runtime.application.records.load(Desk, desk).working(
                    who.id, self.runtime.application.today()
                ):
                    self.ask(
                        self.admin,
                        "desk",
                        "post_operator",
                        desk,
                        operator=str(who.id),
                        role=who.role.value,
                        since=self.runtime.application.today().isoformat(),
                    )
            return
        given = self.runtime.application.records.load(Operator, who.id).given.values()
        if any((each.role, each.region) == (who.role.value, who.region) for each in given):
            return
        asked = {"role": who.role.value, "region": who.region or None}
        founders = {self.admin.id, self.founder.id}
        if who.role not in GUARDIANS or who.id in founders:
            self.ask(CONSOLE, "operator", "grant_role", who.id, **asked)
            return
        for founder in (self.admin, self.founder):
            self.give(founder)
        proposal = self.ask(self.admin, "operator", "propose_role", who.id, **asked).event_ids[0]
        self.ask(self.founder, "operator", "confirm_role", who.id, proposal=str(proposal))

    def refused(self, by: Principal, kind: str, step: str, stream: UUID | None = None, /, **options: Any) -> set[str]:
        """The rules that refuse a step, by their names without the kind; fails when none does."""
        return {each.name for each in self.refusals(by, kind, step, stream, **options)}

    def refusals(
        self, by: Principal, kind: str, step: str, stream: UUID | None = None, /, **options: Any
    ) -> tuple[Refusal, ...]:
        """What is told of a step that is refused; fails when it is not."""
        with pytest.raises(Refused) as told:
            self.ask(by, kind, step, stream, **options)
        assert all(each.says and each.todo and each.source for each in told.value.refusals)
        return told.value.refusals

    def settle(self) -> None:
        run_until_idle(self.runtime)


class TestCase:
    """A case on its way, with the ids it was given: `up_to` walks it along the business branch."""

    __test__ = False
    WALK = ("CONTACT", "INTAKE", "ASSESSMENT", "PLAN", "IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP", "MENTORING")

    def __init__(self, world: World, person: UUID | None = None) -> None:
        self.world, self.person = world, person
        self.venture = UUID(int=0)
        self.id = world.ask(world.irene, "case", "record_contact", desk=str(world.desk), channel="PHONE").id

    def do(self, step: str, by: Principal | None = None, **values: Any) -> CommandResult:
        return self.world.ask(by or self.world.irene, "case", step, self.id, **values)

    def refused(self, step: str, by: Principal | None = None, **values: Any) -> set[str]:
        return self.world.refused(by or self.world.irene, "case", step, self.id, **values)

    def of_venture(self, step: str, by: Principal | None = None, **values: Any) -> CommandResult:
        return self.world.ask(by or self.world.irene, "venture", step, self.venture, **values)

    def venture_refused(self, step: str, by: Principal | None = None, **values: Any) -> set[str]:
        return self.world.refused(by or self.world.irene, "venture", step, self.venture, **values)

    @property
    def now(self) -> Any:
        return self.world.runtime.application.load("case", self.id, self.world.auditor)

    @property
    def venture_now(self) -> Any:
        return self.world.runtime.application.load("venture", self.venture, self.world.auditor)

    @property
    def today(self) -> str:
        return self.world.clock.at.date().isoformat()

    def up_to(self, state: str) -> "TestCase":
        for each in self.WALK[1 : self.WALK.index(state) + 1]:
            getattr(self, f"_to_{each.lower()}")()
        return self

    def meet(self) -> UUID:
        irene = self.world.irene
        booked = self.world.ask(irene, "appointment", "book_appointment", desk=str(self.world.desk), case=str(self.id),
                                operator=str(irene.id), service="ORIENTATION", channel="IN_PERSON", day=self.today,
                                time="10:00").id  # fmt: skip
        self.world.ask(irene, "appointment", "hold_appointment", booked, minutes=45, signed=True)
        return booked

    def _to_intake(self) -> None:
        self.person = self.person or self.world.person()
        self.do("open_intake", person=str(self.person), duplicate_search_on=self.today)

    def _to_assessment(self) -> None:
        self.do("confirm_eligibility", target_group="UNEMPLOYED", evidence="DID", evidence_on="2025-11-03")
        since = max(date.fromisoformat(ENTRY["unemployed_since"]), self.world.clock.at.date() - timedelta(days=300))
        self.do("record_entry_data", **{**ENTRY, "unemployed_since": since.isoformat()})
        self.do("start_assessment", registration_signed_on=self.today)

    def _to_plan(self) -> None:
        self.do("assign", caseworker=str(self.world.irene.id))
        self.meet()
        self.do("record_assessment", needs=["BUSINESS_PLAN"], employability=3)
        self.do("sign_agreement", goals=["BUSINESS_PLAN"], pathway="MICRO_ENTERPRISE")

    def _to_idea(self) -> None:
        self.do("choose_pathway", pathway="MICRO_ENTERPRISE")

    def _to_business_plan(self) -> None:
        self.venture = self.world.ask(self.world.irene, "venture", "open_venture", kind="MICRO_ENTERPRISE",
                                      case=str(self.id), working_title="Bottega Finta").id  # fmt: skip
        self.world.settle()
        self.of_venture("start_feasibility")
        self.of_venture("find_feasible", verdict="GO")
        self.do("pass_idea", verdict="GO")

    def _to_funding(self) -> None:
        self.of_venture("submit_plan", author=str(self.world.irene.id), **PLAN)
        self.of_venture("validate_plan", by=self.world.nives)
        self.do("pass_plan")

    def _to_start_up(self) -> None:
        self.of_venture("promise_funds", source="OWN_FUNDS", amount="8000.00")
        self.of_venture("promise_funds", source="MICROCREDIT", amount="12000.00")
        self.do("secure_funding")

    def _to_mentoring(self) -> None:
        self.of_venture("begin_setting_up")
        self.of_venture("register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
        self.of_venture("assign_mentor", mentor=str(self.world.elio.id))
        self.of_venture("start_trading")
        self.world.settle()

    def check_in(self, month: int, by: Principal | None = None, **values: Any) -> CommandResult:
        figures = {"channel": "IN_PERSON", "turnover": "20000.00", "staff": STAFF, "light": "GREEN", "month": month}
        return self.of_venture("record_check_in", by=by or self.world.elio, **{**figures, **values})
