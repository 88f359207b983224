"""Reads a table from a CSV or XLSX file: the file comes in, its rows go out as JSON, or why it cannot be read.

A program of its own: what strangers wrote is taken apart within bounds of memory and time, and both go back when it is done.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from opera_cases.sandbox.limits import confine
from opera_cases.sandbox.unzip import OutOfBounds, look_into

MEMORY, SECONDS = 1_000_000_000, 20
"""Bytes of address space, and seconds of processor time."""
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL, LARGEST = 5_000, 32, 32_767, 16_000_000
"""Rows beside the head, columns, characters of a cell as in a spreadsheet, and characters of all cells together."""

SheetRow = tuple[int, list[str]]


def sheet_rows(content: bytes) -> list[SheetRow]:
    """The rows that hold anything, each with its number in the file. Raises `OutOfBounds`."""
    rows: list[SheetRow] = []
    taken = 0
    for number, cells in enumerate(_xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content), start=1):
        if not any(cells):
            continue
        if len(rows) > MOST_ROWS:
            raise OutOfBounds(f"The file has more than {MOST_ROWS} rows; no more fit. Split it.")
        if any(cells[MOST_COLUMNS:]):
            raise OutOfBounds(f"The file has more than {MOST_COLUMNS} columns.")
        if max(map(len, cells)) > LONGEST_CELL:
            raise OutOfBounds(f"A cell of row {number} has more than {LONGEST_CELL} characters.")
        taken += sum(map(len, cells))
        if taken > LARGEST:
            raise OutOfBounds(f"The file holds more than {LARGEST:,} characters. Split it.")
        rows.append((number, cells[:MOST_COLUMNS]))
    return rows


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OutOfBounds("The file is not text in UTF-8. Save it as CSV UTF-8, or as XLSX.") from None
    first = text.partition("\n")[0]
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(
            io.StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",", strict=True
        ):
            yield _stripped(row)
    except csv.Error as wrong:
        raise OutOfBounds(f"The file cannot be read: {wrong}.") from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        look_into(content)
        import openpyxl  # for the few who import a spreadsheet

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
            yield _stripped(map(_text, row))
    except (OutOfBounds, MemoryError):
        raise
    except (Exception, BadZipFile):  # openpyxl meets a broken file in a hundred ways
        raise OutOfBounds("The file cannot be read. Save it again as XLSX or CSV.") from None


def _stripped(cells: Iterable[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)


def main() -> int:
    confine(MEMORY, SECONDS)
    try:
        told: dict[str, Any] = {"rows": sheet_rows(sys.stdin.buffer.read())}
    except OutOfBounds as wrong:
        told = {"wrong": str(wrong)}
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
