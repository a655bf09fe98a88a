"""Batches as JSON: ``{"requests": [{"id", "method", "url", "body", "atomicityGroup", "dependsOn", "headers"}]}``. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from hub_api.standards.sensorthings.writing.batch.model import Answer, Part
from hub_api.standards.sensorthings.writing.errors import EntityInvalid

_TEXT_CHARACTERS_MAX = 2_000


def read(content: Any, parts_max: int) -> list[Part]:
    """:class:`EntityInvalid` where it cannot be read."""
    requests = content.get("requests") if isinstance(content, dict) else None
    if not isinstance(requests, list):
        raise EntityInvalid("requests", "not_a_list")
    if len(requests) > parts_max:
        raise EntityInvalid("requests", "batch_too_many", maximum=parts_max)
    parts = [_part(f"requests[{number}]", each) for number, each in enumerate(requests)]
    ids = [part.id for part in parts]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise EntityInvalid("requests", "batch_unreadable", given=f"id {twice!r} stands twice")
    return parts


def _part(where: str, given: Any) -> Part:
    if not isinstance(given, dict):
        raise EntityInvalid(where, "not_an_object")
    headers = given.get("headers") or {}
    depends_on = given.get("dependsOn") or []
    if not isinstance(headers, dict) or not isinstance(depends_on, list):
        raise EntityInvalid(where, "batch_unreadable", given="headers or dependsOn")
    body = given.get("body")
    return Part(
        _text(where, given, "id"),
        _text(where, given, "method").upper(),
        _text(where, given, "url"),
        {str(name).lower(): str(value) for name, value in headers.items()},
        b"" if body is None else orjson.dumps(body),
        None if given.get("atomicityGroup") is None else _text(where, given, "atomicityGroup"),
        tuple(str(each) for each in depends_on),
    )


def _text(where: str, given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or len(value) > _TEXT_CHARACTERS_MAX:
        raise EntityInvalid(f"{where}.{name}", "not_a_text")
    return value


def written(answers: Sequence[Answer]) -> bytes:
    """The answers, each with its body as JSON, or as text where it is none."""
    return orjson.dumps({"responses": [_written(answer) for answer in answers]})


def _written(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"id": answer.id, "status": answer.status}
    if location := answer.headers.get("location"):
        told["location"] = location
    told["headers"] = answer.headers
    if answer.body:
        try:
            told["body"] = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            told["body"] = answer.body.decode("utf-8", "replace")
    return told
