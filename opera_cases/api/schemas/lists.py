"""Pages of records over HTTP: a row has the columns of the read model that the list is read from."""

from datetime import date
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import defstruct

from opera_cases.api.schemas.page import Page
from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Free, Number, Whole, Words, at_most
from opera_cases.projections.queries.lists import shown_columns

Fields = dict[str, Any]
_COLUMNS: tuple[tuple[type[Any], Any], ...] = (
    (sa.Uuid, UUID), (sa.Date, date), (sa.Boolean, bool), (sa.BigInteger, Whole), (sa.Integer, Number), (sa.LargeBinary, Words | None),
    (sa.Text, Words),
)  # fmt: skip
"""What a column shows, the narrower type first; what is sealed in it is opened, or shown as nothing."""
_NAMES: Fields = {"given_names": Words | None, "family_name": Words | None}


def _columns(kind: str) -> Fields:
    return {str(each.name): _type(each) for each in shown_columns(kind)}


def _type(column: sa.Column[Any]) -> Any:
    found = next(shape for wanted, shape in _COLUMNS if isinstance(column.type, wanted))
    return found | None if column.nullable else found


def _page(name: str, item: Fields, **more: Any) -> type[Page]:
    row = defstruct("Row", list(item.items()), bases=(Shown,))
    items = Annotated[list[row], at_most(200)]  # type: ignore[valid-type]  # a struct that is made here
    page: Any = defstruct(name, [("items", items), *more.items()], bases=(Page,))
    return page  # type: ignore[no-any-return]


@cache
def list_page(kind: str) -> type[Page]:
    """A page of records of a kind; cases with the names of their people."""
    return _page(f"{kind.title()}Page", _columns(kind) | (_NAMES if kind == "case" else {}))


@cache
def caseload_known_page() -> type[Page]:
    """A page of the caseload as it was known on a day, without names."""
    return _page("CaseloadKnown", _columns("case"), count=Number, as_known_on=date, position=Code)


@cache
def resources_found() -> type[Page]:
    """Resources that were found, under their id, with what their codes are called."""
    columns = _columns("resource")
    del columns["resource_id"]
    return _page("ResourcesFound", {"id": UUID, **columns, "stale": bool, "labels": Free}, more=bool)
