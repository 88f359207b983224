"""The description in OpenAPI 3.0.3, for catalogues and tools that do not read 3.1 yet."""

import copy
from typing import Any

from opera_cases.api.schemas.shown import Json


def as_3_0(document: Json) -> Json:
    """The same description, with the words of JSON Schema that 3.0 does not know said in its own."""
    older: Json = copy.deepcopy(document)
    older["openapi"] = "3.0.3"
    older["info"].pop("summary", None)
    licence = older["info"].get("license", {})
    licence.pop("identifier", None)
    licence.setdefault("url", "https://joinup.ec.europa.eu/licence/european-union-public-licence-version-12-eupl")
    _schema(older["components"]["schemas"])
    _schema(older["paths"])
    return older


def _schema(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _schema(each)
        return
    if not isinstance(node, dict):
        return
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("contentMediaType"), str):
        node.pop("contentMediaType")
        node["format"] = "binary"
    if isinstance(node.get("anyOf"), list) and {"type": "null"} in node["anyOf"]:
        rest = [each for each in node.pop("anyOf") if each != {"type": "null"}]
        if len(rest) == 1 and "$ref" not in rest[0]:
            node |= {name: value for name, value in rest[0].items() if name not in node}
        else:
            node["anyOf"] = rest
        node["nullable"] = True
    for bound, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(node.get(bound), int | float) and not isinstance(node.get(bound), bool):
            node[plain] = node[bound]
            node[bound] = True
    for name, each in node.items():
        if name not in ("examples", "example", "default", "enum"):
            _schema(each)
