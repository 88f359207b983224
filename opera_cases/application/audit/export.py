"""The audit trail as a file, CSV or JSON Lines: at its head the filter, the position of the log and the last checkpoint."""

import csv
import io
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.audit import trail as audit
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.runtime import Runtime, labels
from opera_cases.application.tasks.exports import harmless
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.log.progress import Progress
from opera_cases.log.proof.ledgers import EVENTS
from opera_cases.projections.followed.audit import TrailFilter

LARGEST = 50_000
MEDIA = {"CSV": "text/csv; charset=utf-8", "JSONL": "application/x-ndjson"}
COLUMNS = (
    "position", "event_id", "recorded_at", "occurred_on", "days_late", "kind", "stream", "topic", "says", "step", "state", "actor",
    "role", "desk", "on_behalf_of", "channel", "edition", "procedure", "rules", "special", "correlation", "causation", "changes",
)  # fmt: skip


def export_trail(
    runtime: Runtime, task: UUID, request: dict[str, Any], who: Principal, progress: Progress, opening: type[PersonalDataReader] = PersonalDataReader
) -> tuple[bytes, str]:  # fmt: skip
    """`request`: the filter as it was given (`said`), as it is applied (`filter`), the format and the language."""
    wanted = msgspec.convert(request["filter"], TrailFilter)
    words = labels(Language(request["language"]))
    position = runtime.application.recorder.head()
    items: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None and len(items) < LARGEST:
        page = audit.trail(runtime, who, wanted, after, 200, words, opening)
        items += [each for each in page.items if int(each["position"]) <= position]
        after = page.next
        progress(len(items), len(items))
    head = {
        "filter": request["said"], "log_position": str(position), "exported_at": runtime.clock().isoformat(), "by": str(who.id),
        "role": who.role.value, "lines": len(items), "complete": after is None, "checkpoint": _checkpoint(runtime),
    }  # fmt: skip
    return (_csv(head, items) if request["format"] == "CSV" else _jsonl(head, items)), MEDIA[request["format"]]


def _checkpoint(runtime: Runtime) -> Any:
    """The last signed head of the events: what this file can be held against."""
    heads = open_witness(runtime).heads(EVENTS.name)
    return msgspec.to_builtins(heads[-1]) if heads else None


def _jsonl(head: dict[str, Any], items: list[dict[str, Any]]) -> bytes:
    return b"".join(msgspec.json.encode(each) + b"\n" for each in (head, *items))


def _csv(head: dict[str, Any], items: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows(
        [f"# {name}", value if isinstance(value, str) else msgspec.json.encode(value).decode()]
        for name, value in head.items()
    )
    writer.writerow(COLUMNS)
    for each in items:
        line = {**each, "rules": " ".join(each["rules"]), "changes": _changes_as_text(each["changes"])}
        writer.writerow([harmless(line[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _changes_as_text(changes: list[dict[str, Any]]) -> str:
    return "; ".join(f"{each['field']}: {each['before'] or '–'} → {each['after'] or '–'}" for each in changes)
