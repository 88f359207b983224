"""Applications for money."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.funding.application import Funding
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_date, as_uuid, as_uuids

fundings = s.table(
    "funding_v1",
    s.id("funding_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.id("case_id"), s.id("concerns"),
    s.id("venture", null=True), s.text("source"), s.text("funder"), s.text("asked"), s.text("granted"), s.text("paid"),
    s.day("entitled_on"), s.day("theoretical_end"), s.day("next_due_on"), s.count("version"),
    sa.Index("funding_by_case", "case_id"), sa.Index("funding_by_venture", "venture"),
    sa.Index("funding_by_person", "concerns"), sa.Index("funding_by_desk", "desk", "state"),
)  # fmt: skip


def _rows(funding: Funding) -> Iterator[s.TableRow]:
    yield fundings, {"funding_id": funding.id}, {
        "state": funding.state, "desk": funding.desk, "region": s.region(funding), "case_id": funding.case,
        "concerns": funding.concerns, "venture": funding.venture, "source": funding.source, "funder": funding.funder,
        "asked": str(funding.asked), "granted": str(funding.granted), "paid": str(funding.paid),
        "entitled_on": funding.entitled_on, "theoretical_end": funding.theoretical_end,
        "next_due_on": s.next_due(funding), "version": funding.version,
    }  # fmt: skip


MODEL = s.Model(
    "funding", Funding, fundings, _rows,
    filters=("desk", "region", "case_id", "venture", "source"),
    sorts=("next_due_on",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


def fundings_of_venture(log: Database, venture: UUID, state: str) -> list[UUID]:
    """The applications for a venture that are in a state."""
    return as_uuids(
        log.rows(
            "SELECT funding_id FROM read.funding_v1 WHERE venture = $1 AND state = $2 ORDER BY funding_id",
            venture,
            state,
        )
    )


def first_benefit_deadline(log: Database, venture: UUID) -> date | None:
    """The first day on which a window for a benefit advance of a venture's members closes."""
    sql = (
        "SELECT min(d.due_on) FROM read.deadline_v2 d JOIN read.funding_v1 f ON f.funding_id = d.stream"
        " WHERE f.venture = $1 AND d.rule = 'benefit_application'"
    )
    found = log.rows(sql, venture)[0][0]
    return as_date(found) if found else None


def granted_benefit_advances(log: Database, people: Collection[UUID]) -> list[tuple[UUID, date]]:
    """The benefit advances granted to some records of persons, each with the end of the benefit in theory."""
    sql = (
        "SELECT funding_id, theoretical_end FROM read.funding_v1 WHERE concerns = ANY($1::uuid[])"
        " AND theoretical_end IS NOT NULL AND state IN ('GRANTED', 'PAID') ORDER BY funding_id"
    )
    return [(as_uuid(funding), as_date(end)) for funding, end in log.rows(sql, list(people))] if people else []
