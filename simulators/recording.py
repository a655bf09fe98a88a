"""Reading a recording with its mapping: rows of a CSV file become messages, in constant memory."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TextIO
from zoneinfo import ZoneInfo

from citycore.model import SourceDescription, ThingDescription
from citycore.topics import Address, build_topic
from citycore.wire import encode
from simulators.errors import InvalidRecording, NoInstant
from simulators.mapping import Mapping

#: What a damaged or wrong file makes the readers raise.
_UNREADABLE = (csv.Error, UnicodeDecodeError, EOFError, OSError, zlib.error)


#: Told of each line that is left out; the others go on.
OnRefused = Callable[[InvalidRecording], None]


class TimedMessage(NamedTuple):
    """A message ready to be published. ``payload`` is the native format, the time is UTC."""

    topic: str
    payload: bytes
    phenomenon_time: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """All values of one line: one thing, one instant, results by observed property."""

    thing: ThingDescription
    phenomenon_time: datetime
    results: dict[str, float | str]


def describe_recording(
    path: Path, mapping: Mapping
) -> tuple[SourceDescription, tuple[ThingDescription, ...]]:
    """What the file's messages speak of, to be registered before they are published.

    Opens the file and checks its header: :class:`InvalidRecording` as for :func:`messages`.
    """
    with _open(path) as lines:
        _header(path, csv.reader(lines), mapping)
    return mapping.source, tuple(mapping.things.values())


def messages(path: Path, mapping: Mapping) -> Iterator[TimedMessage]:
    """One message per line that has at least one value, in the order of the file.

    :class:`InvalidRecording` names the line where the file does not fit its mapping.
    """
    topics = {
        thing.code: build_topic(Address(mapping.source.code, thing.code)) for thing in mapping.things.values()
    }
    for row in rows(path, mapping):
        yield TimedMessage(
            topics[row.thing.code], encode(row.phenomenon_time, row.results), row.phenomenon_time
        )


def count_values(path: Path, mapping: Mapping) -> int:
    """How many values a correct store holds of this file: distinct thing, property and instant."""
    seen: dict[tuple[str, str], set[float]] = {}
    for row in rows(path, mapping):
        for code in row.results:
            seen.setdefault((row.thing.code, code), set()).add(row.phenomenon_time.timestamp())
    return sum(map(len, seen.values()))


def rows(path: Path, mapping: Mapping, on_refused: OnRefused = lambda _refused: None) -> Iterator[Row]:
    """The lines of a ``.csv`` or ``.csv.gz`` file that hold a value, as typed values.

    A line whose local time is no instant, or may be two where the mapping refuses to choose, is left
    out, as ``on_refused`` is told: clocks change in every year of a file, and no mapping mends that.
    """
    with _open(path) as lines:
        reader = csv.reader(lines)
        layout = _layout(_header(path, reader, mapping), mapping)
        try:
            for cells in reader:
                try:
                    row = _row(path, reader.line_num, cells, layout, mapping) if cells else None
                except NoInstant as refused:
                    on_refused(refused)
                    continue
                if row is not None:
                    yield row
        except _UNREADABLE as error:
            raise InvalidRecording(path, reader.line_num + 1, "unreadable", why=error) from error


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        opened = opener(path, "rt", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InvalidRecording(path, 1, "unreadable", why=error.strerror or error) from error
    with opened as lines:
        yield lines


def _header(path: Path, reader: Iterator[list[str]], mapping: Mapping) -> list[str]:
    try:
        names = [name.strip() for name in next(reader, [])]
    except _UNREADABLE as error:
        raise InvalidRecording(path, 1, "unreadable", why=error) from error
    if not names:
        raise InvalidRecording(path, 1, "no_header")
    expected = {mapping.time_column, *mapping.columns}
    if mapping.thing_column is not None:
        expected.add(mapping.thing_column)
    for name in names:
        if names.count(name) > 1:
            raise InvalidRecording(path, 1, "repeated_column", column=name)
        if name not in expected and name not in mapping.ignore:
            raise InvalidRecording(path, 1, "unmapped_column", column=name)
    for name in sorted(expected.difference(names)):
        raise InvalidRecording(path, 1, "missing_column", column=name)
    return names


@dataclass(frozen=True, slots=True)
class _Layout:
    width: int
    time: int
    thing: int | None
    values: tuple[tuple[int, str, str, bool], ...]  # position, column, observed property, is a number


def _layout(names: list[str], mapping: Mapping) -> _Layout:
    return _Layout(
        width=len(names),
        time=names.index(mapping.time_column),
        thing=None if mapping.thing_column is None else names.index(mapping.thing_column),
        values=tuple(
            (names.index(name), name, stream.observed_property, stream.result_type == "measurement")
            for name, stream in mapping.columns.items()
        ),
    )


def _row(path: Path, line: int, cells: list[str], layout: _Layout, mapping: Mapping) -> Row | None:
    if len(cells) != layout.width:
        raise InvalidRecording(path, line, "wrong_cell_count", found=len(cells), expected=layout.width)
    results: dict[str, float | str] = {}
    for position, column, code, is_number in layout.values:
        text = cells[position].strip()
        if text not in mapping.missing:
            results[code] = _number(path, line, column, text) if is_number else text
    if not results:
        return None
    value = "" if layout.thing is None else cells[layout.thing].strip()
    thing = mapping.things.get(value)
    if thing is None:
        raise InvalidRecording(path, line, "unknown_thing", column=mapping.thing_column, text=value)
    return Row(thing, _instant(path, line, cells[layout.time].strip(), mapping), results)


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:  # Python would read 1_000
        raise InvalidRecording(path, line, "bad_number", column=column, text=text)
    return number


def _instant(path: Path, line: int, text: str, mapping: Mapping) -> datetime:
    if not text:
        raise InvalidRecording(path, line, "missing_time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRecording(path, line, "bad_time", text=text) from error
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if mapping.zone is None:
            raise InvalidRecording(path, line, "no_zone", text=text)
        return _localised(path, line, moment, mapping.zone, mapping.ambiguous)
    except OverflowError as error:  # at either end of the calendar
        raise InvalidRecording(path, line, "bad_time", text=text) from error


def _localised(path: Path, line: int, moment: datetime, zone: ZoneInfo, ambiguous: str) -> datetime:
    first = moment.replace(tzinfo=zone, fold=0)
    last = moment.replace(tzinfo=zone, fold=1)
    chosen = (last if ambiguous == "last" else first).astimezone(UTC)
    if first.utcoffset() == last.utcoffset():
        return chosen
    if chosen.astimezone(zone).replace(tzinfo=None) != moment:
        raise NoInstant(path, line, "nonexistent_time", text=moment.isoformat(" "), zone=zone.key)
    if ambiguous == "refuse":
        raise NoInstant(path, line, "ambiguous_time", text=moment.isoformat(" "), zone=zone.key)
    return chosen
