"""The registry's nouns as values: sources, things, datastreams, places.

These describe; ids belong to the store. A thing's description can be written to and
read from JSON (``falaj things load FILE``), and simulators and recordings produce them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Any, Literal

import msgspec


class Quality(IntEnum):
    """QARTOD primary flags."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9


class SourceKind(StrEnum):
    DEVICE = "device"
    SIMULATED = "simulated"
    RECORDED = "recorded"


ResultType = Literal["measurement", "category", "position"]
ConflictPolicy = Literal["keep_first", "keep_last", "quarantine"]


class SourceDescription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who publishes, how its messages are to be read, and what its dataset says about itself.

    ``licence`` is an SPDX identifier where there is one. Its URL and names need only be given where
    ``citycore/licences.toml`` does not know it.
    """

    code: str
    kind: SourceKind
    name_en: str
    name_ar: str
    time_policy: Literal["reject", "receive_time"] = "reject"
    zone: str | None = None
    retained_policy: Literal["store", "ignore"] = "store"
    licence: str | None = None
    attribution: str | None = None
    description_en: str | None = None
    description_ar: str | None = None
    provider_en: str | None = None
    provider_ar: str | None = None
    homepage: str | None = None
    licence_url: str | None = None
    licence_name_en: str | None = None
    licence_name_ar: str | None = None


class DatastreamDescription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One observed property of one thing. ``unit`` is a UCUM code; None takes the property's."""

    observed_property: str
    unit: str | None = None
    result_type: ResultType | None = "measurement"
    conflict_policy: ConflictPolicy = "keep_first"
    interval_seconds: int | None = None


class ThingDescription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thing and its datastreams. Longitude and latitude are WGS 84 degrees, both or none."""

    code: str
    kind: str
    name_en: str
    name_ar: str
    longitude: float | None = None
    latitude: float | None = None
    datastreams: Sequence[DatastreamDescription]


class PlaceDescription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An area with an outline: GeoJSON Polygon or MultiPolygon, exterior rings clockwise."""

    code: str
    kind: Literal["governorate", "wilayat", "other"]
    name_en: str
    name_ar: str
    parent_code: str | None = None
    #: The zone of its days; None keeps what the store has for a place of this code.
    zone: str | None = None
    geometry: dict[str, Any]
    provenance: str
