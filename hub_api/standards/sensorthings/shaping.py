"""Rows as entities: which columns are read for what is selected, and the JSON that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from psycopg import sql

from hub_api.standards.sensorthings.columns import (
    AS_BYTES,
    ENCODERS,
    NULL,
    Column,
    Encode,
    dumped,
    instants,
    plain,
    times,
)
from hub_api.standards.sensorthings.compiling.paths import SPANS, unknown
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ID_NAMES, EntityType, Link, Property, id_of
from hub_api.standards.sensorthings.syntax.options import Options

Row = tuple[Any, ...]
Document = dict[str, Any]


def _columns(found: Property) -> list[sql.Composable]:
    e = sql.Identifier("e")
    if found.kind == "span":
        return [sql.SQL(one).format(e=e) for one in SPANS[found.name]]
    columns: list[sql.Composable] = [sql.SQL(one).format(e=e) for one in found.columns]
    place = AS_BYTES.get(found.kind)
    if place is not None:
        columns[place] = sql.SQL("convert_to({}::text, 'UTF8')").format(columns[place])
    return columns


@dataclass(frozen=True, slots=True)
class Told:
    """A property that an answer has, in which columns it is, and how they become its values as JSON."""

    property: Property
    columns: slice
    encode: Encode
    #: Only these paths within it, where not all of it is selected.
    within: tuple[tuple[str, ...], ...] = ()

    def values(self, columns: Sequence[Column]) -> Sequence[bytes]:
        """Of each row; ``columns`` are all of the statement."""
        found = self.encode(*columns[self.columns])
        if not self.within:
            return found
        is_optional = self.property.is_optional
        return [one if is_optional and one == NULL else _narrowed(one, self.within) for one in found]

    def members(self, columns: Sequence[Column]) -> list[bytes]:
        """With the name and a comma; nothing where there is no value."""
        key = key_of(self.property.name)
        return [b"" if one == NULL else b"%b%b," % (key, one) for one in self.values(columns)]


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
        #: What takes long to find, asked in a statement of its own; these columns come behind the others.
        self.slow_columns: list[sql.Composable] = []
        #: Columns of links, by name.
        self.hidden: dict[str, int] = {}
        e = sql.Identifier("e")
        self.columns.append(sql.SQL("{}.{}").format(e, sql.Identifier(entity.key)))
        if entity.is_observation:
            self.columns.append(sql.SQL("{}.phenomenon_time").format(e))
        told = [found for found in entity.properties if self._has(found.name)]
        places = {found.name: self._read(found) for found in told if found.kind != "span"}
        for one in options.expand:
            link = entity.link_named(one.navigation)
            if link is None:
                raise _no_link(entity, one.navigation)
            if link.kind == "one":
                self._hide(link.source_column)
        if entity.name == "Datastream":
            self._hide("result_type")
        for found in told:
            if found.kind == "span":
                begin = len(self.columns) + len(self.slow_columns)
                self.slow_columns += _columns(found)
                places[found.name] = slice(begin, len(self.columns) + len(self.slow_columns))
        self.told = [self._told(found, places[found.name]) for found in told]

    def _has(self, name: str) -> bool:
        return self._chosen is None or name in self._chosen

    def _read(self, found: Property) -> slice:
        """Where its columns are."""
        begin = len(self.columns)
        self.columns += _columns(found)
        return slice(begin, len(self.columns))

    def _told(self, found: Property, place: slice) -> Told:
        paths = () if self._chosen is None else self._chosen[found.name]
        within = () if () in paths else tuple(paths)
        encode = ENCODERS.get(found.kind) or (times if place.stop - place.start > 1 else instants)
        return Told(found, place, encode, within)

    def _hide(self, column: str) -> None:
        if column not in self.hidden:
            self.hidden[column] = len(self.columns)
            self.columns.append(sql.SQL("e.{}").format(sql.Identifier(column)))

    def id_of(self, row: Row) -> int | str:
        return id_of(row[0], row[1]) if self.entity.is_observation else row[0]

    def self_links(self, ids: Sequence[bytes]) -> list[bytes]:
        """Where the entities with these ids are, as it stands between the quotes of JSON."""
        begin, quoted = dumped(self._prefix)[1:-1], self.entity.is_observation
        return [b"%b%b)" % (begin, b"'%b'" % one[1:-1] if quoted else one) for one in ids]

    def members(self, rows: Sequence[Row]) -> list[bytes]:
        """Of each entity what JSON has between its braces, without what is expanded.

        All values of a property are encoded together, and one template puts them between what all entities share.
        """
        if not rows:
            return []
        columns: list[Column] = list(zip(*rows, strict=True))
        ids = self.ids(columns)
        own = self.self_links(ids)
        pieces: list[Sequence[bytes]] = []
        template = b""
        if self.has_self:
            template += b'"@iot.selfLink":"%b",'
            pieces.append(own)
        if self.has_id:
            template += b'"@iot.id":%b,'
            pieces.append(ids)
        for one in self.told:
            if one.property.is_optional:
                template += b"%b"
                pieces.append(one.members(columns))
            else:
                template += key_of(one.property.name) + b"%b,"
                pieces.append(one.values(columns))
        for link in self.links:
            template += key_of(f"{link.name}@iot.navigationLink") + b'"%b/' + link.name.encode() + b'",'
            pieces.append(own)
        # A comma is behind each member, since the last of them may be absent.
        return [(template % row)[:-1] for row in zip(*pieces, strict=True)] if pieces else [b""] * len(rows)

    def ids(self, columns: Sequence[Column]) -> list[bytes]:
        """Of each row its id as JSON."""
        if not self.entity.is_observation:
            return plain(columns[0])
        return plain([id_of(*key) for key in zip(columns[0], columns[1], strict=True)])

    def entities(self, rows: Sequence[Row]) -> list[bytes]:
        """Each as JSON, with nothing expanded."""
        return [entity_of(one) for one in self.members(rows)]


def entity_of(own: bytes, expanded: bytes = b"") -> bytes:
    """An entity out of its own members and of what is expanded in it, before each member of which is a comma."""
    return b"{%b%b}" % (own, expanded) if own else b"{%b}" % expanded[1:]


def key_of(name: str) -> bytes:
    """The name of a member, which is one of ours, with its colon."""
    return b'"%b":' % name.encode()


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


def _narrowed(text: bytes, paths: tuple[tuple[str, ...], ...]) -> bytes:
    """Only these paths of an object."""
    value, narrow = orjson.loads(text), Document()
    for path in paths:
        inner, target = value, narrow
        for key in path[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
            target = target.setdefault(key, {})
        if isinstance(inner, dict) and path[-1] in inner:
            target[path[-1]] = inner[path[-1]]
    return dumped(narrow)


def _no_link(entity: EntityType, name: str) -> RequestInvalid:
    known = ", ".join(one.name for one in entity.links)
    return RequestInvalid("$expand", "unknown_link", name=name, entity=entity.name, known=known)


def link_of(entity: EntityType, name: str) -> Link:
    """The navigation property of that name; ``RequestInvalid`` if there is none."""
    link = entity.link_named(name)
    if link is None:
        raise _no_link(entity, name)
    return link
