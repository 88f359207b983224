"""How each operation is asked: a request that can be read and is complete, about the records that are named. What can be tried
without doing is tried (`dry_run`), so that the order of requests does not matter."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2
from starlette.testclient import TestClient

from opera_cases.api.openapi.examples import example
from opera_cases.application.paths import MOUNT
from opera_cases.application.tasks.exports import export_list
from opera_cases.application.tasks.queue import carry_out
from tests.access.authorisation.office import PDF, Ids, Programme
from tests.access.authorisation.table import (
    ANSWERED,
    NOT_THEIR_ROLE,
    NOT_THEIRS,
    NOT_THERE,
    STEPS,
    THEIRS,
    UNKNOWN,
    Operation,
)

Json = dict[str, Any]
NAMES = {
    "desk": "desk", "desks": "desk", "to_desk": "desk", "case": "case", "follows": "case", "keep_case": "case", "ids": "case", "case_id": "case",
    "person": "person", "first": "first", "second": "second", "survivor": "first", "venture": "venture", "company": "company",
    "last_employer": "company", "vacancy": "vacancy", "assets": "resource", "document": "document", "evidence": "document",
    "caseworker": "caseworker", "operator": "operator", "author": "operator", "consultant": "operator", "mentor": "operator", "cover": "operator", "worker": "operator",
    "actor": "operator", "recipient": "operator", "present": "operator", "record": "case", "fact": "event", "proposal": "event", "doubted": "event", "referral": "event",
    "declaration": "event", "grant": "event", "request": "event", "application": "funding", "opened": "case", "appointment": "appointment", "cause": "event", "correction": "event", "steps": "event",
    "set_by": "event", "identities": "person", "concerns": "person", "key": "event", "holder": "venture", "transfer_to": "desk",
}  # fmt: skip
"""Of which kind of record a field, a filter or a query holds the id."""
FORMS: dict[str, dict[str, str]] = {
    "begin_document": {"title": "Lettera inventata", "document_kind": "LETTER"}, "add_version": {"title": "Lettera corretta"},
    "attach_file": {"title": "Foto inventata"}, "begin_import": {"dry_run": "true"},
}  # fmt: skip
QUERIES: dict[str, dict[str, str]] = {
    "read_why_not": {"kind": "case", "rule": "silence"}, "read_changes": {"once": "true"}, "read_caseload_known": {"on": "2026-02-04"},
}  # fmt: skip
SINCE = {"since": "2026-02-02", "until": "2026-02-04"}
BODIES: dict[str, Json] = {
    "begin_batch": {"kind": "case", "step": "add_note", "values": {"text": "Nota inventata."}, "dry_run": True},
    "begin_export": {"kind": "case", "format": "CSV"}, "search_people": {"family_name": "Vicinelli"}, "search_cases": {"text": "Vicinelli"},
    "issue_token": {"role": "CASEWORKER", "days": 3}, "save_filter": {"name": "Miei", "list": "cases", "query": "state=PLAN"},
    "begin_submission": {"region": "ITC3", "since": "2026-02-01", "until": "2026-02-02"}, "begin_access": {"reason": "Chiamata urgente del figlio, parla di uno sfratto."},
}  # fmt: skip
FIRST: dict[str, tuple[str, Json]] = {
    "{filter_id}": ("filters", BODIES["save_filter"]), "{task_id}": ("exports", BODIES["begin_export"]), "/me/calendars": ("me/calendars", {}),
}  # fmt: skip
"""By path: what has to be asked for before it can be looked at or removed."""
WHOSE = {"record.not_your_desk", "operator.own_or_by_an_administrator", "operator.own_record"}
"""Refusals that tell somebody that a record is not theirs to work on; all others are of the procedure."""
PARTS = {"code": "EECO01", "queue": "today", "scheme": "NUTS", "version": "2024"}


@dataclass
class Request:
    """One request, before anybody sends it."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Asking:
    """Makes the requests for one office and sends them for whoever asks."""

    def __init__(self, made: Programme, client: TestClient, document: Json) -> None:
        self.made, self.client = made, client
        self.schemas = document["components"]["schemas"]
        self.described = {each["operationId"]: each for path in document["paths"].values() for each in path.values()}

    def steps(self, asked: Operation) -> dict[str, Json]:
        """The bodies of the steps that an operation takes, by name."""
        schema = self._schema(asked.name)
        choices = [self._resolved(each) for each in schema.get("oneOf", [schema])]
        return {each["properties"]["step"]["const"]: each for each in choices}

    def request(self, asked: Operation, about: Ids, named: Ids, step: str = "") -> Request:
        """`about`: the records that the path names; `named`: those inside the query and the body."""
        parts = {**PARTS, **_in_path(asked, about)}
        path = re.sub(r"{(\w+)}", lambda part: str(parts[part.group(1)]), asked.path)
        made = Request(asked.method, path, dict(QUERIES.get(asked.name, {})))
        if "differences" in asked.name:
            made.query |= SINCE
        if asked.name == "read_why_not":
            made.query["record"] = str(about["case"])
        if self._takes(asked, "dry_run"):
            made.query["dry_run"] = "true"
        if asked.name in FORMS:
            made.form = FORMS[asked.name] | ({"desk": str(named["desk"])} if asked.name == "begin_import" else {})
        elif "requestBody" in self.described.get(asked.name, {}):
            schema = self.steps(asked)[step] if step else self._schema(asked.name)
            made.body = self._body(schema, {**named, "event": self._fact(parts) or named["event"]}) | BODIES.get(
                asked.name, {}
            )
            if asked.name == "begin_access":
                made.body["file_number"] = named.get("file_number", "9999-9999")
        if asked.of == STEPS or asked.name in ("add_version", "attach_file"):
            made.headers["If-Match"] = f'"{self.made.version(parts["record_id"])}"'
        return made

    def send(self, request: Request, token: str) -> httpx2.Response:
        headers = {
            "Idempotency-Key": str(uuid4()),
            **request.headers,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        files = None if request.form is None else {"content": ("scan.pdf", PDF, "application/pdf")}
        return self.client.request(request.method, request.path, params=request.query or None, json=request.body, data=request.form, files=files,
                                   headers=headers, follow_redirects=False)  # fmt: skip

    def made_by(self, token: str, asked: Operation) -> UUID | None:
        """What an operation needs that whoever asks has made: a filter, a task, a calendar; None where they may not."""
        path, body = next(
            (made for name, made in FIRST.items() if name in asked.path and asked.method != "POST"), ("", {})
        )
        answer = self.send(Request("POST", f"{MOUNT}/{path}", body=body), token) if path else None
        if asked.path.endswith("/result"):
            carry_out(self.made.home.runtime, {"export": export_list})  # what else waits is not looked at, and may fail
        return (
            UUID(answer.json()["id"])
            if answer is not None and answer.status_code < 300 and "id" in answer.json()
            else None
        )

    def fields(self, asked: Operation, step: str = "") -> dict[str, Json]:
        """The fields of a body, or the parameters of a query, that hold ids."""
        if asked.method == "GET":
            every = {
                each["name"]: each["schema"]
                for each in self.described.get(asked.name, {}).get("parameters", [])
                if each["in"] == "query"
            }
        else:
            every = (self.steps(asked)[step] if step else self._schema(asked.name)).get("properties", {})
        return {name: schema for name, schema in every.items() if _holds_ids(schema)}

    def naming(self, asked: Operation, about: Ids, field: str, ident: UUID, step: str = "") -> Request:
        """The request about one's own records that names another one in a field."""
        request = self.request(asked, about, about, step)
        if asked.method == "GET":
            request.query[field] = str(ident)
        else:
            several = "'array'" in str(self.fields(asked, step)[field])
            request.body[field] = [str(ident)] if several else str(ident)
        return request

    def _fact(self, parts: Ids) -> UUID | None:
        """The first event of the record that a step is asked of: what a correction points to."""
        record = parts["record_id"]
        history = self.made.home.runtime.application.records.history(record) if isinstance(record, UUID) else []
        return history[0].event_id if history else None

    def _body(self, schema: Json, named: Ids) -> Json:
        body = {}
        for name in schema.get("required", []):
            found = example(schema["properties"][name], self.schemas, name)
            body[name] = _of_ids(found, named[NAMES[name]]) if _holds_ids(schema["properties"][name]) else found
        return body

    def _takes(self, asked: Operation, parameter: str) -> bool:
        return any(each["name"] == parameter for each in self.described.get(asked.name, {}).get("parameters", []))

    def _schema(self, name: str) -> Json:
        content = self.described[name].get("requestBody", {}).get("content", {})
        return self._resolved(content["application/json"]["schema"]) if "application/json" in content else {}

    def _resolved(self, schema: Json) -> Json:
        return self.schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _holds_ids(schema: Json) -> bool:
    return "'format': 'uuid'" in str(schema)


def _of_ids(found: Any, ident: UUID) -> Any:
    return [str(ident)] if isinstance(found, list) else str(ident)


def _in_path(asked: Operation, about: Ids) -> Ids:
    kind = "event" if "{event_id}" in asked.path else "theirs" if asked.of == THEIRS else asked.kind
    if asked.name == "begin_document":
        kind = "case"
    ident = about.get(kind)
    return {"record_id": ident, "event_id": ident, "reminder_id": ident, "task_id": ident, "filter_id": ident, "digest": about.get("digest"),
            "secret": "A" * 43}  # fmt: skip


def outcome(answer: httpx2.Response) -> str:
    """What an answer comes to: that it was answered, or how it was not."""
    if answer.status_code in (401, 403, 404):
        return {401: UNKNOWN, 403: NOT_THEIR_ROLE, 404: NOT_THERE}[answer.status_code]
    if answer.status_code == 409:
        return NOT_THEIRS if WHOSE & {each["rule"] for each in answer.json().get("refusals", [])} else ANSWERED
    return ANSWERED if answer.status_code < 400 else f"{answer.status_code} {answer.text[:200]}"


def told(answer: httpx2.Response) -> tuple[int, str]:
    """Status and body without ids: what tells one answer from another."""
    return answer.status_code, re.sub("[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", answer.text)
