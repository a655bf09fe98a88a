"""The mapping of a recording: which column is which observed property, unit, zone and thing.

A mapping is a TOML file (``simulators/recordings/mappings/*.toml``); its format is documented
in ``docs/recordings.md``. Nothing is guessed here: what the mapping does not say is an error.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping as TableLike
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from citycore.model import SourceKind
from citycore.recordings.entries import (
    ColumnEntry,
    FileEntry,
    MappingEntry,
    NamedThing,
    SensorEntry,
    ThingEntry,
    TimeEntry,
)
from citycore.recordings.errors import InvalidRecording
from citycore.recordings.times import PARTS, TimeColumns, pattern_of
from citycore.registry import document as registry
from citycore.registry.document import DatastreamEntry, SourceEntry
from citycore.topics import CODE
from citycore.units import SAME, Conversion, conversion, normalise_unit
from citycore.vocabulary import observed_properties

#: What a source says of messages, of which a file has none.
_NOT_OF_RECORDINGS = (
    "kind",
    "decoder",
    "topic_filters",
    "mapping",
    "codec",
    "owner",
    "time_policy",
    "retained_policy",
    "things",
)
_PLAIN = SourceEntry(code="", name_en="", name_ar="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one kind of file is read. ``columns`` are the mapped ones, by their name in the file.

    ``things`` are the known things by the value of ``thing_column``; without such a column by the name
    that ``thing_of`` gives for a column, or there is one thing under ``""``. ``missing`` are the spellings of a
    missing value. ``conversions`` and ``sensors`` are those of the columns that have one.
    """

    file: Path
    layout: FileEntry
    source: SourceEntry
    time: TimeColumns
    missing: frozenset[str]
    thing_column: str | None
    things: dict[str, registry.ThingEntry]
    columns: dict[str, DatastreamEntry]
    thing_of: dict[str, str]
    conversions: dict[str, Conversion]
    ignore: frozenset[str]
    sensor_names: dict[str, SensorEntry] = field(default_factory=dict)

    def datastream_of(self, column: str) -> str:
        """What ingest calls the datastream of a column: its property, and its sensor if one is named."""
        stream = self.columns[column]
        return f"{stream.observed_property}/{stream.sensor}" if stream.sensor else stream.observed_property


def read_mapping(path: Path, source: str | None = None) -> Mapping:
    """A mapping from its TOML file; :class:`InvalidRecording` names what is wrong with it.

    ``source`` replaces the code of the source, so that one recording can be read as several
    sources; the things are then named ``SOURCE-THING``, since a thing belongs to one source.
    """
    raw = read_entries(path)
    columns = _columns(path, raw)
    conversions = _conversions(path, raw.columns)
    mapping = Mapping(
        file=path,
        layout=_layout(path, raw.file),
        source=_source(path, raw.source, raw.time.zone),
        time=_time(path, raw.time),
        missing=frozenset(text.strip() for text in raw.missing) | {""},
        thing_column=raw.thing.column,
        things={},
        columns=columns,
        thing_of={name: column.thing for name, column in raw.columns.items() if column.thing is not None},
        conversions={name: each for name, each in conversions.items() if each is not SAME},
        ignore=frozenset(raw.ignore),
        sensor_names=raw.sensors,
    )
    found = replace(mapping, things=_things(mapping, raw.thing))
    return found if source is None or source == found.source.code else _rename(found, source)


def read_entries(path: Path) -> MappingEntry:
    """What stands in a mapping, each entry of its type."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), MappingEntry)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecording(path, 1, "unreadable", why=_why(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidRecording(path, _line_of(error), "not_toml", why=error) from error
    except msgspec.ValidationError as error:
        why, _, key = str(error).partition(" - at ")
        raise InvalidRecording(path, 1, "wrong_entry", entry=key.strip("`") or "$", why=why) from error


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    # The position is only in the text ("… (at line 3, column 7)") before Python 3.14.
    _, _, place = str(error).rpartition("at line ")
    digits = place.split(",")[0]
    return int(digits) if digits.isdigit() else 1


def _why(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _layout(path: Path, raw: FileEntry) -> FileEntry:
    try:
        codecs.lookup(raw.encoding)
    except LookupError as error:
        raise InvalidRecording(path, 1, "wrong_entry", entry="file.encoding", why=error) from error
    for entry, is_right, why in (
        ("file.delimiter", len(raw.delimiter) == 1 and raw.delimiter != raw.decimal, "one character"),
        ("file.header_line", raw.header_line >= 1, "1 or more"),
    ):
        if not is_right:
            raise InvalidRecording(path, 1, "wrong_entry", entry=entry, why=why)
    return raw


def _source(path: Path, raw: SourceEntry, time_zone: str | None) -> SourceEntry:
    for name in _NOT_OF_RECORDINGS:
        if getattr(raw, name) != getattr(_PLAIN, name):
            raise InvalidRecording(path, 1, "wrong_entry", entry=f"source.{name}", why="not of a recording")
    # Where the recording was made: forecasts need its days and weekends, not Muscat's.
    zone = _zone(path, raw.zone or time_zone)
    return structs.replace(
        raw, kind=SourceKind.RECORDED, code=_checked(path, raw.code), zone=None if zone is None else zone.key
    )


def _checked(path: Path, code: str) -> str:
    if CODE.fullmatch(code) is None:
        raise InvalidRecording(path, 1, "wrong_code", code=code)
    return code


def _zone(path: Path, name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, or the name of a folder
        raise InvalidRecording(path, 1, "unknown_zone", zone=name) from error


def _time(path: Path, raw: TimeEntry) -> TimeColumns:
    """One of: ``column``; ``date`` with ``time`` or with an hour; ``year``, ``month``, ``day`` and what is smaller."""
    whole = tuple(name for name in (raw.column, raw.date, raw.time) if name is not None)
    parts = {part: name for part in PARTS if (name := getattr(raw, part)) is not None}
    if raw.column is not None:
        is_right = len(whole) == 1 and not parts
    elif raw.date is not None:
        is_right = not parts.keys() & {"year", "month", "day"} and not (raw.time and parts)
    else:
        is_right = not whole and {"year", "month", "day"} <= parts.keys()
    if not is_right:
        raise InvalidRecording(path, 1, "time_columns")
    if raw.format is not None and (pattern_of(raw.format) is None or not whole):
        raise InvalidRecording(path, 1, "time_format", format=raw.format)
    return TimeColumns(whole, parts, raw.format, _zone(path, raw.zone), raw.ambiguous)


def _columns(path: Path, raw: MappingEntry) -> dict[str, DatastreamEntry]:
    known = observed_properties()
    columns: dict[str, DatastreamEntry] = {}
    seen: set[tuple[str | None, str, str | None]] = set()
    for name, column in raw.columns.items():
        code = column.observed_property
        if code not in known:
            raise InvalidRecording(path, 1, "unknown_property", column=name, code=code)
        if (column.thing, code, column.sensor) in seen:
            raise InvalidRecording(path, 1, "twice_mapped", code=code)
        seen.add((column.thing, code, column.sensor))
        columns[name] = DatastreamEntry(
            observed_property=code,
            sensor=column.sensor,
            unit=normalise_unit(column.to or column.unit or known[code].unit),
            result_type=column.result_type,
            interval_seconds=raw.thing.interval_seconds,
        )
    return columns


def _conversions(path: Path, columns: TableLike[str, ColumnEntry]) -> dict[str, Conversion]:
    found = {}
    for name, column in columns.items():
        if column.to is None:
            continue
        sent = column.unit or observed_properties()[column.observed_property].unit
        converts = conversion(sent, column.to, column.observed_property)
        if converts is None or column.result_type != "measurement":
            raise InvalidRecording(path, 1, "no_conversion", column=name, unit=sent, to=column.to)
        found[name] = converts
    return found


def _things(mapping: Mapping, raw: ThingEntry) -> dict[str, registry.ThingEntry]:
    if raw.column is not None and mapping.thing_of:
        raise InvalidRecording(mapping.file, 1, "thing_twice", column=next(iter(mapping.thing_of)))
    if raw.column is None and not mapping.thing_of:
        fixed = {name: getattr(raw, name) for name in ("code", "name_en", "name_ar", "longitude", "latitude")}
        for name in ("code", "name_en", "name_ar"):
            if fixed[name] is None:
                raise InvalidRecording(mapping.file, 1, "missing_entry", entry=f"thing.{name}")
        return {"": _described(mapping, raw.kind, NamedThing(**fixed), list(mapping.columns))}
    if not raw.values:
        raise InvalidRecording(mapping.file, 1, "missing_entry", entry="thing.values")
    if mapping.thing_of:
        for column in mapping.columns:
            key = mapping.thing_of.get(column)
            if key not in raw.values:
                entry = f'columns."{column}".thing' if key is None else f'thing.values."{key}"'
                raise InvalidRecording(mapping.file, 1, "missing_entry", entry=entry)
    return {
        value: _described(
            mapping,
            raw.kind,
            named,
            [name for name in mapping.columns if mapping.thing_of.get(name, value) == value],
        )
        for value, named in raw.values.items()
    }


def _described(mapping: Mapping, kind: str, named: NamedThing, columns: list[str]) -> registry.ThingEntry:
    if (named.longitude is None) != (named.latitude is None):
        raise InvalidRecording(mapping.file, 1, "missing_entry", entry="longitude, latitude")
    return registry.ThingEntry(
        code=_checked(mapping.file, named.code),
        kind=kind,
        name_en=named.name_en,
        name_ar=named.name_ar,
        longitude=named.longitude,
        latitude=named.latitude,
        datastreams=[mapping.columns[name] for name in columns],
    )


def _rename(mapping: Mapping, code: str) -> Mapping:
    path = mapping.file
    things = {
        value: structs.replace(thing, code=_checked(path, f"{code}-{thing.code}"))
        for value, thing in mapping.things.items()
    }
    return replace(mapping, source=structs.replace(mapping.source, code=_checked(path, code)), things=things)
