"""Files that are larger than they look: told in words, before anything is made of them, and within bounds where something is."""

import io
import json
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from opera_cases.application.documents.upload import CONTENT_TYPES, media_type
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.imports import table_rows
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.jobs import bounces
from opera_cases.jobs.rounds import carry_out_tasks
from opera_cases.sandbox import launcher
from opera_cases.sandbox.read_table import LONGEST_CELL, sheet_rows
from opera_cases.sandbox.unzip import LARGEST_UNPACKED, MOST_MEMBERS, OutOfBounds
from tests.support.over_http import Desk
from tests.support.world import World

STRINGS, SHEET, TYPES = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = b"family_name,given_names,channel\n"


def _spreadsheet(rows: int = 1) -> dict[str, bytes]:
    """The parts of a small good spreadsheet."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["family_name", "given_names", "channel"], *([f"Inventati{n}", "Ada", "PHONE"] for n in range(rows))):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(file)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    shared = b'<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    return parts | {
        TYPES: parts[TYPES].replace(b"</Types>", shared % STRINGS.encode()),
        STRINGS: b'<sst xmlns="%s"/>' % MAIN.encode(),
    }


def _packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=1) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def _with(**parts: bytes) -> bytes:
    named = {"strings": STRINGS, "sheet": SHEET}
    return _packed(_spreadsheet() | {named.get(name, name): content for name, content in parts.items()})


def _many_strings() -> bytes:
    return _with(strings=b"<sst>" + b"<si><t>x</t></si>" * (LARGEST_UNPACKED // 17) + b"</sst>")


def _says_less_than_it_is(size: int = 100) -> bytes:
    """A part of two million bytes that says it has a hundred, everywhere where it says so."""
    inside = b"<sst>" + b" " * 2_000_000
    content = bytearray(_with(strings=inside))
    real = struct.pack("<L", len(inside))
    crc = struct.pack("<L", zlib.crc32(inside))
    assert content.count(real) >= 2
    return (
        bytes(content).replace(real, struct.pack("<L", size)).replace(crc, struct.pack("<L", zlib.crc32(inside[:size])))
    )


def _laughs(encoding: str) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE sst [<!ENTITY a0 "ha">{entities}]><sst><si><t>&a8;</t></si></sst>'
    return _with(strings=text.encode(encoding))


def _one_part_many_times() -> bytes:
    parts = _spreadsheet()
    return _packed(parts | {f"xl/media/{number}.bin": b"x" for number in range(MOST_MEMBERS)})


def _locked() -> bytes:
    content = bytearray(_with())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        content[at + offset] |= 1
    return bytes(content)


def _repeated_cells() -> bytes:
    """One long text, and a thousand cells that say it again."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1001))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    return _with(sheet=sheet.encode(), strings=strings.encode())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_many_strings, "Unpacked"),
        (_says_less_than_it_is, "than it says"),
        (_one_part_many_times, "parts"),
        (lambda: _laughs("utf-8"), "entities"),
        (lambda: _laughs("utf-16"), "entities"),
        (lambda: _with(sheet=b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>'), "document type"),
        (lambda: _with(strings=b"<a>" * 200 + b"</a>" * 200), "deeper"),
        (lambda: _packed(_spreadsheet(), zipfile.ZIP_BZIP2), "packed or locked"),
        (lambda: _packed(_spreadsheet(), zipfile.ZIP_LZMA), "packed or locked"),
        (_locked, "packed or locked"),
        (_repeated_cells, "characters"),
        (lambda: _with()[:-40], "cannot be read"),
        (lambda: b"PK\x03\x04" + b"x" * 1000, "cannot be read"),
        (lambda: HEAD + b'"' + b"x" * 10_000_000 + b'",Ada,PHONE', "field larger"),
        (lambda: HEAD + b"x," * 40_000 + b"x", "columns"),
        (lambda: b"x," * 1_000_000, "columns"),
        (lambda: HEAD + b"Inventati,Ada,PHONE\n" * 5_001, "5000 rows"),
        (lambda: HEAD + b'"Inventati,Ada', "cannot be read"),
        (lambda: "family_name".encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_larger_than_it_looks_is_told_before_anything_is_made_of_it(
    make: Callable[[], bytes], says: str
) -> None:
    content = make()
    assert len(content) < 11_000_000, "it may be uploaded"
    began = time.perf_counter()
    with pytest.raises(OutOfBounds, match=says):
        sheet_rows(content)
    assert time.perf_counter() - began < 5


def test_what_fits_is_read_with_the_numbers_that_its_rows_have_in_the_file() -> None:
    assert sheet_rows(_with())[1] == (2, ["Inventati0", "Ada", "PHONE"] + [""] * (len(sheet_rows(_with())[1][1]) - 3))
    assert sheet_rows(HEAD + b"\n\n,,\nInventati,Ada,PHONE\n") == [
        (1, ["family_name", "given_names", "channel"]),
        (5, ["Inventati", "Ada", "PHONE"]),
    ]
    assert len(sheet_rows(HEAD + b"Inventati,Ada,PHONE\n" * 5_000)) == 5_001
    assert sheet_rows(b"x" * LONGEST_CELL) == [(1, ["x" * LONGEST_CELL])]
    assert sheet_rows(b"\n" * 300_000) == []
    assert sheet_rows(b"a\x00b;c") == [(1, ["a\x00b", "c"])]


def test_a_file_is_read_by_a_program_of_its_own_whose_memory_goes_back() -> None:
    assert table_rows(_packed(_spreadsheet(3)))[0] == (
        2,
        {"family_name": "Inventati0", "given_names": "Ada", "channel": "PHONE"},
    )
    before = _resident()
    with pytest.raises(InvalidInput, match="Unpacked"):
        table_rows(_many_strings())
    assert _resident() - before < 30_000_000


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize(
    ("wants", "ends"),
    [(b"memory", launcher.Failed), (b"processor", launcher.Failed), (b"time", launcher.OutOfPatience)],
)
def test_a_program_that_takes_more_than_it_is_given_is_ended(wants: bytes, ends: type[Exception]) -> None:
    began = time.monotonic()
    with pytest.raises(ends):
        launcher.run_sandboxed("tests.support.greedy", wants, patience=1 if wants == b"time" else 20)
    assert time.monotonic() - began < 10


def test_what_reads_the_files_of_strangers_knows_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERA_SMTP_URL", "smtp://office:secret@mail.example")
    assert launcher.run_sandboxed("tests.support.greedy", b"settings", patience=20) == b""


def test_a_file_that_cannot_be_read_in_bounds_is_told_to_whoever_sent_it(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_patience(*_: object) -> bytes:
        raise launcher.OutOfPatience

    monkeypatch.setattr(launcher, "run_sandboxed", out_of_patience)
    with pytest.raises(InvalidInput, match="more time or memory"):
        table_rows(HEAD)


# -- documents --------------------------------------------------------------------------------------------------------


def _odt(method: int, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", CONTENT_TYPES["ODT"].encode() + b" " * size, method)  # type: ignore[index]
    return file.getvalue()


def test_what_a_document_is_is_seen_without_unpacking_it() -> None:
    assert media_type(_odt(zipfile.ZIP_STORED, 0)) == "ODT"
    many = _packed(
        {f"{number}": b"" for number in range(2_100)} | {"[Content_Types].xml": b"", "word/document.xml": b""}
    )
    lying = bytearray(_odt(zipfile.ZIP_DEFLATED, 50_000_000))
    lying[22:26] = struct.pack("<L", 39)
    at = lying.find(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<L", 39)
    for bomb in (
        many,
        bytes(lying),
        _odt(zipfile.ZIP_BZIP2, 50_000_000),
        _odt(zipfile.ZIP_LZMA, 5_000_000),
        _odt(zipfile.ZIP_STORED, 500),
    ):
        before = _resident()
        with pytest.raises(InvalidInput):
            media_type(bomb)
        assert _resident() - before < 20_000_000


def test_mail_that_comes_back_is_read_as_far_as_reports_go() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(400))
    for report in (b"Subject: x\n\n" + b"x" * bounces.LARGEST, nested, b"Content-Type: message/rfc822\n\n" * 400):
        with pytest.raises(InvalidInput):
            bounces.read_report(report)


# -- the queue --------------------------------------------------------------------------------------------------------


def test_a_task_whose_worker_dies_each_time_is_given_up_in_words(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    asked = irene.upload("imports", HEAD + b"Inventati,Ada,PHONE\n", desk=str(world.desk), dry_run="false")
    for _ in range(3):
        assert tasks._claim(world.runtime) is not None, "taken, and its worker dies"
        assert tasks._claim(world.runtime) is None
        world.clock.at += timedelta(seconds=90)
    carry_out_tasks(world.runtime)
    told = irene.raw(asked.headers["location"].removeprefix("/rest/opera/v1/"))
    assert (told.status_code, told.json()["state"]) == (303, "FAILED")
    assert "three times" in irene.result(asked).json()["detail"]
    assert irene.get("people")["items"] == []


def test_nobody_holds_the_queue_with_much_of_their_own(world: World, client: TestClient) -> None:
    world.second_desk()
    irene, oreste = Desk(client, world.token(world.irene)), Desk(client, world.token(world.oreste))
    hers = [irene.send("exports", kind="case", format="CSV", filters={"state": state}) for state in ("PLAN", "INTAKE")]
    his = oreste.send("exports", kind="case", format="CSV")
    assert _claimed(world) == json_id(hers[0])
    assert _claimed(world) == json_id(his), "her second one waits for her first"
    assert tasks._claim(world.runtime) is None
    world.clock.at += timedelta(seconds=90)
    assert irene.result(hers[1], world.settle).status_code == 200
    assert oreste.result(his, world.settle).status_code == 200


def _claimed(world: World) -> str:
    taken: Any = tasks._claim(world.runtime)
    assert taken is not None
    return str(taken[0].task)


def json_id(answer: Any) -> str:
    return str(json.loads(answer.text)["id"])
