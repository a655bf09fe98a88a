"""Questions and entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hub_api.standards.durations import Duration

Form = Literal["normalized", "concise", "simplified", "temporalValues", "aggregatedValues"]
Operator = Literal["==", "!=", ">", ">=", "<", "<=", "~=", "!~="]
Value = float | str | bool | datetime
#: What the system says of every entity.
SYSTEM_ATTRIBUTES = frozenset({"createdAt", "modifiedAt"})
TimeRelation = Literal["before", "after", "between"]


@dataclass(frozen=True, slots=True)
class Between:
    """A range, with both ends."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Term:
    """A comparison, or without an operator: that the attribute is there. ``part`` is what of it is meant, such as observedAt."""

    attribute: str
    part: str | None
    operator: Operator | None = None
    values: tuple[Value | Between, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these."""

    of: tuple[Condition, ...]


Condition = Term | Every | Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A geo-query about points. ``rings`` are polygons, each its outer ring and its holes, as texts of PostgreSQL."""

    relation: Literal["near", "within", "disjoint", "equals", "nothing"]
    point: tuple[float, float] | None = None
    metres_max: float | None = None
    metres_min: float | None = None
    polygons: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which entities are asked for."""

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    id_pattern: str | None = None
    attributes: tuple[str, ...] = ()
    condition: Condition | None = None
    area: Area | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows it; what every entity has does not (5.7.2.4)."""
        named = {*self.attributes, *_named(self.condition)} - SYSTEM_ATTRIBUTES
        return not (self.ids or self.types or named or self.area or self.id_pattern)


def _named(condition: Condition | None) -> set[str]:
    if isinstance(condition, Every | Some):
        return set().union(*map(_named, condition.of))
    return set() if condition is None else {condition.attribute}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How entities are written."""

    form: Form = "normalized"
    has_system_attributes: bool = False
    attributes: tuple[str, ...] = ()
    language: str | None = None
    geometry: str = "location"
    #: The only members of an entity that are told, or those that are not (4.21).
    pick: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    #: The only instances of attributes that are told, by their datasets; none given are all (4.5.5).
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open: ``[start, end)``. ``last`` asks for the newest so many of each attribute."""

    start: datetime | None
    end: datetime | None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """Which aggregates of how long periods."""

    methods: tuple[str, ...]
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing as it is read: ``row`` its own columns, ``series`` its datastreams."""

    thing_id: int
    code: str
    type: str
    kind: str
    name: Mapping[str, str]
    source: str
    simulated: bool
    place: str | None
    longitude: float | None
    latitude: float | None
    seen_at: datetime | None
    created_at: datetime
    series: Sequence[Mapping[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"urn:ngsi-ld:{self.type}:{self.code}"
