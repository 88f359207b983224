"""Three stories among the many: invented people, dates chosen so that something can be learnt from each.

*The plan that came back*: rejected once, interrupted by illness in the spring of 2020, started a year late, consolidated.
*Month nine*: trading from 2 March 2020, suppliers overdue by ninety-five days in December, ceased; back to the plan by
decision, then a job. *A good no*: an idea studied to its end, and given up with good reason.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from opera_cases.demo import invented
from opera_cases.demo.actor import Traveller

STAFF = {"members": 1, "employees": 0, "full_time_equivalents": "1.00"}


def _until(actor: Traveller, day: str) -> date:
    actor.day = date.fromisoformat(day)
    return actor.day


def _trunk(actor: Traveller, intake: str, meeting: str) -> Iterator[date]:
    """From the contact to the chosen pathway."""
    actor.contact()
    yield _until(actor, intake)
    actor.register()
    actor.intake()
    actor.entry()
    actor.do("start_assessment", registration_signed_on=intake)
    yield _until(actor, meeting)
    actor.meet("RECEPTION")
    actor.assess()
    actor.agree("MICRO_ENTERPRISE")
    actor.do("choose_pathway", pathway="MICRO_ENTERPRISE")


def _opens(actor: Traveller, title: str) -> None:
    actor.venture = actor.stage.ask(actor.team.caseworker, "venture", "open_venture", kind="MICRO_ENTERPRISE",
                                    case=str(actor.case), working_title=title).id  # fmt: skip
    actor.stage.settle()
    actor.of_venture("start_feasibility")


def _plan(actor: Traveller, equipment: int, cash: int) -> dict[str, Any]:
    total = equipment + cash
    return {
        "author": str(actor.team.mentor.id), "summary": "Mercato, costi, previsione a tre anni.",
        "sources": [{"kind": "OWN_FUNDS", "amount": "6000.00"}, {"kind": "MICROCREDIT", "amount": f"{total - 6000}.00"}],
        "uses": [{"kind": "EQUIPMENT", "amount": f"{equipment}.00"}, {"kind": "WORKING_CAPITAL", "amount": f"{cash}.00"}],
        "turnover_by_year": ["24000.00", "36000.00", "42000.00"],
    }  # fmt: skip


def _starts(actor: Traveller, funded: str, trading: str, total: int) -> Iterator[date]:
    actor.of_venture("promise_funds", source="OWN_FUNDS", amount="6000.00")
    actor.of_venture("promise_funds", source="MICROCREDIT", amount=f"{total - 6000}.00")
    yield _until(actor, funded)
    actor.do("secure_funding")
    actor.of_venture("begin_setting_up")
    actor.of_venture("register_venture", identifier_kind="PARTITA_IVA", number=invented.partita_iva(actor.part.number))
    actor.of_venture("assign_mentor", mentor=str(actor.team.mentor.id))
    yield _until(actor, trading)
    actor.of_venture("start_trading")
    actor.stage.settle()


def _check_in(actor: Traveller, month: int, turnover: str, light: str, **figures: Any) -> None:
    actor.meet("MENTORING")
    actor.of_venture("record_check_in", by="mentor", month=month, channel="IN_PERSON", turnover=turnover, staff=STAFF,
                     light=light, **figures)  # fmt: skip


def the_plan_that_came_back(actor: Traveller) -> Iterator[date]:
    yield from _trunk(actor, "2019-09-05", "2019-09-12")
    _opens(actor, "Rilegatoria Inesistente")
    yield _until(actor, "2019-11-04")
    actor.of_venture("find_feasible", verdict="GO")
    actor.do("pass_idea", verdict="GO", opinion="Due clienti pronti, locali visti.")
    yield _until(actor, "2019-12-09")
    actor.meet("BUSINESS_PLAN")
    actor.of_venture("submit_plan", **_plan(actor, 14000, 1000))
    yield _until(actor, "2019-12-18")
    actor.of_venture("reject_plan", by="coordinator", reason="Manca la cassa dei primi sei mesi.")
    yield _until(actor, "2020-02-24")
    actor.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2020-05-20", reason="Cure; chiamerà lei.")
    yield _until(actor, "2020-05-18")
    actor.do("resume", note="Sta bene, vuole riprendere.")
    yield _until(actor, "2020-06-15")
    actor.of_venture("submit_plan", **_plan(actor, 12000, 5000))
    actor.of_venture("validate_plan", by="coordinator", opinion="Ora la cassa c'è.")
    actor.do("pass_plan")
    yield from _starts(actor, "2020-07-20", "2020-09-07", 17000)
    months = {1: "2020-10-07", 3: "2020-12-07", 6: "2021-03-08", 9: "2021-06-07", 12: "2021-09-07", 18: "2022-03-07",
              24: "2022-09-07", 30: "2023-03-07", 36: "2023-09-07"}  # fmt: skip
    before = 0
    for month, day in months.items():
        yield _until(actor, day)
        _check_in(actor, month, f"{2500 * (month - before)}.00", "AMBER" if month == 3 else "GREEN", cash_months="5.0")
        before = month
    yield _until(actor, "2023-09-25")
    actor.do("end_mentoring", outcome="VENTURE_CONSOLIDATED", exit_situation="SELF_EMPLOYED")
    yield _until(actor, "2024-03-20")
    actor.do(
        "record_follow_up", situation="SELF_EMPLOYED", improved=True, channel="PHONE", note="Ha assunto un'apprendista."
    )


def month_nine(actor: Traveller) -> Iterator[date]:
    yield from _trunk(actor, "2019-11-21", "2019-11-28")
    _opens(actor, "Trattoria Immaginaria")
    yield _until(actor, "2019-12-16")
    actor.of_venture("find_feasible", verdict="GO")
    actor.do("pass_idea", verdict="GO")
    yield _until(actor, "2020-01-20")
    actor.of_venture("submit_plan", **_plan(actor, 15000, 3000))
    actor.of_venture("validate_plan", by="coordinator")
    actor.do("pass_plan")
    yield from _starts(actor, "2020-02-17", "2020-03-02", 18000)
    yield _until(actor, "2020-04-02")
    _check_in(actor, 1, "1900.00", "GREEN", cash_months="4.0")
    yield _until(actor, "2020-06-02")
    _check_in(actor, 3, "2440.00", "AMBER", cash_months="2.5", problems=["MARKET"])
    yield _until(actor, "2020-09-02")
    _check_in(actor, 6, "3100.00", "AMBER", cash_months="1.5", problems=["CASH", "MARKET"])
    yield _until(actor, "2020-09-07")
    actor.of_venture("answer_alerts", by="coordinator", action="Secondo tutor affiancato; spese rinviate.")
    yield _until(actor, "2020-12-01")
    late = {"amount": "6200.00", "days": 95, "compared_with": "1800.00"}
    _check_in(actor, 9, "1500.00", "RED", cash_months="0.5", suppliers=late, problems=["CASH", "CONFLICT"],
              light_reason="Fornitori fermi, locali in disdetta.")  # fmt: skip
    yield _until(actor, "2020-12-15")
    actor.of_venture("cease", by="mentor", cause="CASH", jobs_lost="1.00", debts_known="6200.00")
    yield _until(actor, "2020-12-21")
    actor.do("change_pathway", reason_code="VENTURE_FAILED", reason="Decisione presa insieme.")
    yield _until(actor, "2021-02-08")
    actor.do(
        "close",
        outcome="EMPLOYED_OTHER",
        reason_code="FOUND_A_JOB",
        exit_situation="EMPLOYED",
        reason="Cuoco in una mensa.",
    )
    yield _until(actor, "2021-08-09")
    actor.follow_up()


def a_good_no(actor: Traveller) -> Iterator[date]:
    yield from _trunk(actor, "2020-01-16", "2020-01-23")
    _opens(actor, "Albergo Miraggio")
    yield _until(actor, "2020-02-20")
    actor.meet("CONSULTANCY")
    actor.do("add_note", text="Il vincolo paesaggistico esclude l'ampliamento; senza ampliamento i conti non tornano.")
    actor.of_venture("abandon", reason_code="IDEA_NOT_VIABLE", reason="Vincolo accertato con il comune.")
    actor.do("change_pathway", reason_code="IDEA_NOT_VIABLE")
    actor.do("close", outcome="INFORMED_RENUNCIATION", reason_code="IDEA_NOT_VIABLE", exit_situation="JOB_SEARCH")
    yield _until(actor, "2020-08-20")
    actor.follow_up()


STORIES: dict[str, tuple[str, date, int, Callable[[Traveller], Iterator[date]]]] = {
    "the plan that came back": ("SV-BIC", date(2019, 9, 3), 11, the_plan_that_came_back),
    "month nine": ("CA-CPI", date(2019, 11, 19), 5, month_nine),
    "a good no": ("GR-UNI", date(2020, 1, 14), 2, a_good_no),
}
"""Each story: at which desk it begins, on which day, with how many meetings."""
