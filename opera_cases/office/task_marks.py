"""The mark of a task: what the office says of it when it is asked for, so that nobody else writes one."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.log.authority import holds
from opera_cases.office.premises import Premises


class Said(NamedTuple):
    """What the mark of a task covers: everything that does not change while it is carried out. For ever: the mark is computed
    from the names and values as they stand here."""

    task: UUID
    kind: str
    operator: UUID
    role: str
    desks: str
    region: str
    asked_at: str
    asked: str
    authority: str

    def holds(self, where: Premises, mac: bytes | None) -> bool:
        return holds(where.office.keyring, "task", self._asdict(), mac)


MARKED = "task_id, kind, operator, role, desks, region, asked_at, asked, authority"


def marked(row: Sequence[Any]) -> tuple[Said, bytes | None]:
    """What a stored row says, and the mark that it shows."""
    task, kind, operator, role, desks, region, asked_at, asked, authority, mac = row[:10]
    said = Said(UUID(str(task)), kind, UUID(str(operator)), role, desks, region, asked_at, _text(asked), bytes(authority or b"").hex())
    return said, mac


def _text(asked: Any) -> str:
    return bytes(asked).decode("utf-8", "replace") if isinstance(asked, bytes | memoryview) else str(asked)
