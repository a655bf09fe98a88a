"""Expressions as trees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal as Choice

Operator = Choice["or", "and", "eq", "ne", "gt", "ge", "lt", "le", "add", "sub", "mul", "div", "mod", "divby"]
COMPARISONS: frozenset[str] = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
ARITHMETIC: frozenset[str] = frozenset({"add", "sub", "mul", "div", "mod", "divby"})


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` until before ``end``, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Geometry:
    """Well-known text that shapely has read, in WGS 84 degrees with the longitude first."""

    text: str


Value = str | int | float | bool | datetime | date | time | timedelta | Interval | Geometry | None


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    """``Datastreams/ObservedProperty/name``; numbers in it are places in arrays. The first may be a variable of a lambda."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Among:
    """``name in ('a', 'b')``; ``5 in properties/numbers`` has the path of an array as its only choice."""

    item: Expression
    choices: tuple[Expression, ...]
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    item: Expression


@dataclass(frozen=True, slots=True)
class Lambda:
    """``Datastreams/any(d: d/name eq 'x')``; without a condition ``any()`` asks whether there is one."""

    quantifier: Choice["any", "all"]
    path: Path
    variable: str
    condition: Expression | None


Expression = Literal | Path | Call | Binary | Among | Not | Negative | Lambda


@dataclass(frozen=True, slots=True)
class OrderKey:
    expression: Expression
    is_descending: bool
