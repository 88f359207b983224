"""The published description against the rules of the Italian interoperability model, each with a control."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.api.openapi.document import operations
from opera_cases.api.openapi.downgrade import as_3_0
from opera_cases.api.schemas.by_operation import answer_names
from opera_cases.api.schemas.records.kinds import schema_name
from opera_cases.application.paths import COLLECTIONS
from tests.support.group import one_of_each
from tests.support.over_http import Desk
from tests.support.world import World

Json = dict[str, Any]
ANSWERS = answer_names()
OPEN = {"Problem"}
"""What is open on purpose: a problem has the fields of its type."""


@pytest.fixture(scope="module")
def kept() -> dict[str, Json]:
    return {}


@pytest.fixture
def document(small: World, kept: dict[str, Json]) -> Json:
    if not kept:
        kept["it"] = create_app(small.runtime, public_url="https://office.example").openapi()
    return copy.deepcopy(kept["it"])


def _schemas(node: Any, where: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(node, dict):
        if "type" in node and isinstance(node["type"], str):
            yield where, node
        for name, each in node.items():
            yield from _schemas(each, f"{where}/{name}")
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _schemas(each, f"{where}/{number}")


def info_is_complete(doc: Json) -> Iterator[str]:
    for name in ("title", "version", "description", "summary", "x-summary", "x-api-id", "contact", "termsOfService"):
        if not doc["info"].get(name):
            yield f"info lacks {name}"
    if not re.fullmatch(r"\d+\.\d+\.\d+", doc["info"]["version"]):
        yield "version is not semantic"


def servers_are_https_and_described(doc: Json) -> Iterator[str]:
    for each in doc["servers"]:
        if not each.get("description") or not (each["url"].startswith("https://") or each.get("x-sandbox")):
            yield each["url"]


def status_is_there(doc: Json) -> Iterator[str]:
    if "/rest/opera/v1/status" not in doc["paths"]:
        yield "no status"


def errors_are_problems(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        for status, answer in op["responses"].items():
            if status >= "400" and list(answer.get("content", {})) != ["application/problem+json"]:
                yield f"{method} {path} {status}"


def integers_have_formats_and_bounds(doc: Json) -> Iterator[str]:
    for where, each in _schemas(doc):
        if each["type"] == "integer" and not {"format", "minimum", "maximum"} <= each.keys():
            yield where


def numbers_have_formats(doc: Json) -> Iterator[str]:
    yield from (where for where, each in _schemas(doc) if each["type"] == "number" and "format" not in each)


def texts_have_bounds(doc: Json) -> Iterator[str]:
    for where, each in _schemas(doc):
        if (
            each["type"] == "string"
            and not {"enum", "const", "format"} & each.keys()
            and not {"maxLength", "pattern"} <= each.keys()
        ):
            yield where


def lists_have_bounds(doc: Json) -> Iterator[str]:
    for where, each in _schemas(doc):
        if each["type"] == "array" and not {"minItems", "maxItems"} <= each.keys():
            yield where


def bodies_are_closed(doc: Json) -> Iterator[str]:
    for name, each in doc["components"]["schemas"].items():
        if each.get("type") == "object" and name not in OPEN and each.get("additionalProperties") is not False:
            yield name


def answers_are_objects(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        for status, answer in op["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if schema.get("type") == "array":
                yield f"{method} {path} {status}"


def no_body_where_none_belongs(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        if method in ("get", "delete") and "requestBody" in op:
            yield f"{method} {path}"
        if "204" in op["responses"] and op["responses"]["204"].get("content"):
            yield f"{method} {path} 204"


def no_patch(doc: Json) -> Iterator[str]:
    yield from (path for path, method, _ in operations(doc) if method == "patch")


def headers_are_named_by_the_rules(doc: Json) -> Iterator[str]:
    for path, _, op in operations(doc):
        for each in op.get("parameters", ()):
            if each["in"] == "header" and each["name"].lower() in ("accept", "authorization", "content-type"):
                yield f"{path} {each['name']}"
        for answer in op["responses"].values():
            for name in answer.get("headers", {}):
                if name.startswith("X-") and name not in (
                    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Correlation-ID"
                ):  # fmt: skip
                    yield f"{path} {name}"


def limits_are_told(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        for status, answer in op["responses"].items():
            if (
                not {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Cache-Control"}
                <= answer["headers"].keys()
            ):
                yield f"{method} {path} {status}"
            if status in ("429", "503") and "Retry-After" not in answer["headers"]:
                yield f"{method} {path} {status} Retry-After"
        if op.get("security") != [{}] and "429" not in op["responses"]:
            yield f"{method} {path} has no 429"


def names_are_in_style(doc: Json) -> Iterator[str]:
    for path in doc["paths"]:
        if any(not re.fullmatch(r"[a-z0-9-]+|\{[a-z_]+\}", part) for part in path.strip("/").split("/")):
            yield path
    yield from (name for name in doc["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name))
    for name, each in doc["components"]["schemas"].items():
        yield from (f"{name}.{p}" for p in each.get("properties", {}) if not re.fullmatch(r"_?[a-z][a-z0-9_]*", p))


def operations_are_named_tagged_and_described(doc: Json) -> Iterator[str]:
    seen = set()
    for path, method, op in operations(doc):
        ident = op["operationId"]
        if (
            ident in seen
            or re.match("(get|post|put|delete|patch)", ident)
            or not op.get("tags")
            or not op.get("description")
        ):
            yield f"{method} {path}"
        seen.add(ident)
    tags = {each["name"] for each in doc["tags"] if each.get("description")}
    yield from (tag for _, _, op in operations(doc) for tag in op["tags"] if tag not in tags)


def everything_is_secured_or_says_it_is_public(doc: Json) -> Iterator[str]:
    schemes = doc["components"]["securitySchemes"]
    for each in schemes.values():
        if each["type"] != "http" or "RFC8725" not in each["description"]:
            yield "scheme"
    for path, method, op in operations(doc):
        if not op.get("security"):
            yield f"{method} {path}"


def personal_names_come_from_the_ontology(doc: Json) -> Iterator[str]:
    wrong = {"surname", "first_name", "last_name", "cf", "fiscal_code", "nome", "cognome"}
    for name, each in doc["components"]["schemas"].items():
        yield from (f"{name}.{p}" for p in each.get("properties", {}) if p in wrong)
    yield from (p for p in doc["components"]["schemas"]["Problem"]["properties"] if p in ("code", "msg", "message"))


def bodies_and_answers_have_valid_examples(doc: Json) -> Iterator[str]:
    contents = []
    for path, method, op in operations(doc):
        contents.append((f"{method} {path}", op.get("requestBody", {}).get("content", {})))
        contents += [
            (f"{method} {path} {status}", each.get("content", {}))
            for status, each in op["responses"].items()
            if status < "400"
        ]
    for where, content in contents:
        media = content.get("application/json", {})
        if "schema" not in media:
            continue
        validator = jsonschema_rs.Draft202012Validator({**media["schema"], "components": doc["components"]})
        if not media.get("examples"):
            yield f"{where} has none"
        for name, each in media.get("examples", {}).items():
            yield from (f"{where} {name}: {error.message}" for error in validator.iter_errors(each["value"]))


def answers_are_typed(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        for status, answer in op["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema")
            if schema is not None and "$ref" not in schema and "properties" not in schema:
                yield f"{method} {path} {status}"


def bodies_of_another_form_are_refused(doc: Json) -> Iterator[str]:
    for path, method, op in operations(doc):
        if "requestBody" in op and not {"413", "415", "422"} <= op["responses"].keys():
            yield f"{method} {path}"


def problems_have_their_schema(doc: Json) -> Iterator[str]:
    if set(doc["components"]["schemas"]["Problem"]["required"]) != {"type", "title", "status", "detail", "instance"}:
        yield "Problem"
    yield from ({"HTTPValidationError", "ValidationError"} & doc["components"]["schemas"].keys())


def _delete(path: str) -> Callable[[Json], None]:
    def spoil(doc: Json) -> None:
        *way, last = path.split("//")
        for part in way:
            doc = doc[part]
        del doc[last]

    return spoil


CASES, STEPS = "/rest/opera/v1/cases", "/rest/opera/v1/cases/{record_id}/steps"


def _spoil_schema(kind: str, *names: str) -> Callable[[Json], None]:
    def spoil(doc: Json) -> None:
        each = next(
            s
            for _, s in _schemas(doc)
            if s["type"] == kind and not {"enum", "const"} & s.keys() and (kind != "string" or "format" not in s)
        )
        for name in names:
            each.pop(name, None)

    return spoil


def _set(value: Any, *way: str) -> Callable[[Json], None]:
    def spoil(doc: Json) -> None:
        for part in way[:-1]:
            doc = doc[part]
        doc[way[-1]] = value

    return spoil


RULES: dict[Callable[[Json], Iterator[str]], Callable[[Json], None]] = {
    info_is_complete: _delete("info//x-summary"),
    servers_are_https_and_described: lambda doc: doc["servers"][0].update(url="http://office.example"),
    status_is_there: _delete("paths///rest/opera/v1/status"),
    errors_are_problems: _set({"application/json": {}}, "paths", CASES, "get", "responses", "404", "content"),
    integers_have_formats_and_bounds: _spoil_schema("integer", "format"),
    numbers_have_formats: _spoil_schema("number", "format"),
    texts_have_bounds: _spoil_schema("string", "maxLength"),
    lists_have_bounds: _spoil_schema("array", "maxItems"),
    bodies_are_closed: _delete("components//schemas//AddNote//additionalProperties"),
    answers_are_objects: _set({"application/json": {"schema": {"type": "array"}}}, "paths", CASES, "get", "responses", "200", "content"),
    no_body_where_none_belongs: _set({}, "paths", CASES, "get", "requestBody"),
    no_patch: lambda doc: doc["paths"][CASES].update(patch=doc["paths"][CASES]["get"]),
    headers_are_named_by_the_rules: _set({}, "paths", CASES, "get", "responses", "200", "headers", "X-Mine"),
    limits_are_told: _delete(f"paths//{CASES}//get//responses//429"),
    names_are_in_style: lambda doc: doc["paths"].update({"/rest/opera/v1/my_cases": {}}),
    operations_are_named_tagged_and_described: _set("getCases", "paths", CASES, "get", "operationId"),
    everything_is_secured_or_says_it_is_public: _delete(f"paths//{STEPS}//post//security"),
    personal_names_come_from_the_ontology: _set({}, "components", "schemas", "RegisterPerson", "properties", "surname"),
    bodies_and_answers_have_valid_examples: _set({"x": {"value": {"step": "none"}}}, "paths", STEPS, "post", "requestBody", "content", "application/json", "examples"),
    answers_are_typed: _set({}, "paths", CASES, "get", "responses", "200", "content", "application/json", "schema"),
    bodies_of_another_form_are_refused: _delete(f"paths//{STEPS}//post//responses//415"),
    problems_have_their_schema: _set({}, "components", "schemas", "HTTPValidationError"),
}  # fmt: skip


@pytest.mark.parametrize("rule", list(RULES), ids=lambda each: each.__name__)
def test_the_description_keeps_the_rule_and_a_spoilt_one_does_not(
    document: Json, rule: Callable[[Json], Iterator[str]]
) -> None:
    assert list(rule(document)) == []
    RULES[rule](document)
    assert list(rule(document)) != [], "a check that cannot fail is a defect"


@pytest.mark.parametrize("release", ["3.1.0", "3.0.3"])
def test_a_client_made_from_the_description_compiles(document: Json, tmp_path: Path, release: str) -> None:
    document = document if release == "3.1.0" else as_3_0(document)
    assert document["openapi"] == release
    source, out = tmp_path / "openapi.json", tmp_path / "client"
    source.write_text(json.dumps(document))
    generator = Path(sys.executable).parent / "openapi-python-client"
    made = subprocess.run(
        [generator, "generate", "--path", source, "--output-path", out, "--meta", "none"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout + made.stderr, (made.stdout + made.stderr)[:3000]
    compiled = subprocess.run(
        [sys.executable, "-m", "compileall", "-q", out], capture_output=True, text=True, check=False
    )
    assert compiled.returncode == 0, compiled.stdout
    assert (out / "api" / "cases" / "begin_case.py").exists()


def test_the_older_description_says_nothing_that_3_0_does_not_know(document: Json) -> None:
    def unknown(doc: Json) -> list[str]:
        found = [
            where
            for where, each in _schemas(doc)
            if each["type"] == "null" or "const" in each or "contentMediaType" in each
        ]
        return found + [where for where, each in _schemas(doc) if type(each.get("exclusiveMinimum")) in (int, float)]

    assert unknown(document), "3.1 does say such things"
    older = as_3_0(document)
    assert unknown(older) == []
    assert older["components"]["schemas"]["CaseRecord"]["properties"]["caseworker"]["nullable"]
    assert {(path, method) for path, method, _ in operations(older)} == {
        (path, method) for path, method, _ in operations(document)
    }


def _follows(document: Json, name: str, answer: Any) -> list[str]:
    shape = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return [error.message for error in jsonschema_rs.Draft202012Validator(shape).iter_errors(answer)]


def test_real_pages_have_the_shape_that_the_description_gives_them(world: World, client: TestClient) -> None:
    document = create_app(world.runtime).openapi()
    world.second_desk()
    case = world.case("MENTORING")
    world.pair()
    filed = world.file(case.id)
    one_of_each(world, case.id)
    world.settle()
    nives = Desk(client, world.token(world.nives))
    nives.raw(f"documents/{filed}/content")
    nives.send("filters", name="Miei", list="cases", query="state=PLAN")
    asked = {f"list_{collection}": collection for collection in COLLECTIONS.values()} | {
        "read_timeline": f"cases/{case.id}/timeline", "read_work": "work", "read_queue": "work/duplicates",
        "read_filters": "filters", "read_readings": f"documents/{filed}/readings",
    }  # fmt: skip
    auditor = Desk(client, world.token(world.auditor))
    for operation, path in asked.items():
        answer = (auditor if path == "submissions" else nives).raw(path).json()
        assert answer["items"], path
        assert _follows(document, ANSWERS[operation], answer) == [], path
        assert _follows(document, ANSWERS[operation], {**answer, "items": [{"surprise": 1}]})
    found = nives.send("people/searches", family_name="Provaletti").json()
    assert found["items"]
    assert _follows(document, "PeopleFound", found) == []
    found = nives.send("cases/searches", text="Provaletti").json()
    assert found["items"]
    assert _follows(document, "CasesFound", found) == []
    found = nives.send("resources/searches", text="forno", area="NUTS/2024:ITC3").json()
    assert [each["stale"] for each in found["items"]] == [False]
    assert _follows(document, "ResourcesFound", found) == []
    assert _follows(document, "ProfilesFound", nives.send("profiles/searches", licence="C").json()) == []
    assert _follows(document, "CodeListPage", nives.raw("codelists").json()) == []
    found = nives.raw("codelists/NACE/2.1", text="10.7").json()
    assert found["items"]
    assert _follows(document, "CodePage", found) == []
    task = nives.send("exports", kind="case", format="CSV").json()
    assert _follows(document, "TaskAsked", task) == []
    assert _follows(document, "TaskAnswer", nives.raw(f"tasks/{task['id']}").json()) == []


def test_real_answers_have_the_shape_that_the_description_gives_them(world: World, client: TestClient) -> None:
    document = create_app(world.runtime).openapi()
    world.second_desk()
    case = world.case("MENTORING")
    case.do("refer", recipient="CPI Finto", need="TRAINING", basis="PUBLIC_TASK")
    case.do("record_attempt", channel="PHONE", reached=False)
    case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="x")
    declared = {"identifier_kind": "CODICE_FISCALE", "value": "PRVRDS79C54Z999L"}
    world.ask(world.irene, "person", "declare_identifier", case.person, **declared)
    pair, filed = world.pair(), world.file(case.id)
    world.ask(world.nives, "desk", "record_absence", world.desk, operator=str(world.irene.id), cover=str(world.nives.id),
              since=case.today, until="2026-03-01")  # fmt: skip
    closed = world.case("INTAKE", person=world.person("Chiusi", "Eva"))
    closed.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
    met = world.runtime.log.rows("SELECT appointment_id FROM read.appointment_v1")[0][0]
    records = {"cases": [case.id, closed.id], "ventures": [case.venture], "people": [case.person], "duplicates": [pair],
               "documents": [filed], "desks": [world.desk], "operators": [world.irene.id], "appointments": [UUID(str(met))],
               **{COLLECTIONS[kind]: [each] for kind, each in one_of_each(world, case.id).items()}}  # fmt: skip
    nives, auditor = Desk(client, world.token(world.nives)), Desk(client, world.token(world.auditor))
    for kind, collection in COLLECTIONS.items():
        shape = {"$ref": f"#/components/schemas/{schema_name(kind)}", "components": document["components"]}
        validator = jsonschema_rs.Draft202012Validator(shape)
        for each in records[collection]:
            answer = (auditor if kind == "submission" else nives).raw(f"{collection}/{each}").json()
            told = [answer["_links"]["self"], *(step["href"] for step in answer["allowed_steps"])]
            assert all(link.startswith("http://127.0.0.1:8019/rest/opera/v1/") for link in told), "links are absolute"
            assert [error.message for error in validator.iter_errors(answer)] == [], kind
            assert list(validator.iter_errors({**answer, "surprise": 1}))
    stepped = nives.step(f"cases/{case.id}", "add_note", text="Forma.")
    shape = {"$ref": "#/components/schemas/CaseRecord", "components": document["components"]}
    assert [error.message for error in jsonschema_rs.Draft202012Validator(shape).iter_errors(stepped)] == []
