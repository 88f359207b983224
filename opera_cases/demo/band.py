"""The people of one group of the demo, and what groups do on their way, step by step."""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from opera_cases.demo import invented
from opera_cases.demo.actor import JourneyPlan, Traveller
from opera_cases.demo.stage import Stage
from opera_cases.demo.world import Team

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


def gather(
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


def take_in(band: Band, firm: UUID | None = None) -> None:
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


def open_venture(band: Band, title: str, **more: Any) -> None:
    band.venture = band.ask(
        "venture", "open_venture", kind=band.kind, case=str(band.actors[0].case), working_title=title, **more
    )
    band.stage.settle()
    band.do("start_feasibility")
    band.do("find_feasible", verdict="GO")


def plan_of(shares: int, investor: int, bridge: int = 0) -> dict[str, Any]:
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


def submit_plan(band: Band, *figures: int) -> None:
    band.do("submit_plan", author=str(band.team.mentor.id), **plan_of(*figures))


def follow_to_start(band: Band, actors: list[Traveller]) -> None:
    for actor in actors:
        actor.do("pass_idea", verdict="GO")
        actor.do("pass_plan")
        actor.do("secure_funding", self_funded=True)


def check_in(band: Band, month: int, turnover: str, members: int) -> None:
    band.do("record_check_in", by="mentor", month=month, channel="IN_PERSON", turnover=turnover, cash_months="4.0", light="GREEN",
            staff={"members": members, "employees": 0, "full_time_equivalents": f"{members}.00"})  # fmt: skip
