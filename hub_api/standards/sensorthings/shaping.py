"""Rows as entities: which columns are read for what is selected, and the JSON that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from psycopg import sql

from hub_api.standards.sensorthings.columns import (
    AS_BYTES,
    AS_SENT,
    ENCODERS,
    NULL,
    Column,
    Encode,
    dumped,
    plain,
    times,
)
from hub_api.standards.sensorthings.compiling.paths import span_of, unknown
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ID_NAMES, EntityType, Link, Property, id_of
from hub_api.standards.sensorthings.syntax.options import Options

Row = tuple[Any, ...]
Document = dict[str, Any]
#: A piece of the template of many entities, and the values that stand in it, one of each entity; None where all have the same. Before each
#: member is a comma: in the piece, or in the values where not all entities have one.
Piece = tuple[bytes, Sequence[bytes] | None]
NOTHING: Final[Piece] = (b"", None)


def _columns(found: Property) -> list[sql.Composable]:
    e = sql.Identifier("e")
    columns: list[sql.Composable] = (
        [*span_of(found.name, e, is_asked=True)]
        if found.kind == "span"
        else [sql.SQL(one).format(e=e) for one in found.columns]
    )
    if found.kind in AS_SENT:
        return [sql.SQL("timestamptz_send({})").format(one) for one in columns]
    place = AS_BYTES.get(found.kind)
    if place is not None:
        columns[place] = sql.SQL("convert_to({}::text, 'UTF8')").format(columns[place])
    return columns


@dataclass(frozen=True, slots=True)
class Told:
    """A property that an answer has, in which columns it is, and how they become its values as JSON."""

    property: Property
    #: Of the statement, or of that of what is slow.
    columns: slice
    encode: Encode
    #: Only these paths within it, where not all of it is selected.
    within: tuple[tuple[str, ...], ...] = ()

    is_slow: bool = False

    def piece(self, columns: Sequence[Column]) -> Piece:
        """The member; nothing where there is no value. ``columns`` are all of the statement."""
        key, found = b"," + key_of(self.property.name), columns[self.columns]
        is_optional = self.property.is_optional
        if all(one[0] is None and one.count(None) == len(one) for one in found):
            (value,) = self._values([one[:1] for one in found])
            return (b"" if is_optional and value == NULL else key + value), None
        values = self._values(found)
        if not is_optional:
            return key + b"%b", values
        return b"%b", [b"" if one == NULL else key + one for one in values]

    def _values(self, columns: Sequence[Column]) -> Sequence[bytes]:
        found = self.encode(*columns)
        if not self.within:
            return found
        is_optional = self.property.is_optional
        return [one if is_optional and one == NULL else _narrowed(one, self.within) for one in found]


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
        #: What takes long to find, asked in a statement of its own.
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
                begin = len(self.slow_columns)
                self.slow_columns += _columns(found)
                places[found.name] = slice(begin, len(self.slow_columns))
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
        is_interval = found.kind == "time" and place.stop - place.start > 1
        encode = times if is_interval else ENCODERS[found.kind]
        return Told(found, place, encode, within, is_slow=found.kind == "span")

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

    def pieces(self, rows: Sequence[Row]) -> list[Piece]:
        """The members of these entities, without what is expanded, and without what is slow.

        All values of a property are encoded together, and one template puts them between what all entities share.
        """
        if not rows:
            return []
        columns: list[Column] = list(zip(*rows, strict=True))
        ids = self.ids(columns)
        own = self.self_links(ids)
        pieces: list[Piece] = []
        if self.has_self:
            pieces.append((b',"@iot.selfLink":"%b"', own))
        if self.has_id:
            pieces.append((b',"@iot.id":%b', ids))
        pieces += [NOTHING if one.is_slow else one.piece(columns) for one in self.told]
        for link in self.links:
            key = key_of(f"{link.name}@iot.navigationLink")
            pieces.append((b"," + key + b'"%b/' + link.name.encode() + b'"', own))
        return pieces

    def with_slow(self, pieces: Sequence[Piece], rows: Sequence[Row]) -> list[Piece]:
        """The same with what is slow; ``rows`` are its columns."""
        columns: list[Column] = list(zip(*rows, strict=True))
        found = list(pieces)
        for place, one in enumerate(self.told, start=self.has_self + self.has_id):
            if one.is_slow:
                found[place] = one.piece(columns)
        return found

    def ids(self, columns: Sequence[Column]) -> list[bytes]:
        """Of each row its id as JSON."""
        if not self.entity.is_observation:
            return plain(columns[0])
        return plain([id_of(*key) for key in zip(columns[0], columns[1], strict=True)])

    def entities(self, rows: Sequence[Row]) -> list[bytes]:
        """Each as JSON, with nothing expanded, where nothing is slow."""
        return entities_of(self.pieces(rows), len(rows))


def entities_of(pieces: Sequence[Piece], count: int) -> list[bytes]:
    """So many entities as JSON, out of their members and of what is expanded in them: each is written once."""
    template = b"".join(piece for piece, _ in pieces)
    columns = [column for _, column in pieces if column is not None]
    has_first = template.startswith(b",")
    whole = b"{%b}" % template[has_first:]
    if not columns:
        return [whole] * count
    rows = zip(*columns, strict=True)
    # Where not all have the first member it is not known before which of them the first comma is.
    return [whole % row for row in rows] if has_first else [b"{%b}" % (template % row)[1:] for row in rows]


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
