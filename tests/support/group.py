"""A group on its way: a firm in difficulty, its workers, their cases and the venture that they start together."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.requests import CommandRequest, CommandResult
from opera_cases.domain.access import CLOCK
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.messages.events import Form, Item
from opera_cases.domain.messages.message import message_id
from opera_cases.domain.reminders.events import Recipient
from opera_cases.domain.reminders.ladder import Audience, Planned
from opera_cases.domain.reminders.procedure import Raised
from opera_cases.domain.reminders.reminder import reminder_id
from tests.support.world import TestCase, World

NAMES = (
    "Bruno Immaginari", "Carla Esempini", "Ugo Simulacri", "Dario Finticelli", "Elsa Modelletti", "Fosca Inventati",
    "Gino Provvisori", "Ivo Supposti", "Lia Parvenzi", "Marta Miraggi", "Nereo Ipotesi", "Olga Chimerini", "Pia Abbozzi",
    "Remo Bozzetti",
)  # fmt: skip
PLAN_OF_GROUP = {
    "sources": [{"kind": "MEMBER_SHARES", "amount": "112000.00"}, {"kind": "INVESTOR_MEMBER", "amount": "100000.00"},
                {"kind": "BRIDGE_LOAN", "amount": "33600.00"}],
    "uses": [{"kind": "EQUIPMENT", "amount": "150000.00"}, {"kind": "WORKING_CAPITAL", "amount": "50000.00"}],
    "turnover_by_year": ["400000.00", "520000.00", "600000.00"],
}  # fmt: skip


class TestGroup:
    """A cooperative or buy-out of some members, asked for step by step through the one door."""

    __test__ = False

    def __init__(
        self, world: World, kind: str = "COOPERATIVE", *, members: int = 3, bid_date: str = "2026-06-30"
    ) -> None:
        self.world, self.kind = world, kind
        self.company: UUID | None = None
        self.people: list[UUID] = []
        self.cases: list[TestCase] = []
        for number in range(members):
            self.recruit(number)
        if kind == "WORKER_BUY_OUT":
            french = world.home_place.country == "FR"
            self.company = company_of(
                world, procedure="REDRESSEMENT_JUDICIAIRE" if french else "LIQUIDAZIONE_GIUDIZIALE", bid_date=bid_date
            )
        more = {"company": str(self.company)} if self.company else {}
        self.id = world.ask(world.irene, "venture", "open_venture", kind=kind, case=str(self.cases[0].id),
                            working_title="Impresa Immaginaria", **more).id  # fmt: skip
        world.settle()

    def recruit(self, number: int) -> UUID:
        """One more person of the desk, with a case at the idea of this kind of venture, who lets the group know."""
        count, self.world.recruited = self.world.recruited, self.world.recruited + 1
        given, _, family = NAMES[number % len(NAMES)].partition(" ")
        ending = "".join("bcdfglmnrstv"[count // 12**place % 12] + "aeio"[count % 4] for place in range(2))
        person = self.world.person(family + ending, given, f"19{60 + count % 39}-0{1 + count % 9}-1{count % 9}")
        self.world.ask(self.world.irene, "person", "give_consent", person, purpose="SHARE_WITH_GROUP")
        case = TestCase(self.world, person).up_to("PLAN")
        case.do("choose_pathway", pathway=self.kind)
        self.people.append(person)
        self.cases.append(case)
        return person

    def do(self, step: str, by: Any = None, **values: Any) -> CommandResult:
        return self.world.ask(by or self.world.irene, "venture", step, self.id, **values)

    def refused(self, step: str, by: Any = None, **values: Any) -> set[str]:
        return self.world.refused(by or self.world.irene, "venture", step, self.id, **values)

    @property
    def now(self) -> Any:
        return self.world.runtime.application.load("venture", self.id, self.world.auditor)

    def commit(self, *people: UUID, amount: str = "8000.00", **more: Any) -> None:
        for person in people or self.people:
            self.do("commit_member", person=str(person), amount=amount, **more)

    def planned(self, form: str = "COOP_SRL", **plan: Any) -> "TestGroup":
        """From the study to a validated plan."""
        self.do("start_feasibility")
        self.do("find_feasible", verdict="GO")
        self.commit(former_employee=self.kind == "WORKER_BUY_OUT")
        self.do("form_group", legal_form=form)
        self.do("submit_plan", author=str(self.world.irene.id), **{**PLAN_OF_GROUP, **plan})
        self.do("validate_plan", by=self.world.nives)
        self.world.settle()
        return self

    def constituted(self, form: str = "COOP_SRL", from_benefit: str = "0.00") -> "TestGroup":
        self.do("begin_setting_up")
        self.do("constitute", legal_form=form)
        for each in self.now.present:
            self.do("subscribe_share", person=str(each.person), amount="8000.00", from_benefit=from_benefit)
        self.do("register_venture", identifier_kind="PARTITA_IVA", number="99990019996")
        self.do("assign_mentor", mentor=str(self.world.elio.id))
        return self

    def trading(self) -> "TestGroup":
        """From a validated plan to the first day of activity, each case beside it."""
        for case in self.cases:
            case.do("pass_idea", verdict="GO")
            case.do("pass_plan")
            case.do("secure_funding", self_funded=True)
        self.constituted()
        missing = self.now.plan.uses - self.now.money
        self.do("promise_funds", source="INVESTOR_MEMBER", amount=f"{max(missing, 1)}")
        self.do("start_trading")
        self.world.settle()
        return self


def company_of(world: World, *, procedure: str = "LIQUIDAZIONE_GIUDIZIALE", bid_date: str = "2026-06-30") -> UUID:
    """Ceramiche Inesistenti, in a procedure, with a day by which offers arrive."""
    company = world.ask(world.irene, "company", "report_company", desk=str(world.desk), name="Ceramiche Inesistenti s.r.l.",
                        municipality="COMUNI/2026:B369", sector="NACE/2.1:23.31", employees=31).id  # fmt: skip
    world.ask(world.irene, "company", "open_procedure", company, procedure=procedure, since="2026-01-12", court="Tribunale Immaginario",
              receiver="Avv. Ipotetica Curatori")  # fmt: skip
    if bid_date:
        world.ask(world.irene, "company", "set_bid_date", company, bid_date=bid_date)
    return company


def resource_of(world: World, **values: Any) -> UUID:
    asked = {"desk": str(world.desk), "resource_kind": "MACHINERY", "title": "Forno a tunnel per ceramica",
             "owner": "Ceramiche Inesistenti s.r.l.", "area": "NUTS/2024:ITC32", "municipality": "COMUNI/2026:B369",
             "sector": "NACE/2.1:23.31", "condition": "USABLE"}  # fmt: skip
    return world.ask(world.irene, "resource", "list_resource", **{**asked, **values}).id


def vacancy_of(world: World, **values: Any) -> UUID:
    asked = {"desk": str(world.desk), "firm": "Cantiere Fittizio s.p.a.", "occupation": "ISCO-08/2008:7214",
             "chain": "SHIPBUILDING", "contract": "PERMANENT", "open_until": "2026-06-30"}  # fmt: skip
    return world.ask(world.irene, "vacancy", "post_vacancy", **{**asked, **values}).id


def session_of(world: World, **values: Any) -> UUID:
    asked = {"desk": str(world.desk), "title": "Incontro sul workers buyout", "service": "INFORMATION_EVENT",
             "day": world.clock.at.date().isoformat(), "time": "17:30", "capacity": 40}  # fmt: skip
    return world.ask(world.irene, "session", "schedule_session", **{**asked, **values}).id


def application_of(world: World, case: UUID, **values: Any) -> UUID:
    asked = {"case": str(case), "source": "GRANT", "funder": "Regione Finta", "amount": "5000.00"}
    return world.ask(world.irene, "funding", "draft_application", **{**asked, **values}).id


def told(world: World, case: UUID, then: tuple[str, ...] = ()) -> tuple[UUID, UUID]:
    """A reminder about a case, told to its caseworker, and the message that says so."""
    application, today = world.runtime.application, world.clock.at.date()
    record = application.records.load(Case, case)
    due = next(iter(record.deadlines.values()))
    plan = tuple(Planned(rung=each, on=today, to=Audience.CASEWORKER, until=today) for each in ("due", *then))
    ident, letter = reminder_id(case, due.key, due.due_on), message_id(world.irene.id, Form.DIGEST, str(today))
    recipients = (Recipient(who=world.irene.id),)
    begin = {"record": case, "record_kind": "case", "concerns": record.subject, "desk": world.desk, "key": due.key, "rule": due.rule,
             "due_on": due.due_on, "promised_in": due.edition, "set_by": record.set_by[due.key].event, "plan": plan,
             "raised": (Raised(rung="due", recipients=recipients),)}  # fmt: skip
    compose = {"recipient": world.irene.id, "form": "DIGEST", "day": today, "desk": world.desk, "language": "it",
               "items": (Item(reminder=ident, rung="due"),)}  # fmt: skip
    for kind, step, begins, values in (
        ("reminder", "begin_reminder", ident, begin),
        ("message", "compose_message", letter, compose),
    ):
        application.execute(
            CommandRequest(kind=kind, step=step, values=msgspec.to_builtins(values), by=CLOCK, new_id=begins)
        )
    return ident, letter


def submission_of(world: World) -> UUID:
    """The figures of the home region for January, reported by whoever coordinates it."""
    regional = replace(world.employ("Rina Esempini", Role.REGIONAL_COORDINATOR), region=world.home[2])
    return world.ask(
        regional, "submission", "freeze_report", region=world.home[2], since="2026-01-01", until="2026-01-31"
    ).id


def one_of_each(world: World, case: UUID) -> dict[str, UUID]:
    """A record of every kind that groups, firms, money, resources and jobs brought, by kind."""
    reminder, message = told(world, case)
    number = world.runtime.application.records.load(Case, case).file_number
    outsider = world.employ("Aria Fuori", Role.CASEWORKER, world.open_desk(f"GE-{number[:4]}", "GE"))
    access = world.ask(
        outsider, "access", "take_access", file_number=number, reason="La persona è al telefono e il collega manca."
    ).id
    return {
        "submission": submission_of(world), "access": access, "reminder": reminder, "message": message, "company": company_of(world), "resource": resource_of(world), "vacancy": vacancy_of(world),
        "session": session_of(world), "funding": application_of(world, case),
    }  # fmt: skip
