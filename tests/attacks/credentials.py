"""What lets somebody act, as rows: where each release keeps them, and what somebody with every right would write there.

0.7.0 has `token` and `calendar_feed`, whose rows say all there is to say; later releases have `authority`, whose rows are
marked and name their event, and `withdrawal`.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from tests.attacks.office import Office

FOR_EVER = "2099-12-31"


def of_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def of_calendar(path: str) -> bytes:
    """The digest of the calendar at `/calendars/SECRET.ics`."""
    return hashlib.sha256(b"calendar:" + path.rpartition("/")[2].removesuffix(".ics").encode()).digest()


class Credentials:
    """The rows of an office by which it knows who may act."""

    def __init__(self, office: Office) -> None:
        self.office, self.log = office, office.log
        self.marked = bool(self.log.columns("log.authority"))
        self.tokens = "log.authority" if self.marked else "log.token"
        self.calendars = "log.authority" if self.marked else "log.calendar_feed"
        self.last_day = "until" if self.marked else "expires_on"

    def forged(self, digest: bytes, operator: str, role: str, like: bytes, **more: Any) -> dict[str, Any]:
        """A row that nobody issued, made after one that somebody did: whatever cannot be made up is copied from it."""
        table = (
            self.calendars
            if not self.marked and not self.log.rows(f"SELECT 1 FROM {self.tokens} WHERE digest = ?", like)
            else self.tokens
        )
        model = self.log.row(table, "digest = ?", like)
        return {**model, "digest": digest, "operator": UUID(operator), "role": role, "desks": "", **more}

    def known_as(self, digest: bytes) -> tuple[bytes | UUID, ...]:
        """By what `verify` may name a row: its digest, or the event that it names."""
        if not self.marked:
            return (digest,)
        return digest, *(
            UUID(row[0]) for row in self.log.rows("SELECT event_id FROM log.authority WHERE digest = ?", digest)
        )

    @contextmanager
    def never_withdrawn(self, digest: bytes, operator: str, table: str) -> Iterator[None]:
        """As if nothing of somebody had been withdrawn."""
        if not self.marked:
            with self.log.changed(table, "digest = ?", digest, to={"revoked_at": None}):
                yield
            return
        condition = "operator = ? AND digest = ? AND event_id = ?"
        rows = self.log.rows("SELECT digest, event_id FROM log.withdrawal WHERE operator = ?", UUID(operator))
        assert rows, "what was withdrawn has a row that says so"
        with ExitStack() as all_gone:
            for found, event in rows:
                all_gone.enter_context(self.log.gone("log.withdrawal", condition, UUID(operator), found, UUID(event)))
            yield

    @contextmanager
    def posted(self, operator: str, desk: str) -> Iterator[list[Any]]:
        """As if somebody were posted at a desk: in the list of postings, and as a row of authority where there is one. Tells
        by what `verify` may name what was written."""
        row = {**self._posting(operator), "desk_id": UUID(desk), "number": 99}
        with ExitStack() as written:
            written.enter_context(self.log.more("read.posting_v1", **row))
            names: list[Any] = [UUID(desk)]
            if self.marked:
                (like,) = self.log.rows(
                    "SELECT digest FROM log.authority WHERE operator = ? AND kind = 'POSTING'", UUID(operator)
                )[:1] or [()]
                forged = self.forged(secrets.token_bytes(32), operator, str(row["role"]), *like, desks=desk)
                written.enter_context(self.log.more("log.authority", **forged))
                names = [self.known_as(forged["digest"])]
            yield names

    @contextmanager
    def still_posted(self, operator: str, desk: str) -> Iterator[None]:
        """As if a posting had not ended: in the list of postings, and without the row that withdrew it."""
        with ExitStack() as written:
            condition = "operator = ? AND desk_id = ?"
            written.enter_context(
                self.log.changed("read.posting_v1", condition, UUID(operator), UUID(desk), to={"until": None})
            )
            if self.marked:
                written.enter_context(self.never_withdrawn(b"", operator, ""))
            yield

    def _posting(self, operator: str) -> dict[str, Any]:
        return self.log.row("read.posting_v1", "operator = ?", UUID(operator))
