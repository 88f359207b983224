"""An example for every body and every answer, made from its schema: each is valid, and nobody is real."""

import re
from typing import Any

from opera_cases.api.schemas.shown import Json

FORMATS = {"uuid": "0190f3a2-6b1e-7c44-9a53-0c2f6d1b8e77", "date": "2026-03-16", "date-time": "2026-03-16T09:30:00Z",
           "uri": "https://office.example/", "uri-reference": "/rest/opera/v1/cases", "email": "ada@posta.example",
           "binary": "…", "decimal": "1200.00", "time": "09:30"}  # fmt: skip
WORDS = {
    "family_name": "Inventati", "given_names": "Ada", "name": "Ada Inventati", "text": "Ha portato i documenti.",
    "reason": "Come chiesto dalla persona.", "file_number": "2026-0042", "day": "2026-03-16", "time": "09:30",
    "phone": "+39 019 555 0100", "title": "Attestato", "edition": "2026-1", "region": "ITC3", "province": "SV",
    "country": "IT", "zone": "Europe/Rome", "query": "state=INTAKE", "list": "cases", "step": "add_note", "kind": "case",
    "birth_date": "1990-05-01", "topic": "case.note_added", "state": "INTAKE", "state_label": "Accoglienza",
    "value": "PRVRDS79C54Z999L",
}  # fmt: skip
"""What stands in a text by its name."""
ANY = ("NACE/2.1:10.71", "fr:B2", "ESEMPIO", "esempio", "1200.00", "2026-03-16T09:30:00Z", "7", "it", "FR", "0")


def example(schema: Json, schemas: Json, name: str = "", depth: int = 0) -> Any:
    """A value that the schema allows. `name` is that of the field it stands for."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for first in ("const", "default"):
        if schema.get(first) is not None:
            return schema[first]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], schemas, name, depth)
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        few = 1 if depth < 6 else 0
        return [example(schema["items"], schemas, name, depth + 1)] * max(few, schema.get("minItems", 0))
    if kind in ("integer", "number"):
        least = int(schema.get("minimum") or schema.get("exclusiveMinimum") or 0)
        return max(1, least) if schema.get("maximum", 1) >= 1 else least
    return kind == "boolean" if kind != "string" else _text(schema, name)


def _object(schema: Json, schemas: Json, depth: int) -> Json:
    return {name: example(each, schemas, name, depth + 1) for name, each in schema.get("properties", {}).items()}


def _text(schema: Json, name: str) -> str:
    choices = re.findall("[A-Z_]+", schema.get("pattern", "")) if "|" in schema.get("pattern", "") else []
    tried: tuple[str, ...] = (FORMATS.get(schema.get("format", ""), ""), WORDS.get(name, ""), *choices[:1], *ANY)
    for text in tried:
        if text and re.search(schema.get("pattern", ""), text) and len(text) <= schema.get("maxLength", 4000):
            return text
    return "x" * int(schema.get("minLength", 1))


def add_examples(operation: Json, schemas: Json) -> None:
    """To the body of an operation and to its good answers. A choice of steps gets one example for each step."""
    contents = [(operation.get("requestBody", {}).get("content", {}))]
    contents += [answer.get("content", {}) for status, answer in operation["responses"].items() if status < "400"]
    for content in contents:
        media = content.get("application/json")
        if media is None or "schema" not in media:
            continue
        choices = media["schema"].get("oneOf")
        if choices:
            made = [example(each, schemas) for each in choices]
            media["examples"] = {each["step"]: {"summary": f"The step {each['step']}.", "value": each} for each in made}
        else:
            media["examples"] = {"one": {"summary": "An example.", "value": example(media["schema"], schemas)}}
