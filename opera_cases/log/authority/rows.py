"""Authority: the rows by which the office knows who may act, each marked so that nobody writes one without its keys.

A row says who, in which role, where, from when to when, and names the event that gave it. Its mark (MAC) is an HMAC-SHA256
under the office's key AUTHORITY; so are those of withdrawals, claims and tasks. How marks are computed is for ever.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from opera_cases.log.keys.keyring import OFFICE, Keyring

OWNER = (OFFICE, "AUTHORITY")
_canonical = msgspec.json.Encoder(order="deterministic").encode


class Authority(NamedTuple):
    """One row, of a kind of `Given`. Days are civil dates as text, empty where there is none; `record` is the stream in which the event stands."""

    digest: bytes
    kind: str
    operator: UUID
    role: str
    desks: str
    region: str
    purpose: str
    since: str
    until: str
    event_id: UUID
    record: UUID

    @property
    def table(self) -> str:
        """The table in which it stands."""
        return "log.authority"

    @property
    def said(self) -> dict[str, Any]:
        """What is marked, whole."""
        return {
            "kind": self.kind, "digest": self.digest.hex(), "operator": self.operator, "role": self.role, "desks": sorted(self.desks.split()),
            "region": self.region, "purpose": self.purpose, "since": self.since, "until": self.until, "event": self.event_id,
        }  # fmt: skip


class Withdrawal(NamedTuple):
    """What was given is good no longer, from a day on: the digest of its row, whose it was, and the event that ended it."""

    digest: bytes
    event_id: UUID
    operator: UUID
    since: str

    @property
    def table(self) -> str:
        """The table in which it stands."""
        return "log.withdrawal"

    @property
    def said(self) -> dict[str, Any]:
        """What is marked, whole."""
        return {"digest": self.digest.hex(), "operator": self.operator, "since": self.since, "event": self.event_id}


def mark(keyring: Keyring, what: str, content: Mapping[str, Any]) -> bytes:
    """The mark of a row: of `what` ("authority", "withdrawal", "claim", "task") that says all of `content`."""
    key = keyring.keys([OWNER])[OWNER][1]
    return hmac.digest(key, b"opera " + what.encode() + b" 1\n" + _canonical(content), hashlib.sha256)


def mark_holds(keyring: Keyring, what: str, content: Mapping[str, Any], shown: bytes | None) -> bool:
    """Whether a mark is the office's own."""
    return shown is not None and hmac.compare_digest(mark(keyring, what, content), bytes(shown))


def claim_said(kind: str, key: str, holder: UUID) -> dict[str, Any]:
    """What the mark of a claim covers."""
    return {"kind": kind, "key": key, "holder": holder}


def digest_of_event(event_id: UUID) -> bytes:
    """The digest of a row that nobody shows: of a role given, of work at a desk."""
    return hashlib.sha256(b"opera given\n" + event_id.bytes).digest()
