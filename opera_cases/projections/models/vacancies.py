"""Vacancies."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.vacancies import Vacancy
from opera_cases.projections import schema as s

vacancies = s.table(
    "vacancy_v1",
    s.id("vacancy_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.text("firm"), s.text("occupation"),
    s.text("chain"), s.text("sector"), s.text("municipality"), s.text("contract"), s.count("places"), s.count("filled"),
    s.day("open_until"), s.count("version"),
    sa.Index("vacancy_by_region", "region", "state"),
)  # fmt: skip


def _rows(vacancy: Vacancy) -> Iterator[s.TableRow]:
    yield vacancies, {"vacancy_id": vacancy.id}, {
        "state": vacancy.state, "desk": vacancy.desk, "region": s.region(vacancy), "firm": vacancy.firm,
        "occupation": vacancy.occupation, "chain": vacancy.chain or "", "sector": vacancy.sector or "",
        "municipality": vacancy.municipality or "", "contract": vacancy.contract, "places": vacancy.places,
        "filled": vacancy.filled, "open_until": vacancy.open_until, "version": vacancy.version,
    }  # fmt: skip


MODEL = s.Model(
    "vacancy", Vacancy, vacancies, _rows,
    filters=("desk", "region", "occupation", "chain", "contract", "municipality"),
    sorts=("open_until",),
)  # fmt: skip
