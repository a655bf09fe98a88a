"""The eight entities of the standard, their properties and how they hang together, as views of the store give them.

All SQL here is ours; ``{e}`` stands for the alias of an entity in a statement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, LiteralString

from psycopg import sql

from citycore.clock import EPOCH, MICROSECOND
from citycore.store.queries import load_queries

QUERIES = load_queries("hub_api.standards.sensorthings")
ROOT: Final = "/sta/v1.1"
ENTITY_MAX: Final = 2**31 - 1
#: Before and behind every observation.
FIRST_INSTANT: Final = datetime(1, 1, 1, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
#: Of the microseconds between 1970 and the ends of the calendar.
DIGITS_MAX: Final = 18

Kind = Literal["text", "json", "time", "geometry", "unit", "area", "result", "quality", "span"]
#: What a navigation property is found by.
LinkKind = Literal["one", "many", "through", "feature", "observations_of_feature"]


@dataclass(frozen=True, slots=True)
class Property:
    """``columns`` are what is read for it; how they become a value depends on ``kind``."""

    name: str
    kind: Kind
    columns: tuple[LiteralString, ...]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A navigation property. ``one``: ``source_column`` here is the key there. ``many``: ``target_column`` there is the key here.
    ``through``: ``table`` has both keys.
    """

    name: str
    target: str
    kind: LinkKind
    source_column: LiteralString = ""
    target_column: LiteralString = ""
    table: LiteralString = ""

    @property
    def is_many(self) -> bool:
        return self.kind not in ("one", "feature")


@dataclass(frozen=True, slots=True)
class EntityType:
    """One of the eight. ``relation`` names the block of ``queries.sql`` with its rows; ``key`` is the column of its number."""

    name: str
    collection: str
    relation: str
    key: LiteralString
    properties: tuple[Property, ...]
    links: tuple[Link, ...]
    #: The block of ``queries.sql`` with the condition under which its collection shows an entity; all are there by their ids.
    listed: str = ""
    #: Whether a filter finds the others too, as a vocabulary from which somebody chooses.
    is_found: bool = False

    def property_named(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def link_named(self, name: str) -> Link | None:
        return next((one for one in self.links if one.name == name), None)

    def link_towards(self, name: str) -> Link | None:
        """By its name, or by that of the other number: an example of the standard asks observations for ``Datastreams/id``."""
        found = self.link_named(name)
        if found is None and self.property_named(name) is None:
            wanted = COLLECTIONS.get(name) or ENTITIES.get(name)
            return next((one for one in self.links if wanted and one.target == wanted.name), None)
        return found

    @property
    def is_observation(self) -> bool:
        return self.name == "Observation"

    @property
    def geometry(self) -> Property | None:
        """What places it on a map."""
        return next((one for one in self.properties if one.kind in ("geometry", "area")), None)


def _text(name: str, column: LiteralString) -> Property:
    return Property(name, "text", (column,))


def _named(extra: tuple[Property, ...]) -> tuple[Property, ...]:
    return (
        _text("name", "{e}.name"),
        _text("description", "{e}.description"),
        *extra,
        Property("properties", "json", ("{e}.properties",), is_optional=True),
    )


_ENCODING = _text("encodingType", "{e}.encoding_type")

_TYPES: Final = (
    EntityType(
        "Thing",
        "Things",
        "things",
        "thing_id",
        _named(()),
        (
            Link("Locations", "Location", "through", "thing_id", "location_id", "sta_thing_locations"),
            Link("HistoricalLocations", "HistoricalLocation", "many", target_column="thing_id"),
            Link("Datastreams", "Datastream", "many", target_column="thing_id"),
        ),
    ),
    EntityType(
        "Location",
        "Locations",
        "locations",
        "location_id",
        _named((_ENCODING, Property("location", "geometry", ("{e}.location",)))),
        (
            Link("Things", "Thing", "through", "location_id", "thing_id", "sta_thing_locations"),
            Link(
                "HistoricalLocations",
                "HistoricalLocation",
                "through",
                "location_id",
                "historical_location_id",
                "sta_historical_location_links",
            ),
        ),
    ),
    EntityType(
        "HistoricalLocation",
        "HistoricalLocations",
        "historical_locations",
        "historical_location_id",
        (Property("time", "time", ('{e}."time"',)),),
        (
            Link("Thing", "Thing", "one", "thing_id"),
            Link(
                "Locations",
                "Location",
                "through",
                "historical_location_id",
                "location_id",
                "sta_historical_location_links",
            ),
        ),
    ),
    EntityType(
        "Datastream",
        "Datastreams",
        "datastreams",
        "datastream_id",
        _named(
            (
                _text("observationType", "{e}.observation_type"),
                Property("unitOfMeasurement", "unit", ("{e}.unit_of_measurement", "{e}.unit")),
                Property("observedArea", "area", (QUERIES["area"],), is_optional=True),
                Property("phenomenonTime", "span", ("{e}.datastream_id",), is_optional=True),
                Property("resultTime", "span", ("{e}.datastream_id",), is_optional=True),
            )
        ),
        (
            Link("Thing", "Thing", "one", "thing_id"),
            Link("Sensor", "Sensor", "one", "sensor_id"),
            Link("ObservedProperty", "ObservedProperty", "one", "observed_property_id"),
            Link("Observations", "Observation", "many", target_column="datastream_id"),
        ),
    ),
    EntityType(
        "Sensor",
        "Sensors",
        "sensors",
        "sensor_id",
        _named((_ENCODING, Property("metadata", "json", ("{e}.metadata",)))),
        (Link("Datastreams", "Datastream", "many", target_column="sensor_id"),),
        "listed_sensors",
    ),
    EntityType(
        "ObservedProperty",
        "ObservedProperties",
        "observed_properties",
        "observed_property_id",
        (
            _text("name", "{e}.name"),
            _text("definition", "{e}.definition"),
            _text("description", "{e}.description"),
            Property("properties", "json", ("{e}.properties",), is_optional=True),
        ),
        (Link("Datastreams", "Datastream", "many", target_column="observed_property_id"),),
        "listed_observed_properties",
        is_found=True,
    ),
    EntityType(
        "Observation",
        "Observations",
        "observations",
        "datastream_id",
        (
            Property("phenomenonTime", "time", ("{e}.phenomenon_start", "{e}.phenomenon_end")),
            Property(
                "result",
                "result",
                (
                    "{e}.told_number",
                    "{e}.told_words",
                    "{e}.longitude",
                    "{e}.latitude",
                    "({e}.observation_type LIKE '%%OM_TruthObservation')",
                    "{e}.told_json",
                ),
            ),
            Property("resultTime", "time", ("{e}.result_time",)),
            Property("resultQuality", "quality", ("{e}.quality", "{e}.result_quality"), is_optional=True),
            Property("validTime", "time", ("{e}.valid_start", "{e}.valid_end"), is_optional=True),
            Property("parameters", "json", ("{e}.parameters",), is_optional=True),
        ),
        (
            Link("Datastream", "Datastream", "one", "datastream_id"),
            Link("FeatureOfInterest", "FeatureOfInterest", "feature"),
        ),
    ),
    EntityType(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        "features",
        "feature_id",
        _named((_ENCODING, Property("feature", "geometry", ("{e}.feature",)))),
        (Link("Observations", "Observation", "observations_of_feature"),),
        "listed_features",
    ),
)
ENTITIES: Final[Mapping[str, EntityType]] = {one.name: one for one in _TYPES}
COLLECTIONS: Final[Mapping[str, EntityType]] = {one.collection: one for one in _TYPES}
#: Rows of observations by the type of their datastreams' results; ``newest`` has only the newest of each datastream.
RAW: Final[Mapping[str, LiteralString]] = {
    name: QUERIES[f"raw_{name}"] for name in ("measurement", "category", "position", "newest")
}
RESULT_TYPES: Final = ("measurement", "category", "position")
#: The last as an example of the standard writes it.
ID_NAMES: Final = frozenset({"id", "@iot.id", "ID"})

Key = int | tuple[int, datetime]


def relation(
    entity: EntityType, result_types: tuple[str, ...] = RESULT_TYPES, archived: Collection[str] = ()
) -> sql.Composable:
    """What stands behind ``FROM`` for an entity, before its alias; with rows of the archive of these types of results, as parameters."""
    if not entity.is_observation:
        return sql.SQL(QUERIES[entity.relation])
    raw = sql.SQL(" UNION ALL ").join([_raw(name, has_archive=name in archived) for name in result_types])
    return sql.SQL(QUERIES["observations"]).format(raw=raw)


def _raw(name: str, *, has_archive: bool) -> sql.Composable:
    stored = sql.SQL(RAW[name])
    if not has_archive:
        return stored
    archived = sql.SQL(QUERIES[f"archived_{name}"])
    return sql.SQL(QUERIES["with_archive"]).format(stored=stored, archived=archived)


def key_of(entity: EntityType, text: str) -> Key | None:
    """The key that a request names, or None for what can be none of this entity."""
    if entity.is_observation:
        datastream, dash, moment = text.partition("-")
        number, microseconds = _whole(datastream), _whole(moment)
        if not dash or number is None or microseconds is None or not 0 <= number <= ENTITY_MAX:
            return None
        try:
            return number, EPOCH + microseconds * MICROSECOND
        except OverflowError:
            return None
    number = _whole(text)
    return number if number is not None and abs(number) <= ENTITY_MAX else None


def _whole(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX else None


def id_of(datastream: int, moment: datetime) -> str:
    """The id of an observation: its datastream, and the microseconds of its phenomenon time since 1970."""
    return f"{datastream}-{(moment - EPOCH) // MICROSECOND}"
