"""How a venture of the demo is founded, trades, and ends or lasts."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from opera_cases.demo import invented
from opera_cases.demo.actor import JourneyPlan, Traveller
from opera_cases.demo.stage import workday
from opera_cases.domain.kernel import calendar
from opera_cases.domain.ventures.venture import expected_turnover

GROWTH = (12, 18, 22)
"""Turnover of the first three years, in tenths of what was invested."""
MONTHS = (1, 3, 6, 9, 12, 18, 24, 30, 36)


def _plan(actor: Traveller, uses: int, version: int) -> dict[str, Any]:
    sources = [{"kind": "OWN_FUNDS", "amount": f"{uses * 4 // 10}.00"},
               {"kind": "MICROCREDIT", "amount": f"{uses - uses * 4 // 10}.00"}]  # fmt: skip
    return {
        "author": str(actor.team.mentor.id), "sources": sources,
        "uses": [{"kind": "EQUIPMENT", "amount": f"{uses - 2000}.00"}, {"kind": "WORKING_CAPITAL", "amount": "2000.00"}],
        "turnover_by_year": [f"{uses * factor // 10}.00" for factor in GROWTH],
        "summary": f"Versione {version}: mercato, costi, previsione a tre anni.",
    }  # fmt: skip


def pathway_of(part: JourneyPlan) -> str:
    """Of those who start alone: in Corsica half are hosted by a cooperative, elsewhere one in nine leaves a parent firm."""
    if part.team.french:
        return "HOSTED_ENTREPRENEUR" if part.number % 2 else "MICRO_ENTERPRISE"
    return "SPIN_OFF" if part.number % 9 == 4 else "MICRO_ENTERPRISE"


def _becomes_known(actor: Traveller, kind: str) -> None:
    """By a number of one's own, or by a contract with the cooperative that hosts; a spin-off signs its papers."""
    number = invented.siret(actor.part.number) if actor.team.french else invented.partita_iva(actor.part.number)
    if kind == "HOSTED_ENTREPRENEUR":
        ends = calendar.add_months(actor.stage.clock.at.date(), 12)
        actor.of_venture("host_venture", host="Coopérative Imaginaire", contract="CAPE", host_number=number,
                         contract_number=f"CAPE-{actor.part.number}", ends_on=ends.isoformat())  # fmt: skip
        return
    actor.of_venture("register_venture", identifier_kind="SIRET" if actor.team.french else "PARTITA_IVA", number=number)
    if kind == "SPIN_OFF":
        for paper in ("ASSET_LIST", "NON_COMPETITION", "SUPPLY_CONTRACT"):
            actor.of_venture("agree_with_parent", paper=paper)


def found_venture(actor: Traveller) -> Iterator[date]:
    """From the chosen pathway to the end of mentoring, as far as the part goes."""
    part, rng, team = actor.part, actor.rng, actor.team
    kind = pathway_of(part)
    actor.do("choose_pathway", pathway=kind)
    actor.venture = actor.stage.ask(
        team.caseworker, "venture", "open_venture", kind=kind, case=str(actor.case),
        working_title=invented.firm(rng, actor.who),
    ).id  # fmt: skip
    actor.stage.settle()
    if part.stop_at == "IDEA":
        return
    actor.of_venture("start_feasibility")
    yield actor.later(20, 60)
    actor.meet("CONSULTANCY")
    if part.ending == "VENTURE_STOPPED":
        actor.of_venture("abandon", reason_code="IDEA_NOT_VIABLE")
        actor.do("change_pathway", reason_code="IDEA_NOT_VIABLE")
        actor.close("INFORMED_RENUNCIATION")
        return
    if kind == "SPIN_OFF":
        actor.of_venture("agree_with_parent", paper="LETTER_OF_INTENT")
    actor.of_venture("find_feasible", verdict="GO")
    actor.do("pass_idea", verdict="GO")
    if part.stop_at == "BUSINESS_PLAN":
        return
    uses = 1000 * rng.randint(8, 45)
    yield actor.later(30, 80)
    actor.meet("BUSINESS_PLAN")
    actor.of_venture("submit_plan", **_plan(actor, uses, 1))
    if rng.random() < 0.3:
        yield actor.later(5, 15)
        actor.of_venture("reject_plan", by="coordinator", reason="Il fabbisogno di cassa del primo anno non è coperto.")
        yield actor.later(10, 30)
        actor.of_venture("submit_plan", **_plan(actor, uses + 2000, 2))
        uses += 2000
    yield actor.later(5, 15)
    actor.of_venture("validate_plan", by="coordinator", opinion="Piano sostenibile.")
    actor.do("pass_plan")
    if part.stop_at == "FUNDING":
        return
    actor.of_venture("promise_funds", source="OWN_FUNDS", amount=f"{uses * 4 // 10}.00")
    yield actor.later(20, 70)
    actor.meet("FUNDING")
    actor.of_venture("promise_funds", source="MICROCREDIT", amount=f"{uses - uses * 4 // 10}.00")
    actor.do("secure_funding")
    actor.of_venture("begin_setting_up")
    if part.stop_at == "START_UP":
        return
    yield actor.later(10, 40)
    _becomes_known(actor, kind)
    actor.of_venture("assign_mentor", mentor=str(team.mentor.id))
    yield actor.later(3, 20)
    actor.of_venture("start_trading")
    actor.stage.settle()
    yield from _mentored(actor, kind, tuple(Decimal(uses * factor // 10) for factor in GROWTH))


def _mentored(actor: Traveller, kind: str, by_year: tuple[Decimal, ...]) -> Iterator[date]:
    part, rng = actor.part, actor.rng
    before = 0
    started = actor.day
    fails_after = rng.choice((6, 9, 12, 18)) if part.ending == "VENTURE_CEASED" else 99
    for month in MONTHS:
        due = calendar.add_months(started, month)
        yield workday(due + timedelta(days=rng.randint(-3, 8)))
        actor.day = actor.stage.clock.at.date()
        if part.ending == "VENTURE_SILENT" and month in (9, 12):
            continue
        if kind == "HOSTED_ENTREPRENEUR" and month in (12, 24):
            ends = calendar.add_months(actor.day, 12)
            actor.of_venture("renew_hosting", ends_on=ends.isoformat())
        actor.meet("MENTORING")
        weak = month >= fails_after
        forecast = int(expected_turnover(by_year, before, month))
        turnover = forecast * (35 if weak else rng.randint(70, 120)) // 100
        before = month
        actor.of_venture(
            "record_check_in", by="mentor", month=month, channel="IN_PERSON", turnover=f"{turnover}.00",
            cash_balance=f"{turnover // 4}.00", cash_months="1.0" if weak else f"{rng.randint(3, 9)}.0",
            staff={"members": 1, "employees": rng.choice((0, 0, 1)), "full_time_equivalents": "1.00"},
            light="RED" if weak else rng.choice(("GREEN", "GREEN", "AMBER")),
            problems=["CASH", "MARKET"] if weak else [],
        )  # fmt: skip
        if weak:
            yield actor.later(10, 30)
            actor.of_venture(
                "answer_alerts", by="coordinator", action="Incontro con il tutor; piano di rientro valutato."
            )
            yield actor.later(20, 60)
            actor.of_venture("cease", by="mentor", cause="CASH", jobs_lost="1.00", reason="Cassa esaurita.")
            actor.do("change_pathway", reason_code="VENTURE_FAILED")
            yield actor.later(10, 40)
            actor.do("close", outcome="VENTURE_CEASED", reason_code="VENTURE_FAILED", exit_situation="JOB_SEARCH")
            return
        if part.stop_at == f"MONTH_{month}":
            return
    if part.ending == "VENTURE_SILENT" and not part.stop_at:
        actor.of_venture("clear_alert", by="mentor", alert="MISSED_CHECK_INS", reason="Di nuovo raggiungibile.")
    yield workday(calendar.add_months(started, 36) + timedelta(days=40))
    actor.day = actor.stage.clock.at.date()
    actor.do("end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    yield workday(calendar.add_months(actor.day, 6))
    actor.do("record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE")
