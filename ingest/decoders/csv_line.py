"""Lines of values parted by commas, semicolons, tabs or bars (RFC 4180, and what loggers make of it). Pure.

The source says what the columns are, ``{"columns": ["time", "pm2_5", …], "delimiter": ";", "time": "time", "thing": "station",
"units": {"pm2_5": "ug/m3"}, "time_unit": "s", "decimal": ","}``, or the payload begins with a line of names; a name may end with its unit,
``temperature [°C]``. Columns called ``null`` or nothing are left out, empty cells hold no value. With another delimiter than the comma,
a comma is the decimal sign. The time may stand in two columns, ``["date", "time"]``, and in another form, ``"time_format": "%d/%m/%Y %H:%M"``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from citycore.recordings.times import pattern_of, time_by
from ingest.decoders.gathering import PAIRS, Gathering, Instant
from ingest.decoders.model import Arrival, Decoded, Decoder, Unreadable
from ingest.decoders.reading import UNREADABLE, as_number, shown
from ingest.decoders.times import MILLISECONDS, SECONDS, from_epoch, parse_time
from ingest.decoders.unit_codes import from_spelling

_DELIMITERS = ("\t", ";", "|", ",")
_TIME_NAMES = frozenset({"time", "timestamp", "datetime", "date_time", "phenomenon_time", "utc"})
_NAME_AND_UNIT = re.compile(r"(.{1,200}?)\s*[\[(]\s*([^\[\]()]{1,40})\s*[\])]")
_NO_NUMBERS = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "-infinity"})
_TIME_UNITS = {"s": SECONDS, "ms": MILLISECONDS}


class _Columns:
    """What the columns are."""

    def __init__(self, names: Sequence[str | None], codec: Mapping[str, Any], delimiter: str) -> None:
        units = codec.get("units")
        self.units: dict[str, str] = {
            name: unit
            for name, unit in (units if isinstance(units, Mapping) else {}).items()
            if type(unit) is str
        }
        self.names: list[str | None] = []
        for name in names:
            plain = name.strip() if name else ""
            if (parted := _NAME_AND_UNIT.fullmatch(plain)) is not None:
                plain = parted[1]
                self.units.setdefault(plain, from_spelling(parted[2]))
            self.names.append(None if plain.lower() in {"", "null"} else plain)
        known = [name for name in self.names if name is not None]
        if len(set(known)) != len(known):
            raise Unreadable("doubled_key", "two columns of one name")
        stated = codec.get("time", next((name for name in known if name.lower() in _TIME_NAMES), None))
        parts = stated if type(stated) is list else [stated]
        self.time = tuple(name for name in parts if type(name) is str)
        self.time_format = _pattern(codec.get("time_format"))
        self.thing = codec.get("thing")
        self.per_second = _TIME_UNITS.get(str(codec.get("time_unit", "s")), SECONDS)
        self.decimal_comma = codec.get("decimal") == "," or delimiter != ","
        self.pair = next((pair for pair in PAIRS if pair[0] in known and pair[1] in known), None)


def decode(arrival: Arrival) -> Decoded:
    codec = arrival.codec or {}
    try:
        text = arrival.payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(UNREADABLE, "the payload is not UTF-8") from error
    if "\0" in text:
        raise Unreadable(UNREADABLE, "the payload has zero bytes")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise Unreadable(UNREADABLE, "the payload holds no line")
    delimiter = codec.get("delimiter")
    if type(delimiter) is not str or len(delimiter) != 1:
        delimiter = max(_DELIMITERS, key=lines[0].count)
    if len(lines) > arrival.limits.instants_max + 1:
        raise Unreadable("too_large", f"more than {arrival.limits.instants_max} lines in one message")
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, ValueError, TypeError) as error:
        raise Unreadable(UNREADABLE, str(error)) from error
    columns, rows = _columns_of(rows, codec, delimiter)
    gathering = Gathering(arrival.limits)
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns.names):
            gathering.refuse(
                f"line {number}", UNREADABLE, f"{len(row)} values for {len(columns.names)} columns"
            )
            continue
        try:
            _row(gathering, columns, [cell.strip() for cell in row])
        except Unreadable as error:
            gathering.refuse_part(f"line {number}", error)
    return gathering.decoded()


def _columns_of(
    rows: list[list[str]], codec: Mapping[str, Any], delimiter: str
) -> tuple[_Columns, list[list[str]]]:
    declared = codec.get("columns")
    if declared is not None:
        if not isinstance(declared, Sequence) or not all(
            name is None or type(name) is str for name in declared
        ):
            raise Unreadable("no_codec", "the columns of the source are no list of names")
        columns = _Columns(declared, codec, delimiter)
        repeated = [cell.strip() for cell in rows[0]] == [(name or "").strip() for name in declared]
        return columns, rows[1:] if repeated else rows
    if len(rows) < 2 or any(as_number(cell) is not None for cell in rows[0]):
        raise Unreadable("no_codec", "neither the source nor the payload says what the columns are")
    return _Columns(rows[0], codec, delimiter), rows[1:]


def _row(gathering: Gathering, columns: _Columns, cells: list[str]) -> None:
    values = {name: cell for name, cell in zip(columns.names, cells, strict=True) if name is not None}
    stated = " ".join(values.pop(name, "") for name in columns.time).strip()
    thing = values.pop(columns.thing, "") if columns.thing is not None else ""
    decimal_comma = columns.decimal_comma
    instant = gathering.at(thing or None, _time(stated, columns) if stated else None)
    if columns.pair is not None:
        longitude, latitude = (_number(values.pop(name), decimal_comma) for name in columns.pair)
        if longitude is not None or latitude is not None:
            instant.place(longitude, latitude)
    for name, cell in values.items():
        _cell(instant, name, cell, columns.units.get(name), decimal_comma)


def _cell(instant: Instant, name: str, cell: str, unit: str | None, decimal_comma: bool) -> None:
    if not cell:
        return
    if cell.lower() in _NO_NUMBERS:
        instant.gathering.refuse(name, "non_finite", cell)
        return
    number = _number(cell, decimal_comma)
    instant.add(name, cell if number is None else number, None if number is None else unit)


def _number(cell: str, decimal_comma: bool) -> float | int | None:
    return as_number(cell.replace(",", ".") if decimal_comma and cell.count(",") == 1 else cell)


def _pattern(form: Any) -> re.Pattern[str] | None:
    if form is None:
        return None
    pattern = pattern_of(form) if type(form) is str else None
    if pattern is None:
        raise Unreadable("no_codec", f"time_format of the source: {shown(form)} has what is not known here")
    return pattern


def _time(stated: str, columns: _Columns) -> datetime:
    if columns.time_format is not None:
        time = time_by(columns.time_format, stated)
        if time is None:
            raise Unreadable(UNREADABLE, f"no time of the form that the source states: {shown(stated)}")
        return time
    number = as_number(stated)
    if number is not None and not (len(stated) == 14 and stated.isdigit()):
        return from_epoch(number, columns.per_second)
    if number is not None:  # 20261127154500
        raise Unreadable(UNREADABLE, f"no time: {shown(stated)}")
    return parse_time(stated)


DECODER = Decoder("csv_line", "CSV", decode)
