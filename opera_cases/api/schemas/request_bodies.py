"""The request bodies, derived from the commands: a new step in a table is a new body here without a line written."""

import types
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, create_model

from opera_cases.domain.kernel.personal import FieldKind, Sealed
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.workflow import Procedure

_STRICT = ConfigDict(extra="forbid")
_MAX_TEXT = 200
UPLOADS = frozenset({"add_document", "add_version", "attach_file"})
"""Steps whose content comes as a file."""
APART = UPLOADS | {"issue_token", "withdraw_tokens", "open_calendar", "close_calendars", "record_restoration"}
"""Steps that have routes of their own, those with a file and those of secrets that are shown once, or that are taken at the machine only."""


def _missing() -> Any:
    return None


def _field(hint: Any, meta: msgspec.Meta | None = None) -> tuple[Any, dict[str, Any]]:
    """A msgspec type as pydantic wants it: the type and the arguments of its `Field`."""
    if get_origin(hint) is Annotated:
        inner, *metas = get_args(hint)
        return _field(inner, next((m for m in metas if isinstance(m, msgspec.Meta)), meta))
    extra: dict[str, Any] = (meta.extra if meta else None) or {}
    if hint is Sealed:
        kind: FieldKind = extra["private"]
        if kind.of is not None:
            return _field(kind.of)
        if kind.choices:
            return Literal[kind.choices], {}
        more = {"json_schema_extra": {"format": kind.format}} if kind.format else {}
        return str, {"max_length": kind.max_length * 2, "min_length": 1, **more}
    if get_origin(hint) in (Union, UnionType):
        options = [each for each in get_args(hint) if each is not type(None)]
        kept = [_field(each, meta) for each in options]
        return reduce(or_, (kind for kind, _ in kept)), kept[0][1]
    limits = _limits(meta)
    if get_origin(hint) is tuple:
        inner, arguments = _field(get_args(hint)[0])
        item: Any = Annotated[inner, Field(**arguments)] if arguments else inner
        return types.GenericAlias(list, (item,)), {"max_length": 100, **limits}
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return model(hint), {}
    if hint is int:
        limits["json_schema_extra"] = {"format": "int32"}
    if bounds := extra.get("bounds"):
        limits |= {"ge": bounds.least, "le": bounds.most, "decimal_places": bounds.places}
    if hint is str:
        limits.setdefault("max_length", _MAX_TEXT)
    return hint, limits


def _limits(meta: msgspec.Meta | None) -> dict[str, Any]:
    names = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
    return {name: value for name in names if meta and (value := getattr(meta, name)) is not None}


@lru_cache(maxsize=256)
def model(struct: type[msgspec.Struct], step: str = "") -> type[BaseModel]:
    """The pydantic model of a struct; a command gets its `step` and the day on which it occurred."""
    fields: dict[str, Any] = {}
    if step:
        fields["step"] = (Literal[step], Field(description="The step asked for."))
    if issubclass(struct, Command):
        fields["occurred_on"] = _optional(date, {"description": "The day on which it happened; today when left out."})
    hints = get_type_hints(struct, include_extras=True)
    derived = {*getattr(struct, "derives", {}), *getattr(struct, "by_office", ())}
    for info in msgspec.structs.fields(struct):
        if info.name in derived:
            continue
        kind, arguments = _field(hints[info.name])
        if info.required:
            fields[info.name] = (kind, Field(**arguments))
        else:
            fields[info.name] = _optional(kind, arguments)
    return create_model(struct.__name__, __config__=_STRICT, __doc__=struct.__doc__, **fields)


def _optional(kind: Any, arguments: dict[str, Any]) -> tuple[Any, Any]:
    return kind, Field(default_factory=_missing, **arguments)


def steps_body(procedure: Procedure[Any]) -> Any:
    """The union of the steps that a record can take, told apart by `step`; None where it takes no more."""
    names = dict.fromkeys(step.name for step in procedure.steps if step.source - {""} and step.name not in APART)
    models = [model(procedure.commands[name], name) for name in names]
    if not models:
        return None
    if len(models) == 1:
        return models[0]
    return Annotated[reduce(or_, models), Field(discriminator="step")]


def beginning(procedure: Procedure[Any]) -> tuple[str, type[BaseModel]]:
    """The step that begins a record, and its body."""
    step = next(step for step in procedure.steps if "" in step.source)
    return step.name, model(step.asks)


def values(body: BaseModel) -> dict[str, Any]:
    """The fields that were sent, as plain JSON values."""
    return body.model_dump(mode="json", exclude_unset=True, exclude={"step", "occurred_on"})
