"""Lists over HTTP: typed filters, `cursor`, `limit` and `sort`; a cursor belongs to whoever received it."""

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, create_model

from opera_cases.application.access.redaction import redact
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.personal.reader import CASE_WORK, PersonalDataReader
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.http.links import link
from opera_cases.log.keys.sealing import digest
from opera_cases.projections import access
from opera_cases.projections.queries import lists
from opera_cases.projections.registry import MODELS

if TYPE_CHECKING:  # the library is loaded when it is first used: an office starts sooner
    from itsdangerous import URLSafeSerializer


def list_of(kind: str) -> type[BaseModel]:
    """The filters of a list, each of its own type."""
    known = PROCEDURES[kind].states
    states: Any = Literal[known] if len(known) > 1 else Annotated[str, Field(pattern=f"^{known[0]}$")]
    fields: dict[str, Any] = {
        "state": (states | None, None),
        "limit": (Annotated[int, Field(ge=1, le=200, json_schema_extra={"format": "int32"})], 50),
        "cursor": (Annotated[str, Field(max_length=400)] | None, None),
    }
    for name in MODELS[kind].filters:
        found = lists.type_of(kind, name)
        wanted: Any = Annotated[str, Field(max_length=80)] if found is str else found
        fields[name] = (wanted | None, None)
    if MODELS[kind].sorts:
        both = tuple(sign + name for name in MODELS[kind].sorts for sign in ("", "-"))
        fields["sort"] = (Literal[both] | None, None)
    if kind == "case":
        fields["due_before"] = (date | None, None)
    return create_model(f"{kind.title()}Filters", __config__=ConfigDict(extra="forbid"), **fields)


class Cursor:
    """Pages for one principal."""

    def __init__(self, runtime: Runtime, who: Principal) -> None:
        self._runtime, self._who = runtime, who

    def page(self, kind: str, asked: Any, correlation: UUID) -> dict[str, Any]:
        """A page: its items, and the link to the next one when there is one."""
        equal = {
            name: value for name in ("state", *MODELS[kind].filters) if (value := getattr(asked, name)) is not None
        }
        sort = getattr(asked, "sort", None) or ""
        after = self._read(kind, sort, asked.cursor) if asked.cursor else None
        wanted = lists.PageQuery(equal, getattr(asked, "due_before", None), sort, after, asked.limit)
        with self._runtime.log.reading() as connection:
            rows = lists.rows_of_page(
                connection,
                kind,
                self._who,
                self._runtime.application.today(),
                wanted,
                self._runtime.application.keyring,
            )
        shown = rows[: asked.limit]
        people = {row.person for row in shown if row.person} if kind == "case" else set()
        named = lists.sealed_names(self._runtime.log, people)
        items = self._items(kind, shown, named, correlation)
        if kind not in ("person", "duplicate"):
            ident = access.key(kind).name
            items = redact(self._runtime, self._who, items, people | {item[ident] for item in items if kind == "case"})
        links = {}
        if len(rows) > asked.limit:
            kept = asked.model_dump(exclude_none=True, exclude={"cursor"}, mode="json")
            links["next"] = link(COLLECTIONS[kind], **kept, cursor=self._write(kind, sort, shown[-1]))
        return {"items": items, "limit": asked.limit, "_links": links}

    def _items(self, kind: str, rows: list[Any], named: dict[UUID, Any], correlation: UUID) -> list[dict[str, Any]]:
        """Rows with what is sealed in them opened, and cases with the name of the person."""
        application = self._runtime.application
        items: list[dict[str, Any]] = [dict(row._mapping) for row in rows]
        sealed = [column.name for column in lists.shown_columns(kind) if isinstance(column.type, sa.LargeBinary)]
        if kind == "case":
            sealed = ["given_names", "family_name"]
            for item in items:
                item["given_names"], item["family_name"] = named.get(item["person"], (None, None))
        with PersonalDataReader(application.database, application.keyring, who=self._who, place=f"list of {COLLECTIONS[kind]}",
                     purpose=CASE_WORK, stream=UUID(int=0), at=self._runtime.clock(), correlation=correlation,
                     for_a_reason=application.records.opened_beyond_reach(self._who, {item.get("desk") for item in items}, application.today())) as reading:  # fmt: skip
            values = iter(reading.unlock(item[name] for item in items for name in sealed))
            for item in items:
                for name in sealed:
                    item[name] = reading.open(next(values))
        return items

    def _signer(self, kind: str, sort: str) -> "URLSafeSerializer":
        """Good for one reader, one kind of record and one order only."""
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(
            digest(self._runtime.application.keyring, "CURSOR", b""), salt=f"{self._who.id}|{kind}|{sort}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )  # fmt: skip

    def _write(self, kind: str, sort: str, row: Any) -> str:
        last = [*([row._mapping[sort.lstrip("-")]] if sort else []), row._mapping[access.key(kind).name]]
        return str(self._signer(kind, sort).dumps([str(each) for each in last]))

    def _read(self, kind: str, sort: str, cursor: str) -> tuple[Any, ...]:
        from itsdangerous import BadData

        try:
            last = self._signer(kind, sort).loads(cursor)
        except BadData:
            raise InvalidInput("Follow the link to the next page as it was given to you.", "cursor") from None
        first = [date.fromisoformat(last[0]) if sort.lstrip("-") != "code" else last[0]] if sort else []
        return (*first, UUID(last[-1]))
