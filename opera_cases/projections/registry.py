"""Every read model of records, each declared in a module of its own."""

from collections.abc import Iterator

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.projections.models import (
    accesses,
    appointments,
    cases,
    companies,
    deadlines,
    desks,
    documents,
    duplicates,
    fundings,
    messages,
    operators,
    people,
    reminders,
    resources,
    sessions,
    submissions,
    vacancies,
    ventures,
)
from opera_cases.projections.schema import TableRow

MODELS = {
    each.kind: each
    for each in (
        cases.MODEL,
        ventures.MODEL,
        companies.MODEL,
        fundings.MODEL,
        resources.MODEL,
        vacancies.MODEL,
        sessions.MODEL,
        appointments.MODEL,
        people.MODEL,
        desks.MODEL,
        operators.MODEL,
        documents.MODEL,
        duplicates.MODEL,
        reminders.MODEL,
        messages.MODEL,
        accesses.MODEL,
        submissions.MODEL,
    )
}
"""By kind of record. Records of other kinds are in no list."""
TABLE_OF = {kind: model.table for kind, model in MODELS.items()}
TABLES = (*(table for model in MODELS.values() for table in (model.table, *model.beside)), deadlines.deadlines)


def rows_of(record: Aggregate) -> Iterator[TableRow]:
    """Every row that shows a record: its own, and one for each open deadline."""
    if not record.version:
        return
    model = MODELS.get(record.kind)
    if model is not None:
        yield from model.rows(record)
    yield from deadlines.deadline_rows(record)
