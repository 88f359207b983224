"""Documents: what may be filed, who reads it, versions, limits, and what the store holds."""

import io
import zipfile
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.render_text import keys_in_use
from opera_cases.domain.kernel.errors import Refused
from tests.support.over_http import PDF, Desk
from tests.support.world import World

PNG = b"\x89PNG\r\n\x1a\n invented"
FORM = {"title": "Lettera di licenziamento", "document_kind": "DISMISSAL_LETTER"}


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_a_document_is_filed_versioned_read_and_withdrawn(world: World, client: TestClient) -> None:
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    case = world.case("INTAKE")
    filed = irene.upload(f"cases/{case.id}/documents", **FORM)
    assert filed.status_code == 201, filed.text
    path = f"documents/{filed.json()['id']}"
    assert irene.upload(f"{path}/versions", PNG, title="Scansione migliore").status_code == 201
    first, last = irene.raw(f"{path}/content", number=1), irene.raw(f"{path}/content")
    assert (first.content, last.content) == (PDF, PNG)
    assert last.headers["content-type"] == "application/octet-stream", "to be saved, never shown by a browser"
    assert last.headers["x-content-type-options"] == "nosniff"
    assert last.headers["content-disposition"].startswith("attachment")
    shown = irene.get(path)
    assert [each["by"] for each in shown["versions"]] == [str(world.irene.id)] * 2
    assert irene.raw(f"{path}/readings").status_code == 403
    readers = nives.get(f"{path}/readings")["items"]
    assert {each["by"] for each in readers if each["place"] == "document"} == {str(world.irene.id)}
    listed = irene.get("documents", case_id=str(case.id))["items"]
    assert [(each["title"], each["versions"]) for each in listed] == [("Scansione migliore", 2)]
    irene.step(path, "withdraw_document", reason="Non era sua.")
    assert irene.get("documents", state="FILED")["items"] == []
    assert irene.raw(f"{path}/content").content == PNG, "withdrawn, not lost"
    world.settle()
    told = [each["topic"] for each in irene.get(f"cases/{case.id}/timeline", limit=200)["items"]]
    assert [each for each in told if each.startswith("document.")] == [
        "document.added", "document.version_added", "document.withdrawn"]  # fmt: skip
    assert verify_everything(world.runtime) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#!/bin/sh\n",
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"GIF89a",
        b"PK\x03\x04broken",
        _zip(a=b"x"),
    ],
)
def test_only_what_is_a_document_by_its_content_is_filed(world: World, client: TestClient, content: bytes) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE")
    told = irene.upload(f"cases/{case.id}/documents", content, **FORM)
    assert told.status_code == 422
    assert told.json()["errors"][0]["field"] == "content"
    assert world.runtime.files.all() == set()


def test_office_formats_are_known_by_what_is_in_them(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE")
    word = _zip(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"})
    text = _zip(mimetype=b"application/vnd.oasis.opendocument.text")
    kinds = [
        irene.upload(f"cases/{case.id}/documents", each, **FORM).json()["versions"][0]["media_type"]
        for each in (word, text)
    ]
    assert kinds == ["DOCX", "ODT"]


def test_too_large_is_told_before_anything_is_kept(small: World) -> None:
    case = small.case("INTAKE")
    with pytest.raises(Refused) as told:
        small.file(case.id, PDF + b"x" * 10_000_000)
    assert [each.rule for each in told.value.refusals] == ["document.small_enough"]
    assert small.runtime.files.all() == set()


def test_the_same_upload_sent_twice_is_filed_once(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE")
    key = uuid4()
    first, second = (irene.upload(f"cases/{case.id}/documents", key=key, **FORM) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["repeated"] is True
    other = irene.upload(f"cases/{case.id}/documents", PNG, key=key, **FORM)
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (422, "same-key-other-body")
    assert len(world.runtime.files.all()) == 1


def test_another_desk_finds_no_document(world: World, client: TestClient) -> None:
    world.second_desk()
    oreste = Desk(client, world.token(world.oreste))
    case = world.case("INTAKE")
    document = world.file(case.id)
    for path in (f"documents/{document}", f"documents/{document}/content", f"documents/{document}/readings"):
        assert oreste.raw(path).status_code == 404
    assert oreste.upload(f"cases/{case.id}/documents", **FORM).status_code == 404
    assert oreste.get("documents")["items"] == []


def test_a_file_changed_on_the_disk_or_gone_is_not_served_and_says_so(small: World) -> None:
    case = small.case("INTAKE")
    document = small.file(case.id)
    path = small.runtime.files.path(next(iter(small.runtime.files.all())))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with TestClient(create_app(small.runtime)) as client:
        irene = Desk(client, small.token(small.irene))
        changed = irene.raw(f"documents/{document}/content")
        path.unlink()
        gone = irene.raw(f"documents/{document}/content")
    for answer in (changed, gone):
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:opera-cases:problem:content-lost"
        assert "copia di sicurezza" in answer.json()["detail"]
        assert str(path) not in answer.text
    assert not small.runtime.log.rows("SELECT 1 FROM log.reading WHERE place = 'document'"), "nobody read it"


def test_evidence_is_a_document_of_this_case_or_a_statement(small: World) -> None:
    case, other = small.case("INTAKE"), small.case("INTAKE", person=small.person("Altri", "Eva"))
    mine, theirs = small.file(case.id), small.file(other.id)
    said = {"target_group": "UNEMPLOYED", "evidence": "DISMISSAL_LETTER", "evidence_on": "2025-11-03"}
    assert case.refused("confirm_eligibility", **said, document=str(theirs)) == {"evidence_document_there"}
    case.do("confirm_eligibility", **said, document=str(mine))
    other.do("confirm_eligibility", **said)


def test_sweeping_orphaned_keys_leaves_those_of_documents_tasks_and_filters(world: World, client: TestClient) -> None:
    irene = Desk(client, world.token(world.irene))
    case = world.case("INTAKE")
    document = irene.upload(f"cases/{case.id}/documents", **FORM).json()["id"]
    irene.send("filters", name="Le mie", list="cases", query="state=PLAN")
    asked = irene.send("exports", kind="case", format="CSV")
    assert irene.result(asked, world.settle).status_code == 200
    assert world.runtime.application.keyring.sweep(keys_in_use(world.runtime), "2999-01-01") == 0
    assert irene.raw(f"documents/{document}/content").content == PDF
    assert irene.get("filters")["items"][0]["name"] == "Le mie"
    assert irene.result(asked).status_code == 200


def test_a_document_that_is_gone_or_changed_is_found(small: World) -> None:
    case = small.case("INTAKE")
    small.file(case.id)
    small.settle()
    assert verify_everything(small.runtime) == []
    path = small.runtime.files.path(next(iter(small.runtime.files.all())))
    path.write_bytes(b"something else")
    assert [each.invariant for each in verify_everything(small.runtime)] == ["I13"]
    path.unlink()
    assert [each.invariant for each in verify_everything(small.runtime)] == ["I13"]
