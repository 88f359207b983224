"""A firm in difficulty over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Words, at_most
from opera_cases.domain.companies.company import Company


class CompanyFields(Shown):
    """What is shown of a firm: where it stands in its crisis, and the `tables` held and `awards` made because of it."""

    name: Words
    municipality: Code | None
    sector: Code | None
    chain: Code | None
    employees: Number
    interested: Number
    in_crisis_area: bool
    procedure: Code
    procedure_since: date | None
    bid_date: date | None
    wage_support_until: date | None
    tables: Annotated[list[date], at_most(1000)]
    awards: Annotated[list[UUID], at_most(100)]


def of_company(company: Company) -> CompanyFields:
    """What is shown of it."""
    return CompanyFields(
        name=company.name, municipality=company.municipality, sector=company.sector, chain=company.chain,
        employees=company.employees, interested=company.interested, in_crisis_area=company.in_crisis_area,
        procedure=company.procedure, procedure_since=company.procedure_since, bid_date=company.bid_date,
        wage_support_until=company.wage_support_until, tables=list(company.tables), awards=sorted(company.awards),
    )  # fmt: skip
