"""Whatever is sent: no server error, no answer that the description does not know, no line left without an answer."""

import warnings
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.api.openapi.document import operations as operations_of
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.access import Principal
from opera_cases.log.keys.sealing import unseal
from opera_cases.projections.queries import queues
from tests.support.world import World

load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12


class Fuzz:
    """Every operation, some times for each role, with data of its schema and beyond."""

    def __init__(self, world: World, examples: int) -> None:
        self.world, self.calls = world, 0
        self.app = create_app(world.runtime)
        schema = schemathesis.openapi.from_dict(self.app.openapi())
        schema.config.generation.update(modes=list(schemathesis.GenerationMode))
        self.operations = [found.ok() for found in schema.get_all_operations()]
        self.settings = settings(max_examples=examples, deadline=None, database=None, derandomize=True,
                                 phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip

    def failures(self, roles: tuple[Principal, ...]) -> list[str]:
        with TestClient(self.app, raise_server_exceptions=False) as client, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [
                told for who in roles for operation in self.operations
                if (told := self._try(client, {"Authorization": f"Bearer {self.world.token(who)}"}, operation))
            ]  # fmt: skip

    def _try(self, client: TestClient, headers: dict[str, str], operation: Any) -> str:
        def call(case: Any) -> None:
            self.calls += 1
            case.headers = {**(case.headers or {}), **headers}
            if case.path.endswith("/changes"):
                case.query = {**(case.query or {}), "once": "true"}
            sent = case.as_transport_kwargs(base_url="http://testserver")
            sent.pop("timeout", None)
            response = client.request(**sent, follow_redirects=False)
            case.validate_response(schemathesis.Response.from_any(response), checks=CHECKS)

        try:
            self.settings(given(case=operation.as_strategy())(call))()
        except (Exception, BaseExceptionGroup) as wrong:
            return f"{operation.label}: {getattr(wrong, 'exceptions', wrong)} {wrong}"[:1200]
        return ""


def test_whatever_is_sent_the_answer_is_one_that_was_described(small: World) -> None:
    small.case("PLAN")
    small.settle()
    fuzz = Fuzz(small, EXAMPLES)
    assert fuzz.failures((small.irene, small.admin)) == []
    assert fuzz.calls > 500
    small.settle()
    assert verify_everything(small.runtime) == []


def test_an_operation_that_breaks_is_found(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr(queues, "counts", broken)
    fuzz = Fuzz(small, 2)
    fuzz.operations = [each for each in fuzz.operations if each.label.endswith("/work")]
    assert len(fuzz.failures((small.irene,))) == 1


NUMBERS = ("1" * 400, "1e400", "-0", "9223372036854775808", "NaN", "Infinity", "1.7976931348623157e309")
TEXTS = ("\\u0000", "\\ud800", "\\udfff\\ud800", "\\u202e", "\\r\\nSet-Cookie: x=1", "${jndi:ldap://x}", "{{7*7}}", "' OR 1=1 --",
         "<script>alert(1)</script>", "../../etc/passwd", "x" * 100_000, "\\ufeff", "Ω≈ç√", "%00", "\\n" * 1000)  # fmt: skip
BODIES = [
    *(b'{"step": "add_note", "text": "' + each.encode() + b'"}' for each in TEXTS),
    *(b'{"step": "suspend", "reason_code": "OTHER", "review_on": ' + each.encode() + b"}" for each in NUMBERS),
    *(b'{"step": "sign_agreement", "goals": ["FUNDING"], "contact_every_days": ' + each.encode() + b"}" for each in NUMBERS),
    b"", b"null", b"[]", b"0", b'"x"', b"{", b"}", b"{}", b'{"step": null}', b'{"step": []}', b'{"step": "add_note"',
    b"[" * 100_000, b'{"a":' * 50_000, b'{"step": "add_note", "step": "close", "text": "x"}', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}",
    b'{"step": "add_note", "text": "\xc0\xaf"}', b'{"step": "add_note", "text": "\xed\xa0\x80"}', b"<xml/>", b"a=1&b=2",
    b'{"step": "add_note", "text": "x", "__proto__": {"a": 1}}', b'{"step": "add_note", "text": "x", "occurred_on": "0001-01-01"}',
    b'{"step": "add_note", "text": "x", "occurred_on": "9999-12-31"}', b'{"step": "add_note", "text": "x", "occurred_on": "2026-02-30"}',
    b'{"step": "add_note", "text": {"$ne": null}}', b" " * 200_000, b'{"step": "add_note", "text": "x"}' + b" " * 300_000,
]  # fmt: skip
HEADERS: list[dict[str, str]] = [
    {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-16"}, {"Content-Type": ""},
    {"If-Match": "*"}, {"If-Match": '"-1"'}, {"If-Match": "W/\"1\""}, {"If-Match": "9" * 60}, {"Idempotency-Key": "x" * 64},
    {"Idempotency-Key": "\x00"}, {"X-Correlation-ID": "../../x"}, {"Accept-Language": "x;q=" + "9" * 190}, {"Accept": "text/html"},
    {"Authorization": "Bearer " + "x" * 60_000}, {"Authorization": "Basic eA=="}, {"Content-Encoding": "gzip"}, {"Cookie": "a=b"},
]  # fmt: skip


def test_hostile_bodies_and_headers_are_answered_and_change_nothing(world: World, client: TestClient) -> None:
    case = world.case("ASSESSMENT")
    assert len(BODIES) + len(HEADERS) >= 60
    operations = [(path, method) for path, method, op in operations_of(create_app(world.runtime).openapi())
                  if method == "post" and "multipart" not in str(op.get("requestBody"))]  # fmt: skip
    token = {"Authorization": f"Bearer {world.token(world.irene)}", "If-Match": f'"{case.now.version}"'}
    before = world.runtime.log.rows("SELECT count(*) FROM log.event")[0][0]
    for path, _ in operations:
        url = path.replace("{record_id}", str(case.id)) + "?dry_run=true"
        for body in BODIES:
            answer = client.post(url, content=body, headers={**token, "Content-Type": "application/json"})
            assert answer.status_code < 500, (path, body[:80], answer.text)
    body = b'{"step": "add_note", "text": "Va bene."}'
    for headers in HEADERS:
        url = f"/rest/opera/v1/cases/{case.id}/steps?dry_run=true"
        answer = client.post(url, content=body, headers={**token, "Content-Type": "application/json", **headers})
        assert answer.status_code < 500, (headers, answer.text)
        assert "set-cookie" not in answer.headers
    added = [topic for (topic,) in world.runtime.log.rows("SELECT topic FROM log.event ORDER BY notification_id")][
        int(before) :
    ]
    assert set(added) <= {"operator.calendar_opened"}, "an empty request opens a calendar of one's own"


def test_words_that_look_dangerous_are_kept_as_they_are(world: World) -> None:
    case = world.case("ASSESSMENT")
    for text in ("' OR 1=1 --", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}", "Ω≈ç√ …", "a\nb"):
        case.do("add_note", text=text)
        sealed = world.runtime.application.records.history(case.id)[-1].facts.text
        assert unseal(sealed, world.runtime.application.keyring) == text
