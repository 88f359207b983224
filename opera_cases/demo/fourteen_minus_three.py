"""The story of fourteen workers who take over their firm, and three of whom find another way.

It is told with its own days, because they matter: the rule of 2026 that only seventy percent of an advance comes at once,
three who leave between two validations, a share whose window closes before the award.
"""

from collections.abc import Iterator
from datetime import date

from opera_cases.demo import invented
from opera_cases.demo.band import FIRST_NUMBER, Band, check_in, follow_to_start, open_venture, submit_plan, take_in
from opera_cases.projections.models import fundings


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
    take_in(band, firm)
    open_venture(band, "Ceramica Rigenerata soc. coop.", company=str(firm))
    oven = band.ask("resource", "list_resource", desk=str(band.team.desk), resource_kind="MACHINERY", title="Forno a tunnel per ceramica",
                    owner="Ceramiche Inesistenti s.r.l.", company=str(firm), area="NUTS/2024:ITC32",
                    municipality="COMUNI/2026:B369", sector="NACE/2.1:23.31", condition="USABLE")  # fmt: skip
    yield on("2026-03-20")
    for actor in band.actors:
        band.do("commit_member", person=str(actor.person), amount="8000.00", former_employee=True)
    band.do("set_perimeter", company=str(firm), jobs=14, assets=[str(oven)], contracts=3)
    band.do("form_group", legal_form="COOP_SRL")
    band.stage.settle()
    submit_plan(band, 112_000, 88_000)
    yield on("2026-04-02")
    submit_plan(band, 112_000, 88_000, 33_600)  # thirty percent of the advances come later
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
    submit_plan(band, 88_000, 112_000, 26_400)
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
    follow_to_start(band, eleven)
    yield on("2026-09-01")
    band.do("start_trading")
    band.stage.settle()
    for month, day in ((1, "2026-10-01"), (2, "2026-11-02")):
        yield on(day)
        check_in(band, month, "36000.00", len(eleven))
