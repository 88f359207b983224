"""B6, B7, B12, B13, B16, B17: what reaches the office from outside is bounded, and what it writes is its owner's alone."""

import json
import socket
import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.attacks.caller import API, Caller
from tests.attacks.endings import calendar_of
from tests.attacks.office import Office, fresh_id, until

MEGABYTE = 1_000_000
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>family_name</t></is></c></row></sheetData></worksheet>'
)
BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": SHEET,
}
"""The smallest workbook that a program opens."""
on_sqlite = pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="session")


def bomb(megabytes: int, *, honest: bool = True) -> bytes:
    """A workbook of so many megabytes of shared strings; or one whose directory says that they are small."""
    made, string = BytesIO(), b"<si><t>a</t></si>"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, text in BOOK.items():
            packed.writestr(name, text)
        with packed.open("xl/sharedStrings.xml", "w", force_zip64=False) as member:
            member.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for _ in range(megabytes):
                member.write(string * (MEGABYTE // len(string)))
            member.write(b"</sst>")
    content = made.getvalue()
    if honest:
        return content
    at = content.rindex(b"PK\x01\x02")  # the entry of the last member: its size stands 24 bytes behind
    return content[: at + 24] + struct.pack("<I", 1000) + content[at + 28 :]


@on_sqlite
@pytest.mark.parametrize("honest", [True, False])
def test_a_small_spreadsheet_that_unpacks_to_much_is_given_up_soon(office: Office, honest: bool) -> None:
    before = office.memory()
    asked = office.by("irene").upload(
        "imports", bomb(200, honest=honest), name="people.xlsx", desk=office.ids["savona"]
    )
    if asked.status == 202:
        path, highest = f"tasks/{asked.json['id']}", before
        end = time.monotonic() + 10
        while office.by("irene").get(path).status == 200:
            highest = max(highest, office.memory())
            assert highest - before < 400, f"{highest - before} MB for a file of {len(bomb(1)) // 1000} kB"
            assert time.monotonic() < end, "it holds the queue still"
            time.sleep(0.1)
        assert '"Done"' not in office.by("irene").get(f"{path}/result").text
    else:
        assert asked.status in (413, 422), asked.text


def remaining(caller: Caller) -> int:
    answer = caller.get("desks?limit=1")
    return int(next(value for name, value in answer.headers.items() if name.endswith("ratelimit-remaining")))


@on_sqlite
def test_spelling_a_token_otherwise_gives_no_more_requests(office: Office) -> None:
    token = office.newcomer("eager").token
    remaining(Caller(office.port, token))  # from now on it is known
    before = remaining(Caller(office.port, token))
    for spelt in ("bearer {}", "BEARER {}", "bEaReR {}", "Bearer   {}", "bearer  {}"):
        assert Caller(office.port, authorization=spelt.format(token)).get("desks?limit=1").status == 200
    assert remaining(Caller(office.port, token)) <= before - 6


@on_sqlite
def test_made_up_tokens_give_no_more_requests(office: Office) -> None:
    counts = [remaining(Caller(office.port, f"opc_made-up-{number}")) for number in range(3)]
    assert counts[2] < counts[0]


def spoken(office: Office, *parts: bytes, patience: float = 10) -> bytes:
    """What the office answers to bytes on a connection, until it closes it or has nothing to say for a while."""
    told = b""
    with socket.create_connection(("127.0.0.1", office.port), timeout=patience) as connection:
        try:
            for each in parts:
                connection.sendall(each)
            while more := connection.recv(65536):
                told += more
        except (ConnectionError, TimeoutError):
            pass
    return told


@on_sqlite
@pytest.mark.parametrize("shape", ["one long header", "many headers", "a long address"])
def test_headers_are_not_read_without_end(office: Office, shape: str) -> None:
    before = office.memory()
    start = f"GET {API}status HTTP/1.1\r\nHost: x\r\n".encode()
    parts = {
        "one long header": [start + b"X-Long: ", *[b"a" * MEGABYTE] * 8, b"\r\nConnection: close\r\n\r\n"],
        "many headers": [
            start,
            *[b"".join(b"X-%d: a\r\n" % n for n in range(100_000))] * 8,
            b"Connection: close\r\n\r\n",
        ],
        "a long address": [
            f"GET {API}status?".encode(),
            *[b"a" * MEGABYTE] * 8,
            b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ],
    }[shape]
    told = spoken(office, *parts)
    status = told.split(b" ", 2)[1] if told.startswith(b"HTTP/1.1 ") else b""
    assert status in (b"", b"400", b"413", b"414", b"431"), told[:200]
    assert office.memory() - before < 20


@on_sqlite
@pytest.mark.parametrize("path", ["cases/", "people/", "operators/", "status/", "me/agenda/", "/healthz/", "/"])
def test_no_answer_leads_to_a_host_that_the_caller_named(office: Office, path: str) -> None:
    for header in ("Host", "X-Forwarded-Host"):
        answer = office.by("irene").get(path, **{header: "evil.example"})
        assert "evil.example" not in answer.text + json.dumps(answer.headers), answer


@on_sqlite
def test_no_secret_stands_in_the_request_log(office: Office) -> None:
    irene = office.by("irene")
    secret = calendar_of(irene).rpartition("/")[2].removesuffix(".ics")
    for path in (
        f"/calendars/{secret}.ics",
        f"/calendars/{secret}.icsx",
        f"/calendars/{secret}",
        f"/calendars/{secret}.ics/",
    ):
        irene.get(path)
    last = fresh_id()
    irene.get("status", **{"X-Correlation-Id": last})
    until(lambda: last in office.requests.read_text(), 5, "nothing was logged")
    logged = office.requests.read_text()
    assert secret not in logged
    assert office.tokens["irene"] not in logged


def test_only_the_owner_opens_the_files_of_an_office(office: Office) -> None:
    opened = office.by("irene").upload(f"cases/{office.ids['case']}/documents", b"%PDF-1.7 invented", name="scan.pdf",
                                       document_kind="LETTER", title="Lettera")  # fmt: skip
    assert opened.status == 201, opened.text
    office.line.tell("backup", "kept for its modes")
    folders = (office.folder / "office", office.folder / "kept for its modes")
    files: list[Path] = [each for folder in folders for each in (folder, *folder.rglob("*"))]
    assert len(files) > 4
    assert [str(each) for each in files if each.stat().st_mode & 0o077] == []


@on_sqlite
def test_one_colleague_does_not_keep_the_others_from_saving_filters(office: Office) -> None:
    greedy = office.newcomer("greedy", desk="armea")
    filters = {"list": "cases", "query": "state=INTAKE", "desk": office.ids["armea"]}
    saved = [greedy.send("filters", name=f"Filtro {number}", **filters).status for number in range(201)]
    assert saved[0] == 201
    assert saved[-1] == 422, "one's own are bounded"
    assert office.by("oreste").send("filters", name="Il mio", **filters).status == 201


@on_sqlite
@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u200f"])
def test_a_name_is_not_written_backwards(office: Office, control: str) -> None:
    """Whoever turns the direction of writing shows another name than the one that is stored."""
    registered = office.by("irene").send("people", desk=office.ids["savona"], family_name=f"Rovesci{control}ati", given_names="Ada",
                                         birth_date=f"19{ord(control) % 90 + 10}-04-04", despite_likeness=True, likeness_reason="Altri.")  # fmt: skip
    if registered.status == 201:
        assert control not in json.dumps(
            office.by("irene").get(f"people/{registered.json['id']}").json, ensure_ascii=False
        )
    else:
        assert registered.status == 422, registered.text
