"""Someone at a desk who works through the API."""

import time
from typing import Any
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT

Json = dict[str, Any]
PDF = b"%PDF-1.7\n% invented\n"


class Desk:
    """Someone at a desk, with a browser's patience: keeps the ETag of each record it has read."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {token}"}
        self._tags: dict[str, str] = {}

    def shows(self, token: str) -> None:
        """From now on they show this token."""
        self._headers = {"Authorization": f"Bearer {token}"}

    @property
    def headers(self) -> dict[str, str]:
        return dict(self._headers)

    def begin(self, collection: str, **body: Any) -> Json:
        answer = self._client.post(f"{MOUNT}/{collection}", json=body, headers=self._headers)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"].endswith(answer.json()["id"])
        return dict(answer.json())

    def get(self, path: str, **query: Any) -> Json:
        answer = self._client.get(f"{MOUNT}/{path}", params=query or None, headers=self._headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return dict(answer.json()) | {"etag": answer.headers.get("etag")}

    def step(self, path: str, step: str, **body: Any) -> Json:
        answer = self.try_step(path, step, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def try_step(self, path: str, step: str, **body: Any) -> Any:
        tag = self.get(path)["etag"]
        headers = {**self._headers, "If-Match": tag, "Idempotency-Key": str(uuid4())}
        return self._client.post(f"{MOUNT}/{path}/steps", json={"step": step, **body}, headers=headers)

    def send(self, path: str, **body: Any) -> Any:
        """A request that begins something, whatever the answer."""
        return self._client.post(
            f"{MOUNT}/{path}", json=body, headers={**self._headers, "Idempotency-Key": str(uuid4())}
        )

    def upload(self, path: str, content: bytes = PDF, key: UUID | None = None, **form: str) -> Any:
        tag = {"If-Match": self.get(path.rpartition("/")[0])["etag"]} if path.endswith("/versions") else {}
        headers = {**self._headers, **tag, "Idempotency-Key": str(key or uuid4())}
        files = {"content": ("scan.pdf", content, "application/pdf")}
        return self._client.post(f"{MOUNT}/{path}", files=files, data=form, headers=headers)

    def raw(self, path: str, **query: Any) -> Any:
        return self._client.get(f"{MOUNT}/{path}", params=query or None, headers=self._headers, follow_redirects=False)

    def sees(self, path: str) -> bool:
        return bool(self.raw(path).status_code == 200)

    def result(self, asked: Any, work: Any = None) -> Any:
        """What came of a task, once a worker has carried it out."""
        assert asked.status_code == 202, asked.text
        path = asked.headers["location"].removeprefix(f"{MOUNT}/")
        for _ in range(200):
            if work is not None:
                work()
            answer = self.raw(path)
            if answer.status_code == 303:
                return self.raw(answer.headers["location"].removeprefix(f"{MOUNT}/"))
            time.sleep(0.05)
        raise AssertionError("the task was not carried out")


def open_steps(record: Json) -> set[str]:
    return {each["step"] for each in record["allowed_steps"] if each["open"]}


def blocked(record: Json, step: str) -> set[str]:
    found = next(each for each in record["allowed_steps"] if each["step"] == step)
    assert all(why["says"] and why["todo"] and why["source"] for why in found["blocked_by"])
    return {why["rule"] for why in found["blocked_by"]}
