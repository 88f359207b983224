"""People and first contacts from a spreadsheet: a preview says row by row what would happen, then it happens.

A row is registered whole or not at all: its steps are tried before the first of them is taken.
"""

import base64
import re
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec

from opera_cases.application.requests import CommandRequest
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks.bulk import outcome
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput, OperaError, Unavailable
from opera_cases.domain.kernel.personal import Address, Email, IdentifierValue, Phone, kind_of, tidy
from opera_cases.log.progress import Progress
from opera_cases.sandbox import launcher

COLUMNS = (
    "family_name", "given_names", "birth_date", "language", "tax_code", "phone", "email", "address", "notice_version",
    "contact_on", "channel", "heard_from", "wish", "despite_likeness", "likeness_reason", "late_reason",
)  # fmt: skip
NEEDED = ("family_name", "given_names", "channel")


PATIENCE = 30.0
"""Seconds that a file may take to be read, with the start of the program that reads it."""
OUT_OF_BOUNDS = (
    "The file takes more time or memory to be read than a list of people needs. Save the list alone, as CSV."
)


class _Sheet(msgspec.Struct):
    """What the program that reads tables says."""

    rows: list[tuple[int, list[str]]] = []
    wrong: str = ""


_sheet = msgspec.json.Decoder(_Sheet)


def table_rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV or XLSX file by column name, each with its number in the file; read by a program of its own.

    Raises `InvalidInput` for a file or column that cannot be read.
    """
    try:
        told = _sheet.decode(launcher.run_sandboxed("opera_cases.sandbox.read_table", content, PATIENCE))
    except (launcher.OutOfPatience, launcher.Failed):
        raise InvalidInput(OUT_OF_BOUNDS, "content") from None
    if told.wrong:
        raise InvalidInput(told.wrong, "content")
    if not told.rows:
        raise InvalidInput("The file has no rows.", "content")
    head = [name.lower() for name in told.rows[0][1]]
    if unknown := [name for name in head if name and name not in COLUMNS]:
        raise InvalidInput(f"There is no column {unknown[0][:40]}. The columns are {', '.join(COLUMNS)}.", "content")
    if missing := [name for name in NEEDED if name not in head]:
        raise InvalidInput(f"The column {missing[0]} is needed.", "content")
    return [
        (number, {n: cell for n, cell in zip(head, row, strict=False) if n and cell}) for number, row in told.rows[1:]
    ]


def import_people(
    runtime: Runtime, task: UUID, request: dict[str, Any], who: Principal, progress: Progress
) -> tuple[bytes, str]:
    """`request`: desk, dry_run, and the file as base64. Every row gets its result, under the number it has in the file."""
    try:
        rows = table_rows(base64.b64decode(request["content"]))
    except InvalidInput as wrong:
        return msgspec.json.encode({"items": [], "recorded": False, "detail": wrong.detail}), "application/json"
    items = []
    for done, (number, row) in enumerate(rows, start=1):
        try:
            items.append({"row": number, **_row(runtime, uuid5(task, str(number)), request, row, who)})
        except Unavailable:
            raise  # taken up again later, and repeats nothing
        except OperaError as wrong:
            field = {"field": wrong.field} if isinstance(wrong, InvalidInput) and wrong.field else {}
            items.append({"row": number, **outcome(wrong), **field})
        if done % 10 == 0:
            progress(done, len(rows))
    progress(len(rows), len(rows))
    return msgspec.json.encode({"items": items, "recorded": not request["dry_run"]}), "application/json"


def _row(runtime: Runtime, key: UUID, asked: dict[str, Any], row: dict[str, str], who: Principal) -> dict[str, Any]:
    """The steps of one row: person, number, contacts, notice, first contact; all tried before any is taken."""
    on = _day(row.get("contact_on", ""))

    def some(*names: str) -> dict[str, Any]:
        return {name: row[name] for name in names if name in row}

    late = some("late_reason")
    person = {
        **some("family_name", "given_names", "birth_date", "language", "likeness_reason"),
        **late,
        "desk": asked["desk"],
    }
    if row.get("despite_likeness", "").lower() in ("1", "true", "yes", "si", "sì", "oui"):
        person["despite_likeness"] = True
    contact = {**some("channel", "heard_from", "language", "wish"), **late, "desk": asked["desk"]}

    def take(kind: str, step: str, values: dict[str, Any], stream: UUID | None = None, *, dry: bool) -> UUID:
        ask = CommandRequest(kind=kind, step=step, values=values, by=who, stream=stream, key=uuid5(key, step), on=on,
                  channel="IMPORT", correlation=key, dry_run=dry)  # fmt: skip
        return runtime.application.execute(ask).id

    _readable(row)
    take("person", "register_person", person, dry=True)
    take("case", "record_contact", contact, dry=True)
    if asked["dry_run"]:
        return {"outcome": "Would"}
    registered = take("person", "register_person", person, dry=False)
    if "tax_code" in row:
        number = {"identifier_kind": "CODICE_FISCALE", "value": row["tax_code"], **late}
        take("person", "declare_identifier", number, registered, dry=False)
    if reach := some("phone", "email", "address"):
        how = {**reach, "preferred_channel": row["channel"], **late}
        take("person", "record_contacts", how, registered, dry=False)
    if "notice_version" in row:
        notice = {"version": row["notice_version"], "language": row.get("language", "it"), **late}
        take("person", "give_notice", notice, registered, dry=False)
    case = take("case", "record_contact", contact, dry=False)
    return {"outcome": "Done", "person": registered, "case": case}


def _readable(row: dict[str, str]) -> None:
    """Raises `InvalidInput` for a cell that is missing, or that no step would take."""
    for name in NEEDED:
        if name not in row:
            raise InvalidInput("This cell is needed.", name)
    for name, hint in (("tax_code", IdentifierValue), ("phone", Phone), ("email", Email), ("address", Address)):
        kind = kind_of(hint)
        if name in row and kind is not None:
            try:
                tidy(kind, row[name])
            except InvalidInput as wrong:
                raise InvalidInput(wrong.detail, name) from None
    for name, pattern in (("notice_version", r"[A-Za-z0-9_.:/-]{1,40}"), ("language", "it|fr|en")):
        if name in row and not re.fullmatch(pattern, row[name]):
            raise InvalidInput("This cannot be read.", name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("A date is written year-month-day, as in 2026-03-14.", "contact_on") from None
