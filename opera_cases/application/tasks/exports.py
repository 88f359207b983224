"""Lists as files, CSV or XLSX: only what the asker may see, every reading recorded, no cell that a spreadsheet runs."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from opera_cases.application.access.redaction import redact
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.log.progress import Progress
from opera_cases.projections import access
from opera_cases.projections.queries import lists

LARGEST = 50_000
MEDIA = {"CSV": "text/csv; charset=utf-8",
         "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> str:
    """A cell as text: what a spreadsheet would run as a formula begins with an apostrophe instead."""
    plain = value.value if isinstance(value, Enum) else value
    text = "" if plain is None else str(plain)
    return f"'{text}" if text.startswith(_RUNS) else text


def export_list(
    runtime: Runtime, task: UUID, request: dict[str, Any], who: Principal, progress: Progress
) -> tuple[bytes, str]:
    """`request`: kind, format, and the filters of the list (`equal`, `due_before`)."""
    rows = list(_rows(runtime, task, request, who, progress))
    head = list(rows[0]) if rows else ["nothing"]
    table = [head, *([harmless(row[name]) for name in head] for row in rows)]
    progress(len(rows), len(rows))
    return (_csv(table) if request["format"] == "CSV" else _xlsx(table)), MEDIA[request["format"]]


def _rows(
    runtime: Runtime, task: UUID, asked: dict[str, Any], who: Principal, progress: Progress
) -> Iterator[dict[str, Any]]:
    kind, application = asked["kind"], runtime.application
    equal = {name: lists.filter_value(kind, name, value) for name, value in asked["equal"].items()}
    due = asked.get("due_before")
    after: tuple[Any, ...] | None = None
    count = 0
    while count < LARGEST:
        page = lists.PageQuery(equal, date.fromisoformat(due) if due else None, "", after, 200)
        with runtime.log.reading() as connection:
            found = lists.rows_of_page(connection, kind, who, application.today(), page, application.keyring)
            shown = found[:200]
            people = {row.person for row in shown if row.person} if kind == "case" else set()
            named = lists.sealed_names(runtime.log, people)
        with PersonalDataReader(application.database, application.keyring, who=who, place=f"export of {kind}", purpose="export", stream=task,
                     at=runtime.clock(), correlation=task,
                     for_a_reason=application.records.opened_beyond_reach(who, {getattr(row, "desk", None) for row in shown}, application.today())) as reading:  # fmt: skip
            items = []
            for row in shown:
                item = {n: reading.open(v) if isinstance(v, bytes) else v for n, v in row._mapping.items()}
                if kind == "case":
                    given, family = named.get(row.person, (None, None))
                    item |= {"given_names": reading.open(given), "family_name": reading.open(family)}
                items.append(item)
        yield from redact(runtime, who, items)
        count += len(shown)
        progress(count, count)
        if len(found) <= 200:
            return
        after = (shown[-1]._mapping[access.key(kind).name],)


def _csv(table: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(table)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _xlsx(table: Iterable[list[str]]) -> bytes:
    file = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    import xlsxwriter  # for the few who export

    with xlsxwriter.Workbook(file, plain) as book:
        sheet = book.add_worksheet("export")
        for number, row in enumerate(table):
            sheet.write_row(number, 0, row)
    return file.getvalue()
