"""Ventures of several people in the demo: a cooperative and a buy-out of 2020, and *fourteen, minus three* of 2026.

The last one is told with its own days, because they matter: the rule of 2026 that only seventy percent of an advance comes
at once, three who leave between two validations, a share whose window closes before the award.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from opera_cases.demo import invented
from opera_cases.demo.actor import JourneyPlan, Traveller
from opera_cases.demo.stage import Journey, Stage, workday
from opera_cases.demo.world import Team
from opera_cases.domain.kernel import calendar
from opera_cases.projections.models import fundings

NAMED = ("Bruno Immaginari", "Carla Esempini", "Ugo Simulacri")
FIRST_NUMBER = 700
"""People of groups are numbered from here on, so that their phones and numbers are their own."""


@dataclass(slots=True)
class Band:
    """The people of a group, each an actor with a case, and the venture that they start."""

    stage: Stage
    team: Team
    rng: Random
    kind: str
    actors: list[Traveller]
    venture: UUID = field(default_factory=lambda: UUID(int=0))

    def do(self, step: str, by: str = "caseworker", **values: Any) -> None:
        self.stage.ask(getattr(self.team, by), "venture", step, self.venture, **values)

    def ask(self, kind: str, step: str, stream: UUID | None = None, /, **values: Any) -> UUID:
        return self.stage.ask(self.team.caseworker, kind, step, stream, **values).id

    @property
    def today(self) -> date:
        return self.stage.clock.at.date()


def _gather(
    stage: Stage, team: Team, kind: str, size: int, rng: Random, first: int, names: tuple[str, ...] = ()
) -> Band:
    actors = []
    for number in range(size):
        actor = Traveller(stage, JourneyPlan(first + number, team, stage.clock.at.date(), "GROUP", 1), rng)
        if number < len(names):
            given, _, family = names[number].partition(" ")
            code = invented.tax_code(given, family, actor.who.sex, actor.who.born, rng)
            actor.who = replace(actor.who, given_names=given, family_name=family, tax_code=code)
        actors.append(actor)
    return Band(stage, team, rng, kind, actors)


def _take_in(band: Band, firm: UUID | None = None) -> None:
    """Each is taken in, assessed, and on the way that the group goes."""
    today = band.today.isoformat()
    for actor in band.actors:
        actor.contact()
        actor.register()
        band.ask("person", "give_consent", actor.person, purpose="SHARE_WITH_GROUP")
        actor.intake()
        actor.entry(firm)
        actor.do("start_assessment", registration_signed_on=today)
        actor.meet("ORIENTATION")
        actor.assess()
        actor.agree(band.kind)
        actor.do("choose_pathway", pathway=band.kind)


def _found(band: Band, title: str, **more: Any) -> None:
    band.venture = band.ask(
        "venture", "open_venture", kind=band.kind, case=str(band.actors[0].case), working_title=title, **more
    )
    band.stage.settle()
    band.do("start_feasibility")
    band.do("find_feasible", verdict="GO")


def _plan(shares: int, investor: int, bridge: int = 0) -> dict[str, Any]:
    sources = [
        {"kind": "MEMBER_SHARES", "amount": f"{shares}.00"},
        {"kind": "INVESTOR_MEMBER", "amount": f"{investor}.00"},
    ]
    sources += [{"kind": "BRIDGE_LOAN", "amount": f"{bridge}.00"}] if bridge else []
    uses = shares + investor
    return {
        "sources": sources, "turnover_by_year": [f"{uses * each // 10}.00" for each in (20, 26, 30)],
        "uses": [{"kind": "EQUIPMENT", "amount": f"{uses * 7 // 10}.00"}, {"kind": "WORKING_CAPITAL", "amount": f"{uses - uses * 7 // 10}.00"}],
    }  # fmt: skip


def _submit(band: Band, *figures: int) -> None:
    band.do("submit_plan", author=str(band.team.mentor.id), **_plan(*figures))


def _follow_to_start(band: Band, actors: list[Traveller]) -> None:
    for actor in actors:
        actor.do("pass_idea", verdict="GO")
        actor.do("pass_plan")
        actor.do("secure_funding", self_funded=True)


def fourteen_minus_three(band: Band) -> Iterator[date]:
    """Ceramiche Inesistenti: 31 employees, liquidation since 12 January 2026, eleven of fourteen trading on 1 September."""
    on = date.fromisoformat
    firm = band.ask("company", "report_company", desk=str(band.team.desk), name="Ceramiche Inesistenti s.r.l.",
                    municipality="COMUNI/2026:B369", sector="NACE/2.1:23.31", employees=31)  # fmt: skip
    band.ask("company", "open_procedure", firm, procedure="LIQUIDAZIONE_GIUDIZIALE", since="2026-01-12",
             court="Tribunale Immaginario", receiver="Avv. Ipotetica Curatori")  # fmt: skip
    band.ask("company", "record_wage_support", firm, support="CIGS", employees=31, until="2026-10-31")
    band.ask("company", "set_bid_date", firm, bid_date="2026-06-30")
    yield on("2026-02-03")
    assembly = band.ask("session", "schedule_session", desk=str(band.team.desk), title="Assemblea dei lavoratori", capacity=60,
                        service="INFORMATION_EVENT", day="2026-02-03", time="10:00", company=str(firm))  # fmt: skip
    band.ask("session", "hold_session", assembly, attendees=22)
    band.ask("company", "record_workforce", firm, employees=31, interested=22)
    _take_in(band, firm)
    _found(band, "Ceramica Rigenerata soc. coop.", company=str(firm))
    oven = band.ask("resource", "list_resource", desk=str(band.team.desk), resource_kind="MACHINERY", title="Forno a tunnel per ceramica",
                    owner="Ceramiche Inesistenti s.r.l.", company=str(firm), area="NUTS/2024:ITC32",
                    municipality="COMUNI/2026:B369", sector="NACE/2.1:23.31", condition="USABLE")  # fmt: skip
    yield on("2026-03-20")
    for actor in band.actors:
        band.do("commit_member", person=str(actor.person), amount="8000.00", former_employee=True)
    band.do("set_perimeter", company=str(firm), jobs=14, assets=[str(oven)], contracts=3)
    band.do("form_group", legal_form="COOP_SRL")
    band.stage.settle()
    _submit(band, 112_000, 88_000)
    yield on("2026-04-02")
    _submit(band, 112_000, 88_000, 33_600)  # thirty percent of the advances come later
    yield on("2026-04-15")
    band.do("validate_plan", by="coordinator", opinion="La federazione ritiene il piano solido.")
    bruno, carla, ugo = band.actors[:3]
    yield on("2026-04-22")
    band.do("withdraw_member", person=str(bruno.person), reason_code="FOUND_A_JOB")
    yield on("2026-04-29")
    carla.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2026-06-30")
    yield on("2026-05-11")
    band.do("withdraw_member", person=str(carla.person), reason_code="FAMILY_OR_HEALTH")
    yield on("2026-05-12")
    band.do("withdraw_member", person=str(ugo.person), reason_code="RETIREMENT")
    band.stage.settle()
    _submit(band, 88_000, 112_000, 26_400)
    eleven = band.actors[3:]
    yield on("2026-05-31")
    for actor in eleven:  # by agreed dismissal: only then can the benefit be asked for
        actor.do("record_situation", employment_status="UNEMP_LT12", income_support="NASPI")
    yield on("2026-06-03")
    band.do("validate_plan", by="coordinator")
    band.do("begin_setting_up")
    bruno.do("change_pathway", reason_code="FOUND_A_JOB")
    bruno.do(
        "confirm_placement",
        employer="Vetreria Fittizia s.p.a.",
        starts_on="2026-06-01",
        contract="PERMANENT",
        evidence_seen=True,
    )
    carla.do("resume")
    carla.do("change_pathway", reason_code="FAMILY_OR_HEALTH")
    ugo.do("close", outcome="RETIRED", reason_code="RETIREMENT", exit_situation="INACTIVE")
    yield on("2026-06-10")
    band.do("constitute", legal_form="COOP_SRL", assets="900000.00")
    for actor in eleven:
        band.do("subscribe_share", person=str(actor.person), amount="8000.00", from_benefit="6000.00")
    band.ask("resource", "reserve", oven, venture=str(band.venture), days=30)
    band.stage.settle()
    yield on("2026-06-24")
    band.do("exercise_preemption", price="95000.00", decision_expected_on="2026-07-15")
    yield on("2026-06-26")
    band.do(
        "answer_conflict", answered_by="Patronato Immaginario", answer="La domanda entro il 10 luglio; il titolo segue."
    )
    yield on("2026-07-08")
    for application in fundings.fundings_of_venture(band.stage.runtime.log, band.venture, "DRAFTED"):
        band.ask("funding", "file_application", application)
    band.ask("resource", "reserve", oven, venture=str(band.venture), days=30)
    yield on("2026-07-15")
    band.do("award_business", access="AWARD", price="95000.00")
    band.stage.settle()
    for application in fundings.fundings_of_venture(band.stage.runtime.log, band.venture, "FILED"):
        band.ask("funding", "grant_application", application, amount="6000.00", theoretical_end="2027-05-31")
        band.ask("funding", "pay_tranche", application, amount="4200.00")
    band.do("register_venture", identifier_kind="PARTITA_IVA", number=invented.partita_iva(FIRST_NUMBER))
    band.do("promise_funds", source="INVESTOR_MEMBER", amount="112000.00")
    band.do("assign_mentor", mentor=str(band.team.mentor.id))
    _follow_to_start(band, eleven)
    yield on("2026-09-01")
    band.do("start_trading")
    band.stage.settle()
    for month, day in ((1, "2026-10-01"), (2, "2026-11-02")):
        yield on(day)
        _check_in(band, month, "36000.00", len(eleven))


def _check_in(band: Band, month: int, turnover: str, members: int) -> None:
    band.do("record_check_in", by="mentor", month=month, channel="IN_PERSON", turnover=turnover, cash_months="4.0", light="GREEN",
            staff={"members": members, "employees": 0, "full_time_equivalents": f"{members}.00"})  # fmt: skip


def _lasting(band: Band, title: str, number: int, firm: UUID | None) -> Iterator[date]:
    """A group that forms, starts within a year, lasts for thirty-six months, and ends its mentoring person by person."""
    _take_in(band, firm)
    _found(band, title, **({"company": str(firm)} if firm else {}))
    size = len(band.actors)
    yield workday(band.today + timedelta(days=60))
    for actor in band.actors:
        band.do("commit_member", person=str(actor.person), amount="6000.00", former_employee=firm is not None)
    band.do("form_group", legal_form="COOP_SRL")
    band.stage.settle()
    if firm:
        band.do("set_perimeter", company=str(firm), jobs=size)
    yield workday(band.today + timedelta(days=50))
    _submit(band, 6000 * size, 9000 * size)
    yield workday(band.today + timedelta(days=14))
    band.do("validate_plan", by="coordinator")
    band.do("begin_setting_up")
    yield workday(band.today + timedelta(days=30))
    band.do("constitute", legal_form="COOP_SRL")
    for actor in band.actors:
        band.do("subscribe_share", person=str(actor.person), amount="6000.00")
    if firm:
        band.do("exercise_preemption", price=f"{5000 * size}.00")
        band.do("award_business", access="AWARD", price=f"{5000 * size}.00")
    band.do("promise_funds", source="INVESTOR_MEMBER", amount=f"{9000 * size}.00")
    band.do("register_venture", identifier_kind="PARTITA_IVA", number=invented.partita_iva(number))
    band.do("assign_mentor", mentor=str(band.team.mentor.id))
    _follow_to_start(band, band.actors)
    yield workday(band.today + timedelta(days=20))
    started = band.today
    band.do("start_trading")
    band.stage.settle()
    for month in (1, 2, 3, 6, 9, 12, 18, 24, 30, 36):
        yield workday(calendar.add_months(started, month))
        _check_in(band, month, f"{2500 * size * max(1, month // 3)}.00", size)
    yield workday(calendar.add_months(started, 36) + timedelta(days=40))
    for actor in band.actors:
        actor.do("end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    yield workday(calendar.add_months(band.today, 6))
    for actor in band.actors:
        actor.do("record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE")


def _cooperative(band: Band) -> Iterator[date]:
    yield from _lasting(band, "Orto Parvenza soc. coop.", FIRST_NUMBER + 1, None)


def _buy_out(band: Band) -> Iterator[date]:
    firm = band.ask("company", "report_company", desk=str(band.team.desk), name="Cantieri Fittizi s.p.a.", employees=24,
                    sector="NACE/2.1:30.11", chain="SHIPBUILDING")  # fmt: skip
    band.ask("company", "open_procedure", firm, procedure="FALLIMENTO", since=band.today.isoformat())
    yield from _lasting(band, "Cantiere Rinato soc. coop.", FIRST_NUMBER + 2, firm)
    band.ask("company", "wind_up", firm)


BandStory = Callable[[Band], Iterator[date]]
GROUPS: dict[str, tuple[str, date, str, int, BandStory]] = {
    "a cooperative": ("LU-UNI", date(2019, 10, 7), "COOPERATIVE", 3, _cooperative),
    "a buy-out": ("LI-UNI", date(2020, 6, 8), "WORKER_BUY_OUT", 7, _buy_out),
    "fourteen, minus three": ("SV-CAI", date(2026, 1, 20), "WORKER_BUY_OUT", 14, fourteen_minus_three),
}
"""Desk, first day, kind, how many people, what happens."""
PEOPLE_IN_GROUPS = sum(size for _, _, _, size, _ in GROUPS.values())


def group(stage: Stage, team: Team, name: str, seed: int) -> Journey:
    """The journey of one group, from its first day."""
    _, _, kind, size, tell = GROUPS[name]
    first = FIRST_NUMBER + 20 * list(GROUPS).index(name)
    band = _gather(stage, team, kind, size, Random(seed), first, NAMED if size == 14 else ())  # noqa: S311 (a story)
    yield from tell(band)
