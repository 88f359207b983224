"""Ventures of several people in the demo: a cooperative and a buy-out of 2020, and *fourteen, minus three* of 2026."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

from opera_cases.demo import invented
from opera_cases.demo.band import (
    FIRST_NUMBER,
    NAMED,
    Band,
    check_in,
    follow_to_start,
    gather,
    open_venture,
    submit_plan,
    take_in,
)
from opera_cases.demo.fourteen_minus_three import fourteen_minus_three
from opera_cases.demo.stage import Journey, Stage, workday
from opera_cases.demo.world import Team
from opera_cases.domain.kernel import calendar


def lasting(band: Band, title: str, number: int, firm: UUID | None) -> Iterator[date]:
    """A group that forms, starts within a year, lasts for thirty-six months, and ends its mentoring person by person."""
    take_in(band, firm)
    open_venture(band, title, **({"company": str(firm)} if firm else {}))
    size = len(band.actors)
    yield workday(band.today + timedelta(days=60))
    for actor in band.actors:
        band.do("commit_member", person=str(actor.person), amount="6000.00", former_employee=firm is not None)
    band.do("form_group", legal_form="COOP_SRL")
    band.stage.settle()
    if firm:
        band.do("set_perimeter", company=str(firm), jobs=size)
    yield workday(band.today + timedelta(days=50))
    submit_plan(band, 6000 * size, 9000 * size)
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
    follow_to_start(band, band.actors)
    yield workday(band.today + timedelta(days=20))
    started = band.today
    band.do("start_trading")
    band.stage.settle()
    for month in (1, 2, 3, 6, 9, 12, 18, 24, 30, 36):
        yield workday(calendar.add_months(started, month))
        check_in(band, month, f"{2500 * size * max(1, month // 3)}.00", size)
    yield workday(calendar.add_months(started, 36) + timedelta(days=40))
    for actor in band.actors:
        actor.do("end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    yield workday(calendar.add_months(band.today, 6))
    for actor in band.actors:
        actor.do("record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE")


def _cooperative(band: Band) -> Iterator[date]:
    yield from lasting(band, "Orto Parvenza soc. coop.", FIRST_NUMBER + 1, None)


def _buy_out(band: Band) -> Iterator[date]:
    firm = band.ask("company", "report_company", desk=str(band.team.desk), name="Cantieri Fittizi s.p.a.", employees=24,
                    sector="NACE/2.1:30.11", chain="SHIPBUILDING")  # fmt: skip
    band.ask("company", "open_procedure", firm, procedure="FALLIMENTO", since=band.today.isoformat())
    yield from lasting(band, "Cantiere Rinato soc. coop.", FIRST_NUMBER + 2, firm)
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
    band = gather(stage, team, kind, size, Random(seed), first, NAMED if size == 14 else ())  # noqa: S311 (a story)
    yield from tell(band)
