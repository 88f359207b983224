"""The desks as OPERA opened them, and the people who work there: 34 desks, 53 operators. Names are invented."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from opera_cases.domain.access import CONSOLE, Principal

LIGURIA, TOSCANA, SARDEGNA, CORSICA = "ITC3", "ITI1", "ITG2", "FRM0"

DESKS: tuple[tuple[str, str, str, str, str, date, str], ...] = (
    ("SV-BIC", "Savona, incubatore", LIGURIA, "SV", "PILOT", date(2019, 7, 12), "Incubatore"),
    ("GE-FIL", "Genova centro", LIGURIA, "GE", "PILOT", date(2019, 7, 15), "Agenzia regionale"),
    ("GE-COO", "Genova cooperative", LIGURIA, "GE", "PILOT", date(2019, 9, 2), "Centro cooperativo"),
    ("SP-COO", "La Spezia", LIGURIA, "SP", "ANIMATION", date(2019, 9, 9), "Centro cooperativo"),
    ("IM-ARM", "Valle Armea, mercato dei fiori", LIGURIA, "IM", "PILOT", date(2019, 10, 7), "Mercato dei fiori"),
    ("SV-CAI", "Cairo Montenotte", LIGURIA, "SV", "PILOT", date(2019, 10, 14), "Centro cooperativo"),
    ("SV-ALB", "Albenga", LIGURIA, "SV", "ANIMATION", date(2019, 11, 4), "Centro cooperativo"),
    ("MS-UNI", "Massa", TOSCANA, "MS", "PILOT", date(2019, 8, 5), "Centro servizi"),
    ("LU-UNI", "Lucca", TOSCANA, "LU", "PILOT", date(2019, 8, 5), "Centro servizi"),
    ("PI-UNI", "Pisa", TOSCANA, "PI", "PILOT", date(2019, 8, 5), "Centro servizi"),
    ("LI-UNI", "Livorno", TOSCANA, "LI", "PILOT", date(2019, 8, 5), "Centro servizi"),
    ("GR-UNI", "Grosseto", TOSCANA, "GR", "PILOT", date(2019, 8, 5), "Centro servizi"),
    ("CA-CPI", "Cagliari", SARDEGNA, "CA", "PILOT", date(2019, 11, 11), "Centro per l'impiego"),
    ("CA-QUA", "Quartu", SARDEGNA, "CA", "PILOT", date(2019, 11, 11), "Centro per l'impiego"),
    ("CA-ASS", "Assemini", SARDEGNA, "CA", "PILOT", date(2019, 11, 11), "Centro per l'impiego"),
    ("SU-GAV", "San Gavino", SARDEGNA, "SU", "PILOT", date(2019, 11, 11), "Centro per l'impiego"),
    ("NU-CPI", "Nuoro", SARDEGNA, "NU", "ANIMATION", date(2019, 11, 18), "Centro per l'impiego"),
    ("SS-CPI", "Sassari", SARDEGNA, "SS", "ANIMATION", date(2019, 11, 18), "Centro per l'impiego"),
    ("SS-OLB", "Olbia", SARDEGNA, "SS", "ANIMATION", date(2019, 11, 18), "Centro per l'impiego"),
    ("NU-LAN", "Lanusei", SARDEGNA, "NU", "ANIMATION", date(2019, 11, 18), "Centro per l'impiego"),
    ("CA-ANT", "Cagliari, antenna", SARDEGNA, "CA", "ANIMATION", date(2020, 1, 13), "Agenzia cooperativa"),
    ("SS-ANT", "Sassari, antenna", SARDEGNA, "SS", "ANIMATION", date(2020, 1, 13), "Agenzia cooperativa"),
    ("NU-ANT", "Nuoro, antenna", SARDEGNA, "NU", "ANIMATION", date(2020, 1, 13), "Agenzia cooperativa"),
    ("OR-ANT", "Oristano, antenna", SARDEGNA, "OR", "ANIMATION", date(2020, 1, 13), "Agenzia cooperativa"),
    ("SU-ANT", "Villacidro, antenna", SARDEGNA, "SU", "ANIMATION", date(2020, 1, 13), "Agenzia cooperativa"),
    ("2B-BAS", "Bastia", CORSICA, "2B", "PILOT", date(2019, 9, 16), "Agence de développement"),
    ("2A-AJA", "Ajaccio", CORSICA, "2A", "PILOT", date(2019, 9, 16), "Agence de développement"),
    ("2B-COR", "Corte", CORSICA, "2B", "ANIMATION", date(2019, 10, 1), "Agence de développement"),
    ("2B-CAL", "Calvi", CORSICA, "2B", "ANIMATION", date(2019, 10, 1), "Agence de développement"),
    ("2A-POR", "Porto-Vecchio", CORSICA, "2A", "ANIMATION", date(2019, 10, 1), "Agence de développement"),
    ("2A-PRO", "Propriano", CORSICA, "2A", "ANIMATION", date(2019, 10, 1), "Coopérative d'activité"),
    ("2B-CAE", "Bastia, coopérative", CORSICA, "2B", "PILOT", date(2019, 11, 4), "Coopérative d'activité"),
    ("2A-CAE", "Ajaccio, coopérative", CORSICA, "2A", "PILOT", date(2019, 11, 4), "Coopérative d'activité"),
    ("2B-GHI", "Ghisonaccia", CORSICA, "2B", "ANIMATION", date(2020, 2, 3), "Coopérative d'activité"),
)

COORDINATORS_FOR, MENTORS_FOR = 5, 3
"""One coordinator for five desks (7), one mentor for three (12): with one caseworker a desk that makes 53 operators."""


@dataclass(slots=True)
class Team:
    """A desk of the demo and who works there."""

    desk: UUID
    code: str
    region: str
    province: str
    opened: date
    caseworker: Principal
    coordinator: Principal
    mentor: Principal

    @property
    def french(self) -> bool:
        return self.region == CORSICA


@dataclass(slots=True)
class Cast:
    """Everyone of the demo whom the tour introduces."""

    teams: list[Team] = field(default_factory=list)
    administrator: Principal = CONSOLE
    stories: dict[str, UUID] = field(default_factory=dict)
