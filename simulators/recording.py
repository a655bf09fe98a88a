"""Reading a recording with its mapping: rows of a CSV file become messages, in constant memory."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from citycore.model import SourceDescription, ThingDescription
from citycore.recordings.errors import InvalidRecording, NoInstant
from citycore.recordings.mapping import Mapping
from citycore.recordings.table import UNREADABLE, open_text, read_names
from citycore.recordings.times import Choice, choose_by_order, instant, is_skipped, is_twofold, reader_of
from citycore.topics import Address, build_topic
from citycore.wire import encode

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
    #: False where the local time occurs twice and nothing says which of the two it was.
    is_certain: bool = True


def describe_recording(
    path: Path, mapping: Mapping
) -> tuple[SourceDescription, tuple[ThingDescription, ...]]:
    """What the file's messages speak of, to be registered before they are published.

    Opens the file and checks its header: :class:`InvalidRecording` as for :func:`messages`.
    """
    with open_text(path, mapping.layout) as lines:
        read_names(path, lines, mapping)
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
            topics[row.thing.code], encode(_stated(row, mapping), row.results), row.phenomenon_time
        )


def _stated(row: Row, mapping: Mapping) -> datetime:
    """What is uncertain is sent as a local time where that is the source's: so ingest knows it, and flags it."""
    zone = mapping.time.zone
    if row.is_certain or zone is None or zone.key != mapping.source.zone:
        return row.phenomenon_time
    return row.phenomenon_time.astimezone(zone).replace(tzinfo=None)


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
    return _Reader(path, mapping, on_refused).rows()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands in a line; ``values``: position, column, datastream, thing, whether it is a number."""

    width: int
    times: tuple[int, ...]
    thing: int | None
    values: tuple[tuple[int, str, str, str | None, bool], ...]


def _layout(names: list[str], mapping: Mapping) -> _Layout:
    return _Layout(
        width=len(names),
        times=tuple(names.index(name) for name in mapping.time.names),
        thing=None if mapping.thing_column is None else names.index(mapping.thing_column),
        values=tuple(
            (
                names.index(name),
                name,
                mapping.datastream_of(name),
                mapping.thing_of.get(name),
                stream.result_type == "measurement",
            )
            for name, stream in mapping.columns.items()
        ),
    )


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, path: Path, mapping: Mapping, on_refused: OnRefused) -> None:
        self.path = path
        self.mapping = mapping
        self.on_refused = on_refused
        self.read_time = reader_of(mapping.time)
        self.choices: dict[int, Choice] = {}

    def rows(self) -> Iterator[Row]:
        if self.mapping.time.ambiguous == "order" and self.mapping.time.zone is not None:
            self.choices = choose_by_order(self._twofold(self.mapping.time.zone))
        for line, cells, layout in self._lines():
            try:
                yield from self._rows(line, cells, layout)
            except NoInstant as refused:
                self.on_refused(refused)

    def _lines(self) -> Iterator[tuple[int, list[str], _Layout]]:
        path, mapping = self.path, self.mapping
        with open_text(path, mapping.layout) as lines:
            layout = _layout(read_names(path, lines, mapping), mapping)
            reader = csv.reader(lines, delimiter=mapping.layout.delimiter)
            line = mapping.layout.header_line
            try:
                for cells in reader:
                    line = reader.line_num + mapping.layout.header_line
                    if not cells:
                        continue
                    if len(cells) != layout.width:
                        key = "wrong_cell_count"
                        raise InvalidRecording(path, line, key, found=len(cells), expected=layout.width)
                    yield line, [cell.strip() for cell in cells], layout
            except UNREADABLE as error:
                raise InvalidRecording(path, line + 1, "unreadable", why=error) from error

    def _twofold(self, zone: ZoneInfo) -> Iterator[tuple[int, str, datetime]]:
        for line, cells, layout in self._lines():
            local = self.read_time(tuple(cells[position] for position in layout.times))
            if local is not None and local.tzinfo is None and is_twofold(local, zone):
                yield line, "" if layout.thing is None else cells[layout.thing], local

    def _rows(self, line: int, cells: list[str], layout: _Layout) -> Iterator[Row]:
        """A row for each thing of the line that has a value."""
        results: dict[str, dict[str, float | str]] = {}
        of_line = "" if layout.thing is None else cells[layout.thing]
        for position, column, datastream, owner, is_number in layout.values:
            text = cells[position]
            if text not in self.mapping.missing:
                own = results.setdefault(of_line if owner is None else owner, {})
                own[datastream] = self._number(line, column, text) if is_number else text
        if not results:
            return
        instant, is_certain = self._instant(line, tuple(cells[position] for position in layout.times))
        for value, own in results.items():
            thing = self.mapping.things.get(value)
            if thing is None:
                named_by = self.mapping.thing_column
                raise InvalidRecording(self.path, line, "unknown_thing", column=named_by, text=value)
            yield Row(thing, instant, own, is_certain)

    def _number(self, line: int, column: str, text: str) -> float:
        plain = text.replace(",", ".") if self.mapping.layout.decimal == "," else text
        try:
            number = float(plain)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or "_" in text:  # Python would read 1_000
            raise InvalidRecording(self.path, line, "bad_number", column=column, text=text)
        converts = self.mapping.conversions.get(column)
        return number if converts is None else converts(number)

    def _instant(self, line: int, texts: tuple[str, ...]) -> tuple[datetime, bool]:
        path, time = self.path, self.mapping.time
        if not all(texts):
            raise InvalidRecording(path, line, "missing_time")
        moment, text = self.read_time(texts), " ".join(texts)
        try:
            if moment is None:
                raise InvalidRecording(path, line, "bad_time", text=text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC), True
            if time.zone is None:
                raise InvalidRecording(path, line, "no_zone", text=text)
            fold, is_certain = int(time.ambiguous == "last"), True
            if is_skipped(moment, time.zone):
                raise NoInstant(path, line, "nonexistent_time", text=text, zone=time.zone.key)
            if is_twofold(moment, time.zone):
                if time.ambiguous == "refuse":
                    raise NoInstant(path, line, "ambiguous_time", text=text, zone=time.zone.key)
                fold, is_certain = self.choices.get(line, Choice(fold, is_certain=True))
            return instant(moment, time.zone, fold), is_certain
        except OverflowError as error:  # at either end of the calendar
            raise InvalidRecording(path, line, "bad_time", text=text) from error
