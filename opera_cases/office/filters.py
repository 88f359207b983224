"""Saved filters: a list with its filters under a name, one's own or shared with a desk. The name is sealed."""

from typing import Any
from uuid import UUID

import msgspec

from opera_cases.domain.access import Principal
from opera_cases.domain.errors import Malformed, NotFound
from opera_cases.domain.personal import DataClass, FileName, Sealed, kind_of, tidy
from opera_cases.log.sealing import seal, unseal
from opera_cases.office import ids
from opera_cases.office.premises import Premises

MOST, MOST_SHARED = 200, 800
"""How many filters somebody has of their own, and how many that others share are shown to them."""
_COLUMNS = "filter_id, owner, desk, name, list, query"
_sealed = msgspec.json.Decoder(Sealed)


def save(where: Premises, who: Principal, key: UUID, *, name: str, of_list: str, query: str, desk: UUID | None) -> UUID:
    """Keep a filter, once for its key. Raises `NotFound` for a desk at which the asker does not work."""
    if desk is not None and desk not in who.desks:
        raise NotFound("There is no such desk, or you do not work there.")
    kind = kind_of(FileName)
    assert kind is not None
    if where.log.rows("SELECT count(*) FROM log.saved_filter WHERE owner = $1", who.id)[0][0] >= MOST:
        raise Malformed(f"You have {MOST} filters already. Remove one first.", "name")
    ident = ids.of_request(where.office.keyring, "filter", who.id, key)
    owner = (who.id, DataClass.NARRATIVE.value)
    key_id, secret = where.office.keyring.keys([owner])[owner]
    sealed = seal(tidy(kind, name), key_id, secret, subject=who.id, data_class=DataClass.NARRATIVE, event=ident, field="name")
    where.log.rows(
        "INSERT INTO log.saved_filter (filter_id, owner, desk, name, list, query) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (filter_id) DO NOTHING",
        ident, who.id, desk, msgspec.json.encode(sealed), of_list, query,
    )  # fmt: skip
    return ident


def of(where: Premises, who: Principal) -> list[dict[str, Any]]:
    """One's own filters, then those shared with one's desks: of each colleague the first ones before anybody's many."""
    rows = where.log.rows(f"SELECT {_COLUMNS} FROM log.saved_filter WHERE owner = $1 ORDER BY filter_id", who.id)
    rows += where.log.rows(
        f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS}, row_number() OVER (PARTITION BY owner ORDER BY filter_id) AS nth"
        " FROM log.saved_filter WHERE desk = ANY($1::uuid[]) AND owner <> $2) shared ORDER BY nth, filter_id LIMIT $3",
        sorted(who.desks), who.id, MOST_SHARED,
    )  # fmt: skip
    return [
        {"id": UUID(str(filter_id)), "name": unseal(_sealed.decode(name), where.office.keyring), "list": of_list,
         "query": query, "desk": UUID(str(desk)) if desk else None, "mine": UUID(str(owner)) == who.id}
        for filter_id, owner, desk, name, of_list, query in rows
    ]  # fmt: skip


def remove(where: Premises, who: Principal, filter_id: UUID) -> bool:
    sql = "DELETE FROM log.saved_filter WHERE filter_id = $1 AND owner = $2 RETURNING 1"
    return bool(where.log.rows(sql, filter_id, who.id))
