"""What can be written of each entity: its properties, how they are checked, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Check = Literal[
    "name", "text", "object", "json", "unit", "instant", "time", "area", "place", "result", "ignored"
]


@dataclass(frozen=True, slots=True)
class Field:
    """A property; ``is_needed`` of whoever makes the entity or replaces it."""

    name: str
    check: Check
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A navigation property; ``back`` is what it is called from the other side."""

    name: str
    target: str
    back: str
    is_many: bool = False
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Writable:
    """One of the eight entities as it is written."""

    name: str
    collection: str
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation]


def _writable(
    name: str, collection: str, fields: tuple[Field, ...], relations: tuple[Relation, ...]
) -> Writable:
    return Writable(
        name, collection, {each.name: each for each in fields}, {each.name: each for each in relations}
    )


_NAME, _DESCRIPTION = Field("name", "name", True), Field("description", "text", True)
_ENCODING = Field("encodingType", "name", True)
_PROPERTIES = Field("properties", "object")

WRITABLES: Final[Mapping[str, Writable]] = {
    each.name: each
    for each in (
        _writable(
            "Thing",
            "Things",
            (_NAME, _DESCRIPTION, _PROPERTIES),
            (
                Relation("Locations", "Location", "Things", is_many=True),
                Relation("HistoricalLocations", "HistoricalLocation", "Thing", is_many=True),
                Relation("Datastreams", "Datastream", "Thing", is_many=True),
            ),
        ),
        _writable(
            "Location",
            "Locations",
            (_NAME, _DESCRIPTION, _ENCODING, Field("location", "place", True), _PROPERTIES),
            (
                Relation("Things", "Thing", "Locations", is_many=True),
                Relation("HistoricalLocations", "HistoricalLocation", "Locations", is_many=True),
            ),
        ),
        _writable(
            "HistoricalLocation",
            "HistoricalLocations",
            (Field("time", "instant", True),),
            (
                Relation("Thing", "Thing", "HistoricalLocations", is_needed=True),
                Relation("Locations", "Location", "HistoricalLocations", is_many=True),
            ),
        ),
        _writable(
            "Datastream",
            "Datastreams",
            (
                _NAME,
                _DESCRIPTION,
                Field("unitOfMeasurement", "unit", True),
                Field("observationType", "name", True),
                Field("observedArea", "area"),
                Field("phenomenonTime", "ignored"),
                Field("resultTime", "ignored"),
                _PROPERTIES,
            ),
            (
                Relation("Thing", "Thing", "Datastreams", is_needed=True),
                Relation("Sensor", "Sensor", "Datastreams", is_needed=True),
                Relation("ObservedProperty", "ObservedProperty", "Datastreams", is_needed=True),
                Relation("Observations", "Observation", "Datastream", is_many=True),
            ),
        ),
        _writable(
            "Sensor",
            "Sensors",
            (_NAME, _DESCRIPTION, _ENCODING, Field("metadata", "json", True), _PROPERTIES),
            (Relation("Datastreams", "Datastream", "Sensor", is_many=True),),
        ),
        _writable(
            "ObservedProperty",
            "ObservedProperties",
            (_NAME, Field("definition", "text", True), _DESCRIPTION, _PROPERTIES),
            (Relation("Datastreams", "Datastream", "ObservedProperty", is_many=True),),
        ),
        _writable(
            "Observation",
            "Observations",
            (
                Field("phenomenonTime", "time"),
                Field("result", "result", True),
                Field("resultTime", "instant"),
                Field("resultQuality", "json"),
                Field("validTime", "time"),
                Field("parameters", "object"),
            ),
            (
                Relation("Datastream", "Datastream", "Observations", is_needed=True),
                Relation("FeatureOfInterest", "FeatureOfInterest", "Observations"),
            ),
        ),
        _writable(
            "FeatureOfInterest",
            "FeaturesOfInterest",
            (_NAME, _DESCRIPTION, _ENCODING, Field("feature", "place", True), _PROPERTIES),
            (Relation("Observations", "Observation", "FeatureOfInterest", is_many=True),),
        ),
    )
}
BY_COLLECTION: Final[Mapping[str, Writable]] = {each.collection: each for each in WRITABLES.values()}


@dataclass(frozen=True, slots=True)
class Reference:
    """An entity that there is, by its id as it was written; ``where`` is the place in the body."""

    target: str
    id: str
    where: str = ""


@dataclass(slots=True)
class Draft:
    """An entity as somebody describes it. ``links``: by navigation property, what it is to hang on."""

    entity: Writable
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[Reference | Draft]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """An instant, or what lies between two; microseconds since 1970."""

    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: an administrator, or whoever has the credential of a source, perhaps of one of its things only."""

    source_id: int | None = None
    source: str = ""
    thing_id: int | None = None

    @property
    def is_administrator(self) -> bool:
        return self.source_id is None


@dataclass(frozen=True, slots=True)
class Stream:
    """A datastream as its observations need it. ``feature_id`` is where its thing is, ``since`` from when on; None where it was
    nowhere before that.
    """

    datastream_id: int
    thing_id: int
    source_id: int
    result_type: str
    observation_type: str
    is_json: bool
    feature_id: int | None = None
    since: int | None = None
    #: Whether somebody has deleted that as a feature.
    is_hidden: bool = False
    #: Whether another result for an instant takes the place of the one before, as it was registered.
    keeps_last: bool = False
    #: Whether it was posted through the standard: whoever did so says when its observations are.
    is_posted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An observation on its way to ingest, by the number of its datastream."""

    datastream_id: int
    time: int
    result: float | str | tuple[float, float]
    phenomenon_end: int | None = None
    result_time: int | None = None
    valid_start: int | None = None
    valid_end: int | None = None
    quality: str | None = None
    parameters: str | None = None
    feature_id: int | None = None
    #: When it is or begins where it is kept a little later (``time``), because another one is kept there.
    phenomenon_start: int | None = None
    #: A whole number that is kept rounded, as it was sent.
    exact_result: str | None = None
    #: Whether the clock of a device says the time.
    is_device: bool = False
    #: Whether its datastream was posted through the standard.
    is_posted: bool = False

    @property
    def id(self) -> str:
        return f"{self.datastream_id}-{self.time}"

    @property
    def details(self) -> tuple[Any, ...]:
        """In the order in which ingest takes them."""
        return (
            self.phenomenon_end,
            self.result_time,
            self.valid_start,
            self.valid_end,
            self.quality,
            self.parameters,
            self.feature_id,
            self.phenomenon_start,
            self.exact_result,
        )

    @property
    def has_details(self) -> bool:
        return any(each is not None for each in self.details)
