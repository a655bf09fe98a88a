"""The collections of features: what their rows are called, of which kind, and in which order they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hub_api.standards.ogc.cql2.model import Kind

#: How a property is written in JSON: ``whole`` is a number without decimals.
Written = Literal["text", "number", "whole", "truth", "instant"]
KINDS: Mapping[Written, Kind] = {
    "text": "text",
    "number": "number",
    "whole": "number",
    "truth": "truth",
    "instant": "instant",
}
GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Property:
    """A column of the collection's statement and a member of ``properties``."""

    name: str
    written: Written


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection. ``key``: the columns that order it, with the types of PostgreSQL by which a cursor names them."""

    name: str
    properties: tuple[Property, ...]
    key: tuple[tuple[str, str], ...]
    is_newest_first: bool = False
    #: Point, or areas whose geometry is JSON and compared here.
    geometry: Literal["point", "area"] = "point"
    #: First and last instant of a feature; the same column where it is an instant; None where features have no time.
    time: tuple[str, str] | None = None
    #: Whether its id is a whole number.
    has_whole_ids: bool = False
    #: Whether its rows come from the services of observations instead of a statement.
    is_observations: bool = False
    #: How long a cache may keep a page.
    is_live: bool = True
    #: What a list for people has; of ``name`` that of their language.
    shown: tuple[str, ...]

    @cached_property
    def queryables(self) -> Mapping[str, Kind]:
        """Everything that a filter may name."""
        return {one.name: KINDS[one.written] for one in self.properties} | {GEOMETRY: "geometry"}


def _texts(*names: str) -> tuple[Property, ...]:
    return tuple(Property(name, "text") for name in names)


THINGS = Collection(
    name="things",
    shown=("name", "kind", "source", "place", "observed_properties"),
    properties=(
        *_texts("thing", "kind", "name_en", "name_ar", "source"),
        Property("simulated", "truth"),
        *_texts("place", "observed_properties"),
    ),
    key=(("id", "text"),),
    is_live=False,
)
LATEST = Collection(
    name="latest",
    shown=(
        "thing_name",
        "observed_property_name",
        "result",
        "result_text",
        "unit",
        "phenomenon_time",
        "quality",
    ),
    properties=(
        Property("datastream", "whole"),
        *_texts("thing", "thing_name_en", "thing_name_ar", "kind", "observed_property"),
        *_texts("observed_property_name_en", "observed_property_name_ar", "sector", "unit"),
        Property("phenomenon_time", "instant"),
        Property("result", "number"),
        *_texts("result_text"),
        Property("quality", "whole"),
        *_texts("source"),
        Property("simulated", "truth"),
        *_texts("place"),
    ),
    key=(("id", "int8"),),
    time=("phenomenon_time", "phenomenon_time"),
    has_whole_ids=True,
)
OBSERVATIONS = Collection(
    name="observations",
    shown=("thing", "observed_property", "result", "result_text", "unit", "phenomenon_time", "quality"),
    properties=(
        Property("datastream", "whole"),
        *_texts("thing", "observed_property", "unit"),
        Property("phenomenon_time", "instant"),
        Property("result", "number"),
        *_texts("result_text"),
        Property("quality", "whole"),
        *_texts("source"),
        Property("simulated", "truth"),
        *_texts("place"),
    ),
    key=(),
    is_newest_first=True,
    time=("phenomenon_time", "phenomenon_time"),
    is_observations=True,
)
PLACES = Collection(
    name="places",
    shown=("name", "kind", "parent", "things"),
    properties=(
        *_texts("place", "kind", "name_en", "name_ar", "parent", "provenance", "zone"),
        Property("things", "whole"),
    ),
    key=(("id", "text"),),
    geometry="area",
    is_live=False,
)
ALERTS = Collection(
    name="alerts",
    shown=("name", "severity", "thing_name", "raised_at", "cleared_at", "open"),
    properties=(
        *_texts("rule", "kind", "name_en", "name_ar", "severity", "category"),
        *_texts("thing", "thing_name_en", "thing_name_ar", "source"),
        Property("simulated", "truth"),
        *_texts("place", "observed_property"),
        Property("value", "number"),
        *_texts("unit"),
        *(Property(name, "instant") for name in ("raised_at", "cleared_at")),
        Property("open", "truth"),
    ),
    key=(("raised_at", "timestamptz"), ("id", "text")),
    is_newest_first=True,
    time=("raised_at", "cleared_at"),
)
STOPS = Collection(
    name="stops",
    shown=("stop", "name", "source", "agency"),
    properties=_texts("stop", "name_en", "name_ar", "source", "agency"),
    key=(("id", "text"),),
    is_live=False,
)
COLLECTIONS: Mapping[str, Collection] = {
    one.name: one for one in (THINGS, LATEST, OBSERVATIONS, PLACES, ALERTS, STOPS)
}
