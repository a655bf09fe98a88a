"""The mapping of a recording: which column is which observed property, unit, zone and thing.

A mapping is a TOML file (``simulators/recordings/mappings/*.toml``); its format is documented
in ``docs/recordings.md``. Nothing is guessed: what the mapping does not say is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as TableLike
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from citycore.model import (
    DatastreamDescription,
    SourceDescription,
    SourceKind,
    ThingDescription,
)
from citycore.topics import CODE
from citycore.units import normalise_unit
from citycore.vocabulary import observed_properties
from simulators.errors import InvalidRecording

Ambiguous = Literal["first", "last", "refuse"]
MAPPINGS = Path(__file__).parent / "recordings" / "mappings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one kind of file is read. ``columns`` are the mapped ones, by their name in the file.

    ``things`` are the known things by the value of ``thing_column``; without such a column
    there is one thing under ``""``. ``missing`` are the spellings of a missing value.
    """

    file: Path
    source: SourceDescription
    time_column: str
    zone: ZoneInfo | None
    ambiguous: Ambiguous
    missing: frozenset[str]
    thing_column: str | None
    things: dict[str, ThingDescription]
    columns: dict[str, DatastreamDescription]
    ignore: frozenset[str]


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name_en: str
    name_ar: str
    licence: str | None = None
    attribution: str | None = None
    description_en: str | None = None
    description_ar: str | None = None
    provider_en: str | None = None
    provider_ar: str | None = None
    homepage: str | None = None
    licence_url: str | None = None
    licence_name_en: str | None = None
    licence_name_ar: str | None = None
    zone: str | None = None


class _Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str
    zone: str | None = None
    ambiguous: Ambiguous = "refuse"


class _NamedThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name_en: str
    name_ar: str
    longitude: float | None = None
    latitude: float | None = None


class _Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    interval_seconds: int | None = None
    column: str | None = None
    values: dict[str, _NamedThing] = {}
    code: str | None = None
    name_en: str | None = None
    name_ar: str | None = None
    longitude: float | None = None
    latitude: float | None = None


class _Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    observed_property: str
    unit: str | None = None
    result_type: Literal["measurement", "category"] = "measurement"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: _Source
    time: _Time
    thing: _Thing
    columns: dict[str, _Column]
    #: Only those that ship are found by the names of files; one's own is named with ``--mapping``.
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    ignore: tuple[str, ...] = ()


def load_mapping(file: Path, mapping: Path | None = None, source: str | None = None) -> Mapping:
    """The mapping of a recording: the given one, or the shipped one that fits the file's name.

    ``source`` replaces the code of the source, so that one recording can be replayed as several
    sources; the things are then named ``SOURCE-THING``, since a thing belongs to one source.
    :class:`InvalidRecording` if there is no or more than one mapping, or it is wrong.
    """
    found = read_mapping(mapping if mapping is not None else _find(file))
    return found if source is None or source == found.source.code else _rename(found, source)


def read_mapping(path: Path) -> Mapping:
    """A mapping from its TOML file; :class:`InvalidRecording` names what is wrong with it."""
    raw = _read(path)
    mapping = Mapping(
        file=path,
        source=_source(path, raw.source, raw.time.zone),
        time_column=raw.time.column,
        zone=_zone(path, raw.time.zone),
        ambiguous=raw.time.ambiguous,
        missing=frozenset(text.strip() for text in raw.missing),
        thing_column=raw.thing.column,
        things={},
        columns=_columns(path, raw.columns, raw.thing.interval_seconds),
        ignore=frozenset(raw.ignore),
    )
    return replace(mapping, things=_things(mapping, raw.thing))


def _read(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
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


def _find(file: Path) -> Path:
    fitting = [
        path
        for path in sorted(MAPPINGS.glob("*.toml"))
        if any(fnmatchcase(file.name, glob) for glob in _globs(path))
    ]
    if not fitting:
        raise InvalidRecording(file, 1, "no_mapping")
    if len(fitting) > 1:
        raise InvalidRecording(file, 1, "two_mappings", names=", ".join(path.name for path in fitting))
    return fitting[0]


def _globs(path: Path) -> Iterator[str]:
    yield from _read(path).files


def _source(path: Path, raw: _Source, time_zone: str | None) -> SourceDescription:
    # Where the recording was made: forecasts need its days and weekends, not Muscat's.
    zone = _zone(path, raw.zone or time_zone)
    given = msgspec.structs.asdict(raw)
    given |= {"code": _checked(path, raw.code), "zone": None if zone is None else zone.key}
    return SourceDescription(kind=SourceKind.RECORDED, **given)


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


def _columns(
    path: Path, raw: TableLike[str, _Column], interval_seconds: int | None
) -> dict[str, DatastreamDescription]:
    known = observed_properties()
    columns: dict[str, DatastreamDescription] = {}
    for name, column in raw.items():
        code = column.observed_property
        if code not in known:
            raise InvalidRecording(path, 1, "unknown_property", column=name, code=code)
        if any(code == other.observed_property for other in columns.values()):
            raise InvalidRecording(path, 1, "twice_mapped", code=code)
        columns[name] = DatastreamDescription(
            observed_property=code,
            unit=normalise_unit(column.unit or known[code].unit),
            result_type=column.result_type,
            interval_seconds=interval_seconds,
        )
    return columns


def _things(mapping: Mapping, raw: _Thing) -> dict[str, ThingDescription]:
    if raw.column is None:
        fixed = {name: getattr(raw, name) for name in ("code", "name_en", "name_ar", "longitude", "latitude")}
        for name in ("code", "name_en", "name_ar"):
            if fixed[name] is None:
                raise InvalidRecording(mapping.file, 1, "missing_entry", entry=f"thing.{name}")
        return {"": _described(mapping, raw.kind, _NamedThing(**fixed))}
    if not raw.values:
        raise InvalidRecording(mapping.file, 1, "missing_entry", entry="thing.values")
    return {value: _described(mapping, raw.kind, named) for value, named in raw.values.items()}


def _described(mapping: Mapping, kind: str, named: _NamedThing) -> ThingDescription:
    if (named.longitude is None) != (named.latitude is None):
        raise InvalidRecording(mapping.file, 1, "missing_entry", entry="longitude, latitude")
    return ThingDescription(
        code=_checked(mapping.file, named.code),
        kind=kind,
        name_en=named.name_en,
        name_ar=named.name_ar,
        longitude=named.longitude,
        latitude=named.latitude,
        datastreams=tuple(mapping.columns.values()),
    )


def _rename(mapping: Mapping, code: str) -> Mapping:
    path = mapping.file
    things: dict[str, ThingDescription] = {
        value: replace(thing, code=_checked(path, f"{code}-{thing.code}"))
        for value, thing in mapping.things.items()
    }
    return replace(mapping, source=replace(mapping.source, code=_checked(path, code)), things=things)
