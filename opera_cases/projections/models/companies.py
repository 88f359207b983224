"""Firms in difficulty."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.companies.company import Company
from opera_cases.projections import schema as s

companies = s.table(
    "company_v1",
    s.id("company_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.text("name"), s.text("words"),
    s.text("municipality"), s.text("sector"), s.text("chain"), s.count("employees"), s.text("procedure"), s.day("bid_date"),
    s.day("wage_support_until"), s.day("next_due_on"), s.count("version"),
    sa.Index("company_by_region", "region", "state"),
)  # fmt: skip


def _rows(company: Company) -> Iterator[s.TableRow]:
    yield companies, {"company_id": company.id}, {
        "state": company.state, "desk": company.desk, "region": s.region(company), "name": company.name,
        "words": company.name.casefold(), "municipality": company.municipality or "", "sector": company.sector or "",
        "chain": company.chain or "", "employees": company.employees, "procedure": company.procedure,
        "bid_date": company.bid_date, "wage_support_until": company.wage_support_until,
        "next_due_on": s.next_due(company), "version": company.version,
    }  # fmt: skip


MODEL = s.Model(
    "company", Company, companies, _rows,
    filters=("text", "desk", "region", "procedure", "sector", "chain"),
    sorts=("bid_date", "next_due_on"),
)  # fmt: skip
