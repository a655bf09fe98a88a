"""Which alias stands for which entity in a statement, and the joins that paths need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from psycopg import sql

from hub_api.standards.sensorthings.compiling.values import Bound, Value
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import (
    ENTITIES,
    ID_NAMES,
    QUERIES,
    RESULT_TYPES,
    EntityType,
    Link,
    Property,
    relation,
)

Alias = sql.Identifier


@dataclass(frozen=True, slots=True)
class Place:
    """An entity in a statement. ``result_types`` are those that its results can have, where it is an observation, ``archived`` those of
    which there are rows of the archive as parameters.
    """

    entity: EntityType
    alias: str
    result_types: tuple[str, ...] = RESULT_TYPES
    archived: Collection[str] = ()

    @property
    def e(self) -> sql.Identifier:
        return sql.Identifier(self.alias)


@dataclass(frozen=True, slots=True)
class Spatial:
    """A spatial function whose answers are computed beside the database and bound under ``parameter``, by key of ``entity``."""

    function: str
    entity: EntityType
    property: Property
    #: Well-known texts in the order of the arguments; None is where the geometry of the entity goes.
    arguments: tuple[str | None, ...]
    pattern: str | None
    parameter: str


class Aliases:
    """Names of one statement, each once."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"t{self._count}"


@dataclass(slots=True)
class Scope:
    """What the paths of an expression lead to, from one place on."""

    place: Place
    bound: Bound
    aliases: Aliases
    option: str
    steps_max: int
    #: By the alias from which a link leads, and its name.
    known: dict[tuple[str, str], Place] = field(default_factory=dict)
    joins: list[sql.Composable] = field(default_factory=list)
    variables: dict[str, Place] = field(default_factory=dict)
    spatial: list[Spatial] = field(default_factory=list)
    #: Whether any path leads to several entities.
    is_many: bool = False
    steps: int = 0

    def within(self, place: Place, variable: str) -> Scope:
        """The scope of a condition about one of several entities, which only its variable names: other paths begin where all do."""
        inner = Scope(self.place, self.bound, self.aliases, self.option, self.steps_max)
        inner.variables = {**self.variables, variable: place}
        inner.spatial = self.spatial
        inner.steps = self.steps
        return inner

    def walk(self, keys: tuple[str, ...]) -> tuple[Place, tuple[str, ...]]:
        """The entity whose property a path names, and what is left of the path there."""
        place, rest = self.place, keys
        if keys[0] in self.variables:
            place, rest = self.variables[keys[0]], keys[1:]
        while rest:
            link = place.entity.link_towards(rest[0])
            if link is None or self._is_own_column(link, rest):
                break
            place, rest = self._follow(place, link), rest[1:]
        return place, rest

    @staticmethod
    def _is_own_column(link: Link, rest: tuple[str, ...]) -> bool:
        """``Datastream/id`` is a column of the observation itself."""
        return link.kind == "one" and len(rest) == 2 and rest[1] in ID_NAMES

    def _follow(self, place: Place, link: Link) -> Place:
        known = self.known.get((place.alias, link.name))
        if known is not None:
            return known
        self.steps += 1
        if self.steps > self.steps_max:
            raise RequestInvalid(self.option, "too_many_steps", maximum=self.steps_max)
        found = Place(ENTITIES[link.target], self.aliases.new())
        self.joins.append(join(place, link, found, self.aliases))
        self.known[place.alias, link.name] = found
        self.is_many = self.is_many or link.is_many
        return found

    def joined(self) -> sql.Composable:
        return sql.SQL(" ").join(self.joins)


def join(source: Place, link: Link, target: Place, aliases: Aliases) -> sql.Composed:
    """A ``LEFT JOIN`` from an entity along a link."""
    there = sql.SQL("LEFT JOIN {} AS {} ON ").format(
        relation(target.entity, target.result_types, target.archived), target.e
    )
    if link.kind == "through":
        middle = Alias(aliases.new())
        return sql.SQL(
            "LEFT JOIN {table} AS {middle} ON {middle}.{source} = {e}.{source} {there}{t}.{target} = {middle}.{target}"
        ).format(
            table=Alias(link.table),
            middle=middle,
            e=source.e,
            source=Alias(link.source_column),
            there=there,
            t=target.e,
            target=Alias(link.target_column),
        )
    if link.kind == "feature":
        middle = Alias(aliases.new())
        found = sql.SQL(QUERIES["feature_of"]).format(e=source.e)
        return sql.SQL(
            "LEFT JOIN LATERAL {} AS {middle} ON true {}{}.feature_id = {middle}.feature_id"
        ).format(found, there, target.e, middle=middle)
    if link.kind == "one":
        condition = sql.SQL("{}.{} = {}.{}").format(
            target.e, Alias(target.entity.key), source.e, Alias(link.source_column)
        )
        return there + condition
    return there + reached(link, target, sql.SQL("{}.{}").format(source.e, Alias(source.entity.key)))


def reached(link: Link, target: Place, source_key: sql.Composable) -> sql.Composed:
    """The condition under which an entity is reached by a link from the entity with this key."""
    match link.kind:
        case "many":
            return sql.SQL("{}.{} = {}").format(target.e, Alias(link.target_column), source_key)
        case "through":
            return sql.SQL("{}.{key} IN (SELECT {key} FROM {} WHERE {} = {})").format(
                target.e,
                Alias(link.table),
                Alias(link.source_column),
                source_key,
                key=Alias(link.target_column),
            )
        case "observations_of_feature":
            return sql.SQL(QUERIES["observes_feature"]).format(
                e=target.e, feature=source_key, streams=streams_of_feature(source_key)
            )
        case _:
            raise AssertionError("a link to one is a column of its source")


def streams_of_feature(feature: sql.Composable) -> sql.Composed:
    """The numbers of the datastreams that have observations of a feature of interest, as one array."""
    return sql.SQL(QUERIES["streams_of_feature"]).format(feature=feature)


def id_value(place: Place) -> Value:
    if place.entity.is_observation:
        return Value(
            "observation",
            sql.SQL("{}.phenomenon_time").format(place.e),
            entity=place.entity,
            alias=place.alias,
            is_optional=False,
        )
    key = sql.SQL("{}.{}").format(place.e, Alias(place.entity.key))
    return Value("number", key, is_whole=True, entity=place.entity, alias=place.alias)
