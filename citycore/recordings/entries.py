"""A mapping as it stands in its TOML file (``docs/recordings.md``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from citycore.recordings.times import Ambiguous
from citycore.registry.document import SourceEntry

#: Spellings of "no value" that count where a mapping names none.
MISSING = ("", "-", "--", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None", "none", "#N/A")


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    header_line: int = 1


class TimeEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str | None = None
    date: str | None = None
    time: str | None = None
    year: str | None = None
    month: str | None = None
    day: str | None = None
    hour: str | None = None
    minute: str | None = None
    second: str | None = None
    format: str | None = None
    zone: str | None = None
    ambiguous: Ambiguous = "order"


class NamedThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name_en: str
    name_ar: str
    longitude: float | None = None
    latitude: float | None = None


class ThingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    interval_seconds: int | None = None
    column: str | None = None
    values: dict[str, NamedThing] = {}
    code: str | None = None
    name_en: str | None = None
    name_ar: str | None = None
    longitude: float | None = None
    latitude: float | None = None


class SensorEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name_en: str
    name_ar: str


class ColumnEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    observed_property: str
    unit: str | None = None
    to: str | None = None
    result_type: Literal["measurement", "category"] = "measurement"
    thing: str | None = None
    sensor: str | None = None


class MappingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: SourceEntry
    time: TimeEntry
    thing: ThingEntry
    columns: dict[str, ColumnEntry]
    file: FileEntry = FileEntry()
    #: Only those that ship are found by the names of files; one's own is named with ``--mapping``.
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = MISSING
    ignore: tuple[str, ...] = ()
    sensors: dict[str, SensorEntry] = {}
