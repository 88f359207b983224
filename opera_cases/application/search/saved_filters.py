"""Saved filters: a list with its filters under a name, one's own or shared with a desk. The name is sealed."""

from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application import ids
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput, NotFound
from opera_cases.domain.kernel.personal import DataClass, FileName, Sealed, kind_of, tidy
from opera_cases.log.keys.sealing import seal, unseal
from opera_cases.log.work import saved_filters
from opera_cases.log.work.saved_filters import SavedFilter

MOST, MOST_SHARED = 200, 800
"""How many filters somebody has of their own, and how many that others share are shown to them."""
_sealed = msgspec.json.Decoder(Sealed)


def save_filter(
    runtime: Runtime, who: Principal, key: UUID, *, name: str, of_list: str, query: str, desk: UUID | None
) -> UUID:
    """Keep a filter, once for its key. Raises `NotFound` for a desk at which the asker does not work. Raises
    `InvalidInput` when there are too many already."""
    if desk is not None and desk not in who.desks:
        raise NotFound("There is no such desk, or you do not work there.")
    kind = kind_of(FileName)
    assert kind is not None
    if saved_filters.count_filters(runtime.log, who.id) >= MOST:
        raise InvalidInput(f"You have {MOST} filters already. Remove one first.", "name")
    ident = ids.of_request(runtime.application.keyring, "filter", who.id, key)
    owner = (who.id, DataClass.NARRATIVE.value)
    key_id, secret = runtime.application.keyring.keys([owner])[owner]
    sealed = seal(
        tidy(kind, name), key_id, secret, subject=who.id, data_class=DataClass.NARRATIVE, event=ident, field="name"
    )
    saved_filters.add_filter(runtime.log, SavedFilter(ident, who.id, desk, msgspec.json.encode(sealed), of_list, query))
    return ident


def filters_of(runtime: Runtime, who: Principal) -> list[dict[str, Any]]:
    """One's own filters, then those shared with one's desks: of each colleague the first ones before anybody's many.
    Each with `id`, `name`, `list`, `query`, `desk` (None where it is not shared) and whether it is `mine`."""
    found = [
        *saved_filters.of_owner(runtime.log, who.id),
        *saved_filters.shared_with(runtime.log, sorted(who.desks), who.id, MOST_SHARED),
    ]
    return [
        {"id": each.filter_id, "name": unseal(_sealed.decode(each.name), runtime.application.keyring), "list": each.list,
         "query": each.query, "desk": each.desk, "mine": each.owner == who.id}
        for each in found
    ]  # fmt: skip


def remove_filter(runtime: Runtime, who: Principal, filter_id: UUID) -> bool:
    """Remove a filter of one's own. Returns whether there was one."""
    return saved_filters.delete_filter(runtime.log, filter_id, who.id)
