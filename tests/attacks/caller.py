"""Somebody who asks over HTTP, politely or not: an answer is an answer, whatever its status."""

import http.client
import json
import uuid
from typing import Any, NamedTuple

API = "/rest/opera/v1/"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Caller:
    """Shows a token, or whatever stands there instead, as the header says."""

    def __init__(self, port: int, token: str = "", authorization: str = "") -> None:
        self.port, self.token = port, token
        self.authorization = authorization or (f"Bearer {token}" if token else "")

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Answer:
        """`path` below the API, or from the root when it begins with a slash."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        told = {
            "Accept-Language": "en",
            **({"Authorization": self.authorization} if self.authorization else {}),
            **headers,
        }
        try:
            connection.request(method, path if path.startswith("/") else API + path, content, told)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def send(self, path: str, key: str = "", /, **body: Any) -> Answer:
        """Ask for something under an Idempotency-Key, a fresh one when none is given."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4())}
        return self.ask("POST", path, json.dumps(body).encode(), **headers)

    def begin(self, path: str, /, **body: Any) -> str:
        """The id of what was begun. For what has to be there before the attack."""
        answer = self.send(path, **body)
        assert answer.status == 201, answer.text
        return str(answer.json["id"])

    def try_step(self, path: str, step: str, key: str = "", /, **body: Any) -> Answer:
        version = self.get(path).headers.get("etag", '"1"')
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4()), "If-Match": version}
        return self.ask("POST", f"{path}/steps", json.dumps({"step": step, **body}).encode(), **headers)

    def step(self, path: str, step: str, /, **body: Any) -> Any:
        answer = self.try_step(path, step, **body)
        assert answer.status == 200, answer.text
        return answer.json

    def upload(self, path: str, content: bytes, key: str = "", /, *, name: str = "people.csv", **form: str) -> Answer:
        edge = uuid.uuid4().hex
        parts = [(f'name="{field}"', value.encode()) for field, value in form.items()] + [
            (f'name="content"; filename="{name}"', content)
        ]
        whole = b"".join(
            f"--{edge}\r\nContent-Disposition: form-data; {told}\r\n\r\n".encode() + value + b"\r\n"
            for told, value in parts
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Idempotency-Key": key or str(uuid.uuid4())}
        return self.ask("POST", path, whole + f"--{edge}--\r\n".encode(), **headers)

    def sees(self, path: str) -> bool:
        return self.get(path).status == 200

    def items(self, path: str) -> list[Any]:
        answer = self.get(path)
        assert answer.status == 200, answer.text
        return list(answer.json["items"])
