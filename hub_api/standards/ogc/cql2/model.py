"""The tree of a filter after it was checked: every property is a queryable, every value of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "number", "truth", "instant", "geometry"]
Comparison = Literal["=", "<>", "<", ">", "<=", ">="]
SpatialRelation = Literal["s_intersects", "s_within", "s_disjoint", "s_equals", "s_contains"]
TemporalRelation = Literal["t_after", "t_before", "t_during", "t_intersects", "t_disjoint", "t_equals"]
Value = str | float | bool | datetime


@dataclass(frozen=True, slots=True)
class Property:
    """A queryable by its name, which is also that of its column; ``folded``: regardless of case."""

    name: str
    kind: Kind
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """True or false for every feature."""

    value: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A property against a value."""

    operator: Comparison
    left: Property
    value: Value
    #: Whether the value is compared regardless of its case.
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends included."""

    left: Property
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """The property is one of the values."""

    left: Property
    values: tuple[Value, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """``%`` stands for any text, ``_`` for any character, and a backslash takes either as it is."""

    left: Property
    pattern: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """The property has no value."""

    left: Property


@dataclass(frozen=True, slots=True)
class Spatial:
    """How the geometry of a feature lies to another one, ``geometry`` as WKT in longitude and latitude."""

    relation: SpatialRelation
    left: Property
    geometry: str


@dataclass(frozen=True, slots=True)
class Temporal:
    """How an instant lies to ``[start, end]``; open sides are None, and an instant is its own start and end."""

    relation: TemporalRelation
    left: Property
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    inner: Node


@dataclass(frozen=True, slots=True)
class All:
    """Each of these."""

    inner: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these."""

    inner: tuple[Node, ...]


Node = Constant | Compare | Between | OneOf | Like | IsNull | Spatial | Temporal | Not | All | Any
