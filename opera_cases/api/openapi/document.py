"""The OpenAPI document as Italian public administrations publish it (ModI, and the profile of its checker).

FastAPI describes the routes; this adds what every operation and every schema has in common.
"""

import re
from collections.abc import Callable
from typing import Any

from opera_cases.api.openapi.examples import add_examples
from opera_cases.api.openapi.responses import schema
from opera_cases.api.schemas import by_operation
from opera_cases.api.schemas.records import kinds
from opera_cases.api.schemas.shown import Json

TEXT, MOST_ITEMS = 4000, 10_000
_HEADERS: Json = {
    "X-RateLimit-Limit": {"description": "Requests one caller may send in the window.", "schema": {
        "type": "integer", "format": "int32", "minimum": 0, "maximum": 1_000_000}},
    "X-RateLimit-Remaining": {"description": "Requests left in the window.", "schema": {
        "type": "integer", "format": "int32", "minimum": 0, "maximum": 1_000_000}},
    "X-RateLimit-Reset": {"description": "Seconds until the window begins again.", "schema": {
        "type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400}},
    "X-Correlation-ID": {"description": "The id under which the request log knows this request.", "schema": {
        "type": "string", "format": "uuid"}},
    "Cache-Control": {"description": "Always no-store.", "schema": {"type": "string", "enum": ["no-store"]}},
}  # fmt: skip
_RETRY: Json = {"Retry-After": {"description": "Seconds to wait.", "schema": {
    "type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400}}}  # fmt: skip
BEARER = (
    "An opaque token of 256 random bits, as issued by `opera-cases token`; it is looked up at every request and can be "
    "withdrawn at once. It is not a JWT, so RFC8725 has nothing to say of it."
)


def describe(make: Callable[[], Json], server: str) -> Json:
    """The document, complete."""
    document = make()
    schemas: Json = document["components"]["schemas"]
    schemas |= {"Problem": schema(), **kinds.record_schemas(), **by_operation.answer_schemas()}
    document["info"] |= {"x-summary": document["info"]["summary"], "x-api-id": "urn:opera-cases:api:v1"}
    sandbox = {"x-sandbox": True} if not server.startswith("https://") else {}
    document["servers"] = [{"url": server, "description": "The office.", **sandbox}]
    document["tags"] = [
        {"name": name, "description": f"Everything about {name}."}
        for name in sorted({tag for _, _, op in operations(document) for tag in op["tags"]})
    ]
    for scheme in document["components"].get("securitySchemes", {}).values():
        scheme["description"] = BEARER
    answered = _answered()
    for _, _, operation in operations(document):
        _complete_operation(operation, answered.get(operation["operationId"]))
    for name in [each for each in schemas if each.startswith("Body_")]:
        schemas["".join(part.title() for part in name.split("_"))] = schemas.pop(name)
    _rename_references(document)
    schemas.pop("ListAnswer", None)
    _complete_schemas(document)
    for _, _, operation in operations(document):
        add_examples(operation, schemas)
    return document


def operations(document: Json) -> list[tuple[str, str, Json]]:
    return [(path, method, each) for path, methods in document["paths"].items() for method, each in methods.items()]


def _answered() -> dict[str, str]:
    """The name of the schema with which each operation answers."""
    verbs = ("begin", "take_step_of", "read")
    of_records = {f"{verb}_{kind}": kinds.schema_name(kind) for kind in kinds.KINDS for verb in verbs}
    of_files = {"add_version": kinds.schema_name("document"), "attach_file": kinds.schema_name("resource")}
    return of_records | of_files | by_operation.answer_names()


def _complete_operation(operation: Json, answered: str | None) -> None:
    operation.setdefault("description", operation["summary"])
    for status, answer in operation["responses"].items():
        headers = answer.setdefault("headers", {})
        headers |= _HEADERS
        if status in ("429", "503"):
            headers |= _RETRY
        content = answer.get("content", {}).get("application/json")
        if content is not None and answered is not None and status < "300":
            content["schema"] = {"$ref": f"#/components/schemas/{answered}"}


def _rename_references(node: Any) -> None:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and "/Body_" in reference:
            stem, _, name = reference.rpartition("/")
            node["$ref"] = f"{stem}/" + "".join(part.title() for part in name.split("_"))
        for each in node.values():
            _rename_references(each)
    elif isinstance(node, list):
        for each in node:
            _rename_references(each)


def _complete_schemas(node: Any) -> None:
    """Bounds where a schema has none: sizes of texts and lists, formats of numbers, closed objects."""
    if isinstance(node, list):
        for each in node:
            _complete_schemas(each)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "string" and not {"enum", "const", "format"} & node.keys():
        node.setdefault("maxLength", TEXT)
        node.setdefault("pattern", "^[^\\u0000]*$")
    elif kind == "integer":
        node.setdefault("format", "int32")
        node.setdefault("minimum", node.get("exclusiveMinimum", -2_147_483_648))
        node.setdefault("maximum", 2_147_483_647)
    elif kind == "number":
        node.setdefault("format", "decimal")
    elif kind == "array":
        node.setdefault("minItems", 0)
        node.setdefault("maxItems", MOST_ITEMS)
    elif kind == "object" and "properties" in node and re.match("[A-Z]", str(node.get("title", ""))):
        node.setdefault("additionalProperties", False)
    for name, each in node.items():
        if name not in ("example", "examples", "default", "enum", "const"):
            _complete_schemas(each)
