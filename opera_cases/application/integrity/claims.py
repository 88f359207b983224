"""I15: what stands among the claims is what the events of their holders say: nothing missing, forged or put back."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from opera_cases.application.integrity.findings import Finding
from opera_cases.application.integrity.rows import histories, uuid_of
from opera_cases.application.integrity.stored_claims import as_stored
from opera_cases.application.runtime import Runtime
from opera_cases.domain.kernel.claims import CLAIMING_KINDS, claims_of
from opera_cases.log.authority.rows import claim_said, mark_holds
from opera_cases.log.events import claims as rows_of
from opera_cases.log.store.snapshot import as_of_now


def check_claims(runtime: Runtime) -> Iterator[Finding]:
    """Hold every claim against the log. A number that was erased leaves its claim, and nobody can say which it was."""
    keyring = runtime.application.keyring
    with as_of_now(runtime.log) as log:
        expected: dict[tuple[str, str], UUID] = {}
        erased: dict[UUID | None, int] = {}
        for history in histories(log):
            if history[0].topic.partition(".")[0] not in CLAIMING_KINDS:
                continue
            holder = history[0].stream
            for claim in claims_of(history):
                row = as_stored(keyring, claim)
                if row is None:
                    erased[holder] = erased.get(holder, 0) + 1
                elif expected.setdefault(row, holder) != holder:
                    yield Finding("I15", _named(*row), f"is held by {expected[row]} and by {holder}, as the log says")
        for kind, key, stored, mac in rows_of.all_claims(log):
            holder_of_row, name = uuid_of(stored), _named(kind, key)
            said = expected.pop((kind, key), None)
            if said is None and kind == "identifier" and erased.get(holder_of_row, 0) > 0:
                erased[holder_of_row] -= 1
            elif said is None:
                yield Finding(
                    "I15",
                    name,
                    f"is held by {holder_of_row or stored}, and no event of that record says so: it was forged or put back",
                )
            elif said != holder_of_row:
                yield Finding(
                    "I15", name, f"is held by {holder_of_row or stored}, and by the log it is {said} that holds it"
                )
            elif mac is not None and not mark_holds(keyring, "claim", claim_said(kind, key, said), mac):
                yield Finding("I15", name, "has a mark that is not the office's own")
        for (kind, key), holder in expected.items():
            yield Finding("I15", _named(kind, key), f"is missing: by the log {holder} holds it")


def _named(kind: Any, key: Any) -> str:
    return f"claim {kind} {key}"
