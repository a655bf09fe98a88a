"""A question for features: page, box, time and filter, read from the query and checked against the collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from starlette.requests import Request

from hub_api.serving.errors import invalid
from hub_api.serving.hub import Hub
from hub_api.serving.paging import question as asked
from hub_api.serving.parameters import Box
from hub_api.standards.ogc.cql2 import model
from hub_api.standards.ogc.cql2.rules import box_wkt, read_filter
from hub_api.standards.ogc.errors import refused
from hub_api.standards.ogc.features.model import GEOMETRY, Collection
from hub_api.standards.ogc.parameters import (
    Warned,
    check_names,
    read_box,
    read_crs,
    read_limit,
    read_number,
    warnings_of_box,
)
from hub_api.standards.ogc.settings import OgcSettings
from hub_api.standards.ogc.times import Window, read_moment, read_window

PARAMETERS = (
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "limit",
    "filter",
    "filter-lang",
    "filter-crs",
    "cursor",
)
LANGUAGES = ("cql2-text", "cql2-json")
SECOND_OPEN = Window(None, None)
Key = tuple[object, ...]
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
CONTROL = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a collection. ``filter`` holds the box and the queryables that were given as parameters, too."""

    collection: Collection
    limit: int
    window: Window
    filter: model.Node | None
    after: Key | None
    warned: Sequence[Warned]
    #: Whether nothing can fit, whatever there is.
    is_void: bool


def read_question(
    request: Request, hub: Hub, collection: Collection, settings: OgcSettings, extent: Box | None
) -> Question:
    """``InvalidParameters`` for whatever is wrong."""
    given = dict(request.query_params)
    scalars = {name: kind for name, kind in collection.queryables.items() if kind != "geometry"}
    check_names(given, (*PARAMETERS, *scalars))
    for name in ("crs", "bbox-crs", "filter-crs"):
        read_crs(name, given.get(name))
    if given.get("filter-lang", LANGUAGES[0]) not in LANGUAGES:
        raise refused("filter-lang", "not_one_of", expected=", ".join(LANGUAGES))
    whole = {one.name for one in collection.properties if one.written == "whole"}
    for name in whole.intersection(given):
        if WHOLE.fullmatch(given[name]) is None:
            raise refused(name, "not_a_whole_number", found=given[name])
    nodes = [_equal(name, kind, given[name]) for name, kind in scalars.items() if name in given]
    window, warned, is_void = SECOND_OPEN, [], False
    if "datetime" in given:
        window = read_window(given["datetime"])
        if window.is_reversed:
            warned.append(Warned("time_reversed", {}))
            is_void = True
    if "bbox" in given:
        box = read_box(given["bbox"])
        warned += warnings_of_box(box, extent)
        is_void = is_void or box.south > box.north
        if not is_void:
            nodes.append(_within(box))
    if "filter" in given:
        nodes.append(read_filter(given["filter"], collection.queryables, settings))
    return Question(
        collection,
        read_limit(given.get("limit"), settings.page_features_default, settings.page_features_max),
        window,
        model.All(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None,
        _read_key(request, hub, collection, given),
        warned,
        is_void,
    )


def _within(box: Box) -> model.Node:
    return model.Spatial("s_intersects", model.Property(GEOMETRY, "geometry"), box_wkt(*box))


def _equal(name: str, kind: model.Kind, text: str) -> model.Node:
    """A queryable that was given as a parameter (Part 3, 6.3)."""
    left = model.Property(name, kind)
    if CONTROL.search(text) is not None:
        raise refused(name, "control_characters")
    if kind == "number":
        return model.Compare("=", left, read_number(name, text))
    if kind == "truth":
        if text not in {"true", "false"}:
            raise refused(name, "not_one_of", expected="true, false")
        return model.Compare("=", left, value=text == "true")
    if kind == "instant":
        return model.Between(left, *read_moment(name, text))
    return model.Compare("=", left, text)


def write_cursor(request: Request, hub: Hub, key: Sequence[object]) -> str:
    """The position behind a feature, sealed for this question."""
    kept = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in key]
    return hub.cursors.write(_asked(request), orjson.dumps(kept).decode())


def _read_key(request: Request, hub: Hub, collection: Collection, given: Mapping[str, str]) -> Key | None:
    if "cursor" not in given:
        return None
    kinds = tuple(kind for _, kind in collection.key) or ("timestamptz", "int8")
    kept = str(hub.cursors.read(_asked(request), given["cursor"], str))
    try:
        parts = orjson.loads(kept)
        return tuple(_read_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, TypeError, OverflowError):
        raise invalid("cursor", "bad_cursor") from None


def _read_part(part: object, kind: str) -> object:
    if kind == "timestamptz":
        moment = datetime.fromisoformat(str(part))
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment
    if kind == "int8":
        if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part < 2**63:
            raise ValueError("not a number of the store")
        return part
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text of the store")
    return part


def _asked(request: Request) -> str:
    return asked(request.url.path, dict(request.query_params))
