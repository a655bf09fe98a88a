"""``$1``: what an earlier request of the batch has made, in the address or the body of a later one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from hub_api.standards.sensorthings.writing.batch.model import Part
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.rules import ID

#: Options begin with a dollar as well; these and no others.
_OPTIONS = re.compile(
    r"\$(batch|filter|select|expand|orderby|top|skip|count|format|resultFormat|ref|value|skiptoken|metadata|it|root)\b"
)
_FIRST = re.compile(r"\$(?P<id>[^/?()]+)")
_MADE = re.compile(r".*/(?P<path>\w+\((?P<key>[^()]+)\))")


def resolved_url(part: Part, made: Mapping[str, str]) -> str:
    """``$1/Datastreams`` with the address of what the request 1 made; :class:`EntityInvalid` where it made nothing."""
    found = _FIRST.match(part.url)
    if found is None or _OPTIONS.match(part.url):
        return part.url
    return _path(found["id"], made) + part.url[found.end() :]


def resolved_body(part: Part, made: Mapping[str, str]) -> bytes:
    """``{"@iot.id": "$1"}`` with the id of what the request 1 made."""
    if b'"$' not in part.body:
        return part.body
    try:
        content = orjson.loads(part.body)
    except orjson.JSONDecodeError:
        return part.body  # said where it is read
    try:
        return orjson.dumps(_walk(content, made, 0))
    except orjson.JSONEncodeError:
        return part.body  # nested too deep; said where it is read


def _walk(content: Any, made: Mapping[str, str], depth: int) -> Any:
    if depth > 100:
        return content
    if isinstance(content, list):
        return [_walk(each, made, depth + 1) for each in content]
    if not isinstance(content, dict):
        return content
    return {
        key: _id(value[1:], made)
        if key == ID and isinstance(value, str) and value.startswith("$")
        else _walk(value, made, depth + 1)
        for key, value in content.items()
    }


def _found(id_: str, made: Mapping[str, str]) -> re.Match[str]:
    found = _MADE.fullmatch(made.get(id_, ""))
    if found is None:
        raise EntityInvalid("", "batch_reference", given=f"${id_}")
    return found


def _path(id_: str, made: Mapping[str, str]) -> str:
    return _found(id_, made)["path"]


def _id(id_: str, made: Mapping[str, str]) -> int | str:
    key = _found(id_, made)["key"].strip("'")
    return int(key) if key.isdigit() else key
