"""What is asked of one collection as one statement, or of the same collection of many entities at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from psycopg import sql

from hub_api.standards.sensorthings.compiling.conditions import Compiler
from hub_api.standards.sensorthings.compiling.scope import (
    Aliases,
    Place,
    Scope,
    Spatial,
    reached,
    streams_of_feature,
)
from hub_api.standards.sensorthings.compiling.streams import Spans, key_array, split
from hub_api.standards.sensorthings.compiling.values import FALSE, TRUE, Bound, Value
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import (
    ENTITIES,
    ENTITY_MAX,
    ID_NAMES,
    QUERIES,
    RESULT_TYPES,
    EntityType,
    Key,
    Link,
    key_of,
    relation,
)
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax import tree
from hub_api.standards.sensorthings.syntax.options import Options

#: The alias of the entities that a statement is about.
E: Final = "e"
TIME: Final = tree.Path(("phenomenonTime",))
Column = sql.Composable


class Question:
    """The entities of one kind that fit: filter, order and page, without what is told of each."""

    def __init__(
        self,
        entity: EntityType,
        options: Options,
        settings: SensorThingsSettings,
        now: datetime,
        result_types: Sequence[str] = RESULT_TYPES,
    ) -> None:
        self.entity = entity
        self.options = options
        self.bound = Bound()
        self.place = Place(entity, E, tuple(result_types))
        self._settings = settings
        self._now = now
        self._aliases = Aliases()
        self.spatial: list[Spatial] = []
        self._joins: list[sql.Composable] = []
        self._conditions: list[sql.Composable] = []
        #: Whether observations of any datastream may be meant.
        self._is_wide = entity.is_observation
        #: Whether not all observations of a datastream may be meant.
        self._is_narrowed = False
        self._streams: sql.Composable | None = None
        self._streams_after: sql.Composable = TRUE
        #: Of which types of results there are rows of the archive beside those of the store.
        self._archived: frozenset[str] = frozenset()
        if options.filter is not None:
            self._filter(options.filter)

    def _scope(self, option: str, place: Place | None = None) -> Scope:
        scope = Scope(
            place or self.place, self.bound, self._aliases, option, self._settings.expression_steps_max
        )
        scope.spatial = self.spatial
        return scope

    def _filter(self, expression: tree.Expression) -> None:
        if not self.entity.is_observation:
            self._filter_own(expression)
            return
        of_stream, rest = split(expression)
        if of_stream is not None:
            self._among(self._streams_with(of_stream))
        if rest is not None:
            self._is_narrowed = True
            self._filter_own(rest)

    def _among(self, streams: sql.Composable) -> None:
        """Only observations of these datastreams, an array."""
        self._streams = streams
        self._conditions.append(sql.SQL("{}.datastream_id = ANY({})").format(self.place.e, streams))

    def among(self, streams: Sequence[int]) -> None:
        """Only observations of these datastreams, which somebody has found already."""
        self.bound.parameters["streams"] = key_array(streams)
        self._among(sql.SQL("{}::integer[]").format(sql.Placeholder("streams")))

    def _streams_with(self, expression: tree.Expression) -> sql.Composable:
        """The numbers of the datastreams for which a condition holds, as one array."""
        place = Place(ENTITIES["Datastream"], self._aliases.new())
        scope = self._scope("$filter", place)
        condition = Compiler(scope, self._now).condition(expression)
        return sql.SQL("ARRAY(SELECT {e}.datastream_id FROM {} AS {e} {} WHERE {})").format(
            relation(place.entity), scope.joined(), condition, e=place.e
        )

    def _filter_own(self, expression: tree.Expression) -> None:
        scope = self._scope("$filter")
        condition = Compiler(scope, self._now).condition(expression)
        if scope.is_many:
            # There is a combination of related entities for which all of it holds.
            condition = sql.SQL("EXISTS (SELECT FROM (SELECT) AS one {} WHERE {})").format(
                scope.joined(), condition
            )
        else:
            self._joins += scope.joins
        self._conditions.append(condition)

    def listed(self) -> None:
        """Only those that a collection shows."""
        if self.entity.listed and not (self.entity.is_found and self.options.filter is not None):
            self._conditions.append(sql.SQL(QUERIES[self.entity.listed]).format(e=self.place.e))

    def reached_from(self, link: Link, source_key: sql.Composable) -> None:
        """Only those that a link reaches from the entity with this key."""
        if link.kind == "observations_of_feature":
            self._streams = streams_of_feature(source_key)
            self._is_narrowed = True
        else:
            self._is_wide = False
        self._conditions.append(reached(link, self.place, source_key))

    def at_feature(self, feature: sql.Composable, spans: Spans) -> None:
        """Only observations of a feature of interest, where it is known when things were there."""
        self._is_narrowed = True
        self.bound.parameters |= spans.parameters
        named = {name: sql.Placeholder(name) for name in spans.parameters}
        self._conditions.append(
            sql.SQL(QUERIES["at_feature"]).format(e=self.place.e, feature=feature, **named)
        )

    def with_keys(self, column: str, parameter: str) -> None:
        """Only those whose column is among the numbers that the parameter will have."""
        self._is_wide = False
        self._conditions.append(
            sql.SQL("{}.{} = ANY({}::integer[])").format(
                self.place.e, sql.Identifier(column), sql.Placeholder(parameter)
            )
        )

    def with_archived(self, result_types: Iterable[str]) -> None:
        """With rows of the archive, of these types of results, as parameters beside those of the store."""
        self._archived = frozenset(result_types)

    def in_stretch(self) -> None:
        """Only those in a span of time, which ``piece_since`` and ``piece_until`` are, as one plain statement."""
        self._is_wide = False
        self._conditions.append(sql.SQL(QUERIES["in_piece"]).format(e=self.place.e))

    def after(self, token: str) -> None:
        """Only those behind an entity, where the order is one that its id tells."""
        self._is_narrowed = True
        key = key_of(self.entity, token)
        if key is None or self.by_id is None:
            raise RequestInvalid("$skiptoken", "no_token", piece=token)
        self._conditions.append(self._behind(key, self.by_id))

    @property
    def by_id(self) -> str | None:
        """How the order is told by the ids alone: ``id``, ``time``, ``time desc``; None if it is not."""
        order = self.options.order
        if not order or (_is_id(order[0].expression) and not order[0].is_descending):
            return "id"
        first, *rest = order
        is_time = self.entity.is_observation and first.expression == TIME
        if not is_time or any(not _is_id(one.expression) or one.is_descending for one in rest):
            return None
        return "time desc" if first.is_descending else "time"

    def _behind(self, key: Key, order: str) -> sql.Composable:
        if not isinstance(key, tuple):
            return sql.SQL("{}.{} > {}").format(
                self.place.e, sql.Identifier(self.entity.key), self.bound.bind(key, "whole")
            )
        datastream = self.bound.bind(key[0], "whole")
        if order == "id":
            self._streams_after = sql.SQL("stream.datastream_id >= {}").format(datastream)
        moment = self.bound.bind(key[1], "time")
        if order == "id":
            text = "({e}.datastream_id, {e}.phenomenon_time) > ({d}, {t})"
            return sql.SQL(text).format(e=self.place.e, d=datastream, t=moment)
        own = sql.SQL("{}.datastream_id").format(self.place.e)
        is_behind_all = key[0] >= ENTITY_MAX
        behind = FALSE if is_behind_all else _greater(self._told(own), self._told(datastream))
        if order == "time":
            text = "({e}.phenomenon_time >= {t} AND ({e}.phenomenon_time > {t} OR {}))"
        else:
            text = "({e}.phenomenon_time <= {t} AND ({e}.phenomenon_time < {t} OR {}))"
        return sql.SQL(text).format(behind, e=self.place.e, t=moment)

    def _told(self, datastream: sql.Composable) -> sql.Composable:
        """The beginning of an observation's id for an order in which ids decide between what is equal: the text that it is."""
        is_asked = self.entity.is_observation and any(
            _is_id(one.expression) for one in self.options.order[1:]
        )
        return sql.SQL('({})::text COLLATE "C"').format(datastream) if is_asked else datastream

    def keys(self) -> list[sql.Composable]:
        """The columns that identify an entity."""
        first: sql.Composable = sql.SQL("{}.{}").format(self.place.e, sql.Identifier(self.entity.key))
        if not self.entity.is_observation:
            return [first]
        return [first, sql.SQL("{}.phenomenon_time").format(self.place.e)]

    def order(self) -> sql.Composable:
        terms: list[sql.Composable] = []
        for place, key in enumerate(self.options.order):
            scope = self._scope("$orderby")
            value = Compiler(scope, self._now).value(key.expression)
            if not scope.is_many:
                self._joins += scope.joins
            terms += [self._term(one, scope, key) for one in self._ordered(value, is_first=place == 0)]
        plain = self._tie_breakers()
        return sql.SQL(", ").join([*terms, *plain])

    def _tie_breakers(self) -> list[sql.Composable]:
        """Ids, and where moving things are behind where others stand: these have a history, and an entity of their own."""
        if self.entity.name != "Location":
            return self.keys()
        return [sql.SQL("({}.location_id < 0)").format(self.place.e), *self.keys()]

    def _ordered(self, value: Value, *, is_first: bool) -> list[tuple[sql.Composable, bool]]:
        """What to order by, and whether it can be NULL."""
        match value.kind:
            case "observation":
                datastream, *time = self.keys()
                return [(one, False) for one in (datastream if is_first else self._told(datastream), *time)]
            case "json" | "result":
                compiler = Compiler(self._scope("$orderby"), self._now).readings
                if value.is_number_only:
                    return [(compiler.number(value), True)]
                return [(compiler.number(value), True), (compiler.text(value), True)]
            case "geometry" if value.literal is None:
                # By what is told: clients and suites order by every property.
                return [(sql.SQL('({})::text COLLATE "C"').format(value.term), True)]
            case "geometry" | "null":
                raise RequestInvalid("$orderby", "no_order")
            case "time" if value.is_interval and value.end is not None:
                return [(value.term, True), (value.end, True)]
            case _:
                return [(value.term, value.is_optional)]

    @staticmethod
    def _term(ordered: tuple[sql.Composable, bool], scope: Scope, key: tree.OrderKey) -> sql.Composable:
        """Null comes before everything else, as the standard has it."""
        value, is_optional = ordered
        direction = sql.SQL("DESC" if key.is_descending else "ASC")
        if scope.is_many:
            value = sql.SQL("(SELECT {} FROM (SELECT) AS one {} ORDER BY 1 {} NULLS LAST LIMIT 1)").format(
                value, scope.joined(), direction
            )
            is_optional = True
        if not is_optional:
            return sql.SQL("{} {}").format(value, direction)
        nulls = sql.SQL("NULLS LAST" if key.is_descending else "NULLS FIRST")
        return sql.SQL("{} {} {}").format(value, direction, nulls)

    def select(self, columns: Sequence[Column], limit: int, skip: int) -> sql.Composable:
        """The entities of a page, in their order."""
        if self._is_wide and self.by_id is not None:
            return self._select_wide(columns, limit, skip, self.by_id)
        order = self.order()
        return sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {} OFFSET {}").format(
            sql.SQL(", ").join(columns),
            self._from(),
            self._where(),
            order,
            sql.Literal(limit),
            sql.Literal(skip),
        )

    @property
    def is_wide(self) -> bool:
        """Whether observations of any datastream may be meant, in an order that is found datastream by datastream."""
        return self._is_wide and self.by_id is not None

    @property
    def is_walkable(self) -> bool:
        """Whether it can be asked a piece at a time, and may have to be: all observations in the order of ids or times, but the first of
        those orders that are quick.
        """
        return self._is_wide and self.by_id is not None and (self._is_narrowed or self.by_id == "time")

    @property
    def is_unwalkable(self) -> bool:
        """Whether all observations are asked for, of whatever datastream, in an order that reads them all."""
        return self._is_wide and self.by_id is None and self._streams is None

    def select_piece(self, columns: Sequence[Column], limit: int) -> sql.Composable:
        """The same of some datastreams and a span of time, which ``piece_first``, ``piece_last``, ``piece_since``, ``piece_until`` are."""
        assert self.by_id is not None
        return self._select_wide(columns, limit, 0, self.by_id, is_piece=True)

    def _select_wide(
        self, columns: Sequence[Column], limit: int, skip: int, order: str, *, is_piece: bool = False
    ) -> sql.Composable:
        """Observations of many datastreams: so many of each, of which the first are the page, and only then what is told of them. In
        the order of ids it ends with the first datastreams that have enough; in that of times no index reaches over several.
        """
        stream = sql.SQL("stream.datastream_id")
        direction = sql.SQL("DESC" if order == "time desc" else "ASC")
        conditions = [*self._conditions, sql.SQL("{}.datastream_id = {}").format(self.place.e, stream)]
        if is_piece:
            conditions.append(sql.SQL(QUERIES["in_piece"]).format(e=self.place.e))
        few = sql.Literal(limit + skip)
        each_one = sql.SQL("SELECT {e}.phenomenon_time FROM {} WHERE {} ORDER BY 1 {} LIMIT {}").format(
            self._from(), sql.SQL(" AND ").join(conditions), direction, few, e=self.place.e
        )
        candidates = [self._streams_after]
        if is_piece:
            candidates.append(sql.SQL(QUERIES["stream_in_piece"]))
        if self._streams is not None:
            candidates.append(sql.SQL("{} = ANY({})").format(stream, self._streams))
        if order == "time desc" and not self._is_narrowed and not is_piece:
            # No other datastream has any of the newest.
            candidates.append(
                sql.SQL(
                    "{} IN (SELECT datastream_id FROM latest WHERE {} ORDER BY phenomenon_time DESC, {} LIMIT {})"
                ).format(
                    stream,
                    TRUE
                    if self._streams is None
                    else sql.SQL("datastream_id = ANY({})").format(self._streams),
                    self._told(sql.Identifier("datastream_id")),
                    few,
                )
            )
        time = sql.SQL("found.phenomenon_time {}").format(direction)
        ordered = [stream, time] if order == "id" else [time, self._told(stream)]
        keys = sql.SQL(
            "SELECT {stream}, found.phenomenon_time FROM datastreams AS stream CROSS JOIN LATERAL ({}) AS found"
            " WHERE {} ORDER BY {} LIMIT {} OFFSET {}"
        ).format(
            each_one,
            sql.SQL(" AND ").join(candidates),
            sql.SQL(", ").join(ordered),
            sql.Literal(limit),
            sql.Literal(skip),
            stream=stream,
        )
        own, moment = sql.SQL("{}.datastream_id").format(self.place.e), sql.SQL("{}.phenomenon_time {}")
        again = [own if order == "id" else self._told(own), moment.format(self.place.e, direction)]
        return sql.SQL(
            "SELECT {} FROM ({}) AS page JOIN {} AS {e} ON {e}.datastream_id = page.datastream_id"
            " AND {e}.phenomenon_time = page.phenomenon_time ORDER BY {}"
        ).format(
            sql.SQL(", ").join(columns),
            keys,
            relation(self.entity, self.place.result_types),
            sql.SQL(", ").join(again if order == "id" else again[::-1]),
            e=self.place.e,
        )

    def count(self) -> sql.Composable:
        """How many fit. Each table is counted by itself: a columnar one is counted without its values being read."""
        types = self.place.result_types if self.entity.is_observation else self.place.result_types[:1]
        each_one = [
            sql.SQL("(SELECT count(*) FROM {} WHERE {})").format(self._from((one,)), self._where())
            for one in types
        ]
        return sql.SQL("SELECT {} AS count").format(sql.SQL("+").join(each_one))

    def _from(self, result_types: tuple[str, ...] | None = None) -> sql.Composable:
        types = self.place.result_types if result_types is None else result_types
        rows = relation(self.entity, types, self._archived)
        return sql.SQL(" ").join([sql.SQL("{} AS {}").format(rows, self.place.e), *self._joins])

    def _where(self) -> sql.Composable:
        return sql.SQL(" AND ").join(self._conditions) if self._conditions else TRUE


def _greater(one: sql.Composable, other: sql.Composable) -> sql.Composable:
    return sql.SQL("{} > {}").format(one, other)


def _is_id(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.Path) and len(expression.keys) == 1 and expression.keys[0] in ID_NAMES
