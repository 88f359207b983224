"""What stands in the demo's resource database, and the firms in difficulty from which some of it comes. All invented."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from opera_cases.demo.stage import Journey, Stage, workday
from opera_cases.demo.world import Team

FIRMS = (
    ("Vetri Apparenti s.r.l.", "SV-BIC", 18, "NACE/2.1:23.12", "CONCORDATO_PREVENTIVO"),
    ("Pastificio Ipotetico s.p.a.", "CA-CPI", 42, "NACE/2.1:10.73", "LIQUIDAZIONE_GIUDIZIALE"),
    ("Hotel Finto Splendor s.r.l.", "IM-ARM", 16, "NACE/2.1:55.10", "COMPOSIZIONE_NEGOZIATA"),
    ("Frantoio Chimera soc. agr.", "GR-UNI", 9, "NACE/2.1:10.41", "LIQUIDAZIONE_GIUDIZIALE"),
    ("Menuiserie Mirage", "2B-BAS", 12, "NACE/2.1:16.25", "REDRESSEMENT_JUDICIAIRE"),
)
THINGS = (
    ("BUILDING", "Capannone di 1.200 m² con piazzale", "USABLE"), ("MACHINERY", "Linea di confezionamento", "GOOD"),
    ("EQUIPMENT", "Cucina professionale", "GOOD"), ("VEHICLE", "Furgone refrigerato", "NEEDS_REPAIR"),
    ("TRADEMARK", "Marchio registrato e dominio", "GOOD"), ("CUSTOMERS", "Elenco clienti con ordini ricorrenti", "UNKNOWN"),
    ("CERTIFICATION", "Certificazione biologica", "GOOD"), ("STOCK", "Magazzino di semilavorati", "USABLE"),
)  # fmt: skip
AREAS = {
    "SV": "ITC32",
    "GE": "ITC33",
    "IM": "ITC31",
    "CA": "ITG2F",
    "GR": "ITI1A",
    "LI": "ITI16",
    "2B": "FRM02",
    "2A": "FRM01",
}
VACANCIES = (("Cantiere Fittizio s.p.a.", "ISCO-08/2008:7214", "SHIPBUILDING"), ("Albergo Immaginario", "ISCO-08/2008:5120", "TOURISM"),
             ("Alghe Supposte s.r.l.", "ISCO-08/2008:3141", "BIOTECHNOLOGY"))  # fmt: skip


def autumn(stage: Stage, teams: list[Team], until: date, rng: Random) -> Journey:
    """In the months before the demo's last day: firms are reported, resources listed and looked at, vacancies posted."""
    by_code = {team.code: team for team in teams}
    for number, (name, code, employees, sector, procedure) in enumerate(FIRMS):
        team = by_code[code]
        firm = stage.ask(
            team.caseworker,
            "company",
            "report_company",
            desk=str(team.desk),
            name=name,
            employees=employees,
            sector=sector,
        ).id
        stage.ask(
            team.caseworker,
            "company",
            "open_procedure",
            firm,
            procedure=procedure,
            since=(stage.clock.at.date() - timedelta(days=9)).isoformat(),
        )
        if number % 2 == 0:
            stage.ask(
                team.caseworker,
                "company",
                "set_bid_date",
                firm,
                bid_date=(until + timedelta(days=20 + 9 * number)).isoformat(),
            )
        for thing in rng.sample(THINGS, 3):
            _list(stage, team, firm, name, thing)
        yield workday(stage.clock.at.date() + timedelta(days=6))
    for firm_name, occupation, chain in VACANCIES:
        team = rng.choice(teams)
        stage.ask(team.caseworker, "vacancy", "post_vacancy", desk=str(team.desk), firm=firm_name, occupation=occupation, chain=chain,
                  contract="PERMANENT", open_until=(until + timedelta(days=60)).isoformat())  # fmt: skip


def _list(stage: Stage, team: Team, firm: UUID, owner: str, thing: tuple[str, str, str]) -> None:
    kind, title, condition = thing
    area = f"NUTS/2024:{AREAS[team.province]}"
    stage.ask(team.caseworker, "resource", "list_resource", desk=str(team.desk), resource_kind=kind, title=title, owner=owner,
              company=str(firm), condition=condition, area=area)  # fmt: skip
