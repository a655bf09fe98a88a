"""Several values of a parameter, and elements of which only some fields are told, as OpenAPI says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
FIELDS = "fields"
_NAME = "ChosenList"
#: An answer that was asked for with ``fields``; ``meta.fields`` tells it from a whole one.
CHOSEN: Mapping[str, Json] = {
    _NAME: {
        "title": _NAME,
        "type": "object",
        "required": ["data", "next", "meta"],
        "properties": {
            "data": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "meta": {
                "type": "object",
                "required": [FIELDS],
                "properties": {FIELDS: {"type": "array", "items": {"type": "string"}}},
                "additionalProperties": True,
            },
        },
    }
}


def describe_fields(operation: Json, keys: Sequence[str]) -> None:
    """Which names ``fields`` takes, and that an answer may hold these only."""
    parameter = next((one for one in operation.get("parameters", []) if one["name"] == FIELDS), None)
    if parameter is None:
        return
    _array_of(parameter["schema"])["items"] = {"type": "string", "enum": list(keys)}
    content = operation["responses"]["200"]["content"].get("application/json")
    if content is not None:
        content["schema"] = {"anyOf": [content["schema"], {"$ref": f"#/components/schemas/{_NAME}"}]}


def describe_array(parameter: Json) -> None:
    """Values stand side by side, ``thing=a,b``."""
    schema = parameter["schema"]
    if schema.get("type") != "array":
        return
    parameter |= {"style": "form", "explode": False}
    # What bounds the tuple bounds a text before, of which the library then speaks.
    for end in ("min", "max"):
        if f"{end}Length" in schema:
            schema[f"{end}Items"] = schema.pop(f"{end}Length")


def _array_of(schema: Json) -> Json:
    """The array among what a parameter may be."""
    found: Json = next(one for one in (schema, *schema.get("anyOf", [])) if one.get("type") == "array")
    return found
