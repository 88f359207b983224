"""A vacancy over HTTP."""

from datetime import date

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Words
from opera_cases.domain.vacancies import Vacancy


class VacancyFields(Shown):
    """What is shown of a vacancy: whose, for what work, and how many of its `places` are `filled`."""

    firm: Words
    occupation: Code
    chain: Code | None
    sector: Code | None
    municipality: Code | None
    contract: Code
    places: Number
    filled: Number
    open_until: date | None


def of_vacancy(vacancy: Vacancy) -> VacancyFields:
    """What is shown of it."""
    return VacancyFields(
        firm=vacancy.firm, occupation=vacancy.occupation, chain=vacancy.chain, sector=vacancy.sector,
        municipality=vacancy.municipality, contract=vacancy.contract, places=vacancy.places, filled=vacancy.filled,
        open_until=vacancy.open_until,
    )  # fmt: skip
