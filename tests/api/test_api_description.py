"""The API's own description: derived from the tables, every error a problem document."""

from typing import Any

import pytest

from opera_cases.api.app import MOUNT, create_app
from opera_cases.api.routes.history import OF_TIME
from opera_cases.api.schemas.request_bodies import APART
from opera_cases.domain.procedures import PROCEDURES
from tests.support.world import World


@pytest.fixture
def document(small: World) -> dict[str, Any]:
    return create_app(small.runtime).openapi()


def test_every_step_of_every_table_is_a_body(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for procedure in PROCEDURES.values():
        for step in procedure.steps:
            if step.name in APART or (procedure.name in OF_TIME and "" in step.source):
                continue
            body = schemas[step.asks.__name__]
            assert body["additionalProperties"] is False
            if "" not in step.source:
                assert body["properties"]["step"]["const"] == step.name
            assert not set(step.asks.derives) & set(body["properties"]), "the office works these out itself"


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)
            assert path == f"{MOUNT}/status" or {"401", "404", "422", "503"} <= set(operation["responses"])
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_no_personal_value_can_stand_in_a_url(document: dict[str, Any]) -> None:
    allowed = {
        "record_id", "dry_run", "as_known_on", "as_true_on", "cursor", "limit", "sort", "state", "due_before", "desk",
        "region", "caseworker", "person", "pathway", "target_group", "outcome", "file_number", "mentor", "case_id",
        "kind", "operator", "service", "day", "country", "code", "type", "survivor", "follows", "transfer", "transfer_to",
        "score", "first", "second", "document_kind", "media_type", "number", "queue", "worker", "mine", "offset",
        "filter_id", "task_id", "once", "digest", "scheme", "version", "text", "company", "legal_form", "procedure", "sector", "chain",
        "venture", "last_employer", "source", "resource_kind", "area", "municipality", "holder", "occupation", "contract",
        "record", "record_kind", "rule", "reminder_id", "recipient", "form",
        "since", "until", "on", "opened", "verdict", "event_id", "case", "topic", "step", "actor", "role", "recorded_from", "recorded_until", "occurred_from", "occurred_until", "late_by",
        "corrections", "overrules", "on_behalf", "of_people", "after", "edition",
    }  # fmt: skip
    for operations in document["paths"].values():
        for operation in operations.values():
            asked = {p["name"] for p in operation.get("parameters", ()) if p["in"] in ("query", "path")}
            assert asked <= allowed, asked - allowed


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert len(names) == len(set(names))
    assert all(operation["tags"] for operations in document["paths"].values() for operation in operations.values())
