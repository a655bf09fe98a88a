"""Rows as entities: which columns are read for what is selected, and the document that is made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final

import orjson
from psycopg import sql

from hub_api.standards.sensorthings.bounds import area_of
from hub_api.standards.sensorthings.compiling.paths import SPANS, unknown
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ID_NAMES, EntityType, Link, Property, id_of
from hub_api.standards.sensorthings.syntax.options import Options
from hub_api.standards.sensorthings.units import unit_of

Row = tuple[Any, ...]
Document = dict[str, Any]
Shape = Callable[[Row, int], Any]
#: Beyond it not every whole number is one of its own.
WHOLE_MAX: Final = 2**53
MEANINGS: Final = {1: "good", 2: "not evaluated", 3: "suspect", 4: "bad", 9: "missing"}


def instant_text(moment: datetime) -> str:
    """As orjson writes it with ``Z``."""
    return moment.isoformat().replace("+00:00", "Z")


def _interval(start: datetime | None, end: datetime | None) -> object:
    if start is None or end is None:
        return start
    return f"{instant_text(start)}/{instant_text(end)}"


def _time(row: Row, place: int) -> object:
    return _interval(row[place], row[place + 1])


def _span(row: Row, place: int) -> object:
    start, end = row[place], row[place + 1]
    return None if start is None or end is None else _interval(start, max(start, end))


def _result(row: Row, place: int) -> object:
    number, words, longitude, latitude, kind, is_json = row[place : place + 6]
    if number is not None:
        return _number(number, kind or "")
    if words is None:
        return None if longitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return _json_or_text(words) if is_json else words


def _number(number: float, kind: str) -> float | bool | None:
    """As its datastream says that it is, a whole one as it was posted, without a fraction; none of what is not finite, which JSON
    does not know.
    """
    if not isfinite(number):
        return None
    if kind.endswith("OM_TruthObservation"):
        return number != 0
    return int(number) if number.is_integer() and abs(number) <= WHOLE_MAX else number


def _json_or_text(words: str) -> object:
    try:
        return orjson.loads(words)
    except orjson.JSONDecodeError:
        return words


def _quality(row: Row, place: int) -> object:
    flag, posted = row[place], row[place + 1]
    if posted is not None:
        return posted
    return {"scheme": "QARTOD", "flag": flag, "meaning": MEANINGS.get(flag, "missing")}


def quality_word(quality: object) -> object:
    """In a word what the hub itself says of a result; what was posted as it is."""
    is_ours = isinstance(quality, dict) and quality.keys() == {"scheme", "flag", "meaning"}
    return quality["meaning"] if is_ours and quality["scheme"] == "QARTOD" else quality  # type: ignore[index]  # asked a line above


def _area(row: Row, place: int) -> object:
    return area_of(row[place])


def _unit(row: Row, place: int) -> object:
    posted, code = row[place], row[place + 1]
    return posted if posted is not None else unit_of(code)


def _plain(row: Row, place: int) -> object:
    return row[place]


SHAPES: Final[dict[str, Shape]] = {
    "text": _plain,
    "json": _plain,
    "geometry": _plain,
    "area": _area,
    "unit": _unit,
    "result": _result,
    "quality": _quality,
    "span": _span,
}


def _columns(found: Property) -> tuple[sql.Composable, ...]:
    e = sql.Identifier("e")
    if found.kind == "span":
        return tuple(sql.SQL(one).format(e=e) for one in SPANS[found.name])
    return tuple(sql.SQL(one).format(e=e) for one in found.columns)


@dataclass(frozen=True, slots=True)
class Told:
    """A property that an answer has, where its columns begin, and how they become its value."""

    property: Property
    place: int
    shape: Shape
    #: Only these paths within it, where not all of it is selected.
    within: tuple[tuple[str, ...], ...] = ()


class Shaping:
    """What is told of each entity of one kind."""

    def __init__(self, entity: EntityType, options: Options, root: str, *, is_expanded: bool = False) -> None:
        self.entity = entity
        self.root = root
        self._prefix = f"{root}/{entity.collection}("
        self._chosen = None if options.select is None else _checked(entity, options.select)
        #: What is expanded has only the links that are selected, as in the standard's examples.
        has_links = self._chosen is not None or not is_expanded
        self.links = [one for one in entity.links if has_links and self._has(one.name)]
        self.has_id = any(self._has(name) for name in ID_NAMES)
        self.has_self = self._has("@iot.selfLink")
        self.columns: list[sql.Composable] = []
        self.told: list[Told] = []
        #: Columns of links, by name.
        self.hidden: dict[str, int] = {}
        e = sql.Identifier("e")
        self.columns.append(sql.SQL("{}.{}").format(e, sql.Identifier(entity.key)))
        if entity.is_observation:
            self.columns.append(sql.SQL("{}.phenomenon_time").format(e))
        for found in entity.properties:
            if self._has(found.name):
                self._tell(found)
        for one in options.expand:
            link = entity.link_named(one.navigation)
            if link is None:
                raise _no_link(entity, one.navigation)
            if link.kind == "one":
                self._hide(link.source_column)
        if entity.name == "Datastream":
            self._hide("result_type")

    def _has(self, name: str) -> bool:
        return self._chosen is None or name in self._chosen

    def _tell(self, found: Property) -> None:
        within = () if self._chosen is None else tuple(path for path in self._chosen[found.name] if path)
        if self._chosen is not None and () in self._chosen[found.name]:
            within = ()
        shape = SHAPES.get(found.kind) or (_time if len(found.columns) > 1 else _plain)
        self.told.append(Told(found, len(self.columns), shape, within))
        self.columns += _columns(found)

    def _hide(self, column: str) -> None:
        if column not in self.hidden:
            self.hidden[column] = len(self.columns)
            self.columns.append(sql.SQL("e.{}").format(sql.Identifier(column)))

    def id_of(self, row: Row) -> int | str:
        return id_of(row[0], row[1]) if self.entity.is_observation else row[0]

    def self_link(self, row: Row) -> str:
        return self_link(self._prefix, self.id_of(row))

    def documents(self, rows: Sequence[Row]) -> list[Document]:
        """The entities as JSON has them, without what is expanded. One loop, since there may be tens of thousands."""
        told = [
            (one.property.name, one.shape, one.place, one.property.is_optional, one.within)
            for one in self.told
        ]
        links = [(f"{one.name}@iot.navigationLink", f"/{one.name}") for one in self.links]
        is_observation, prefix = self.entity.is_observation, self._prefix
        has_self, has_id = self.has_self, self.has_id
        made = []
        for row in rows:
            number: int | str = id_of(row[0], row[1]) if is_observation else row[0]
            own = f"{prefix}'{number}')" if is_observation else f"{prefix}{number})"
            document: Document = {}
            if has_self:
                document["@iot.selfLink"] = own
            if has_id:
                document["@iot.id"] = number
            for name, shape, place, is_optional, within in told:
                value = row[place] if shape is _plain else shape(row, place)
                if value is None and is_optional:
                    continue
                document[name] = _narrowed(value, within) if within else value
            for name, path in links:
                document[name] = own + path
            made.append(document)
        return made


def self_link(prefix: str, number: int | str) -> str:
    return f"{prefix}'{number}')" if isinstance(number, str) else f"{prefix}{number})"


def _checked(entity: EntityType, select: tuple[tuple[str, ...], ...]) -> dict[str, set[tuple[str, ...]]]:
    chosen: dict[str, set[tuple[str, ...]]] = {}
    for name, *within in select:
        if name == "*":
            every = [*(one.name for one in entity.properties), *(one.name for one in entity.links)]
            chosen |= {each: {()} for each in (*every, "@iot.id", "@iot.selfLink")}
            continue
        found = entity.property_named(name)
        is_other = name in ID_NAMES or name == "@iot.selfLink" or entity.link_named(name) is not None
        if found is None and not is_other:
            raise unknown("$select", entity, name)
        if within and (found is None or found.kind not in ("json", "unit", "geometry", "area", "quality")):
            raise RequestInvalid("$select", "path_too_far", piece="/".join((name, *within)))
        chosen.setdefault(name, set()).add(tuple(within))
    return chosen


def _narrowed(value: object, paths: tuple[tuple[str, ...], ...]) -> object:
    """Only these paths of an object."""
    narrow: Document = {}
    for path in paths:
        inner, target = value, narrow
        for key in path[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
            target = target.setdefault(key, {})
        if isinstance(inner, dict) and path[-1] in inner:
            target[path[-1]] = inner[path[-1]]
    return narrow


def _no_link(entity: EntityType, name: str) -> RequestInvalid:
    known = ", ".join(one.name for one in entity.links)
    return RequestInvalid("$expand", "unknown_link", name=name, entity=entity.name, known=known)


def link_of(entity: EntityType, name: str) -> Link:
    """The navigation property of that name; ``RequestInvalid`` if there is none."""
    link = entity.link_named(name)
    if link is None:
        raise _no_link(entity, name)
    return link
