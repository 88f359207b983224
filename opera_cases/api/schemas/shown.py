"""Something shown over HTTP: a struct, the plain values that leave, and the schema that describes them."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import msgspec

Json = dict[str, Any]


class Shown(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Fields that are shown together. `always` are the names that no answer lacks, however little its reader may see."""

    always: ClassVar[tuple[str, ...]] = ()


def plain(shown: Shown) -> dict[str, Any]:
    """The fields as JSON knows them, ids and days still as such: what is beyond reach is looked for among them."""
    return msgspec.to_builtins(shown, builtin_types=(UUID, date))  # type: ignore[no-any-return]


def described(name: str, description: str, *parts: type[Shown]) -> Json:
    """The JSON schema of an answer that has the fields of these structs, with whatever they hold written out in place."""
    properties = {field: shape for part in parts for field, shape in nested(part)["properties"].items()}
    required = [field for part in parts for field in part.always]
    return {
        "type": "object", "title": name, "description": description, "additionalProperties": False, "properties": properties,
        **({"required": required} if required else {}),
    }  # fmt: skip


def nested(part: type[Shown]) -> Json:
    """The JSON schema of something inside an answer. No name is required: what a reader may not reach can be left out."""
    top, components = msgspec.json.schema_components([part], ref_template="{name}")
    return _in_place(top[0], components)  # type: ignore[no-any-return]


def _in_place(node: Any, components: Json) -> Any:
    if isinstance(node, list):
        return [_in_place(each, components) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        held = components[node["$ref"]]
        return {name: _in_place(held[name], components) for name in ("type", "additionalProperties", "properties")}
    return {name: _in_place(each, components) for name, each in node.items()}
