"""What the columns of a sample are. Pure; every doubt is a note that stands in the mapping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePath
from statistics import median

from citycore.recordings.entries import MISSING
from citycore.recordings.guessing.headings import Heading, read_heading
from citycore.recordings.guessing.sample import Table
from citycore.recordings.guessing.times import GuessedTime, guess_time, interval_seconds
from citycore.units import conversion
from citycore.vocabulary import ObservedProperty, normalise_name, observed_properties

#: More things than these are written by nobody by hand.
THINGS_MAX = 500
_NUMERIC_SHARE_MIN = 0.5
#: A unit is doubted where fewer of the results are possible in it, and another taken where nearly all are.
_FITTING_MIN, _FITTING_OTHER = 0.5, 0.95
#: Fewer numbers may follow each other by chance.
_RUNNING_MIN = 10
_OTHER_UNITS = {
    "Cel": ("K", "[degF]"),
    "mg/m3": ("ug/m3",),
    "ug/m3": ("mg/m3",),
    "hPa": ("Pa", "kPa", "mm[Hg]"),
    "%": ("1",),
    "m": ("mm", "cm"),
    "kW": ("W",),
    "kW.h": ("W.h",),
}
_THING_NAMES = {
    "station",
    "sensor",
    "site",
    "device",
    "location",
    "thing",
    "counter",
    "meter",
    "id",
    "name",
    "building",
    "building_id",
    "meter_id",
    "station_id",
    "sensor_id",
    "site_id",
    "device_id",
    "place",
    "المحطة",
    "محطة",
    "الموقع",
    "المستشعر",
    "الجهاز",
    "العداد",
}
#: Numbers that many tables put where nothing was measured.
_SENTINELS = {"-999", "-9999", "-99", "-999.0", "-9999.0", "-99.0", "-200", "-200.0", "9999", "99999"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class GuessedColumn:
    """A mapped column; ``thing`` is the label of the station that it is of, if it is of one alone."""

    name: str
    code: str
    unit: str
    to: str | None
    is_category: bool
    thing: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A whole mapping. ``things`` are the values of ``thing_column``, or the labels of wide stations; or none."""

    table: Table
    time: GuessedTime
    columns: tuple[GuessedColumn, ...]
    ignored: dict[str, str]
    missing: tuple[str, ...]
    thing_column: str | None
    things: tuple[str, ...]
    interval_seconds: int | None
    notes: tuple[str, ...] = field(default=())


def guess(table: Table, file_name: str) -> Guess | None:
    """The likeliest mapping, None if no column looks like a time or none like a property."""
    time = guess_time(table)
    if time is None:
        return None
    cells = dict(zip(table.names, table.columns, strict=True))
    ignored = dict.fromkeys(time.others, "the time again, or a part of it")
    free = [name for name in dict.fromkeys(table.names) if name not in time.names and name not in ignored]
    missing = _missing(table, [cells[name] for name in free])
    numeric = {name: _numbers(cells[name], table.decimal, missing) for name in free}
    thing_column = _thing_column(free, numeric, cells, time)
    things = tuple(dict.fromkeys(cells[thing_column])) if thing_column is not None else ()
    columns: list[GuessedColumn] = []
    for name in free:
        if name == thing_column:
            continue
        column = _column(name, numeric[name], cells[name], missing)
        if isinstance(column, str):
            ignored[name] = column
        else:
            columns.append(column)
    labels: tuple[str, ...] = ()
    if thing_column is None:
        columns, labels = _wide(
            columns, ignored, {name: each for name, each in numeric.items() if each}, file_name
        )
    columns = _once(columns, ignored)
    if not columns:
        return None
    things = things or tuple(label for label in labels if any(each.thing == label for each in columns))
    seconds = interval_seconds(time, cells[thing_column] if thing_column is not None else ())
    return Guess(table, time, tuple(columns), ignored, missing, thing_column, things, seconds, _notes(things))


def _notes(things: Sequence[str]) -> tuple[str, ...]:
    return (
        ("The sample may not have had every thing: a value that is missing here is refused.",)
        if things
        else ()
    )


def _missing(table: Table, columns: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The marks of "no value" that the sample holds beside numbers."""
    found = {"": None}
    for column in columns:
        counts = Counter(cell for cell in column if cell)
        numbers = {cell: count for cell, count in counts.items() if _number(cell, table.decimal) is not None}
        if sum(numbers.values()) < _NUMERIC_SHARE_MIN * sum(counts.values()):
            continue
        for cell, count in counts.items():
            if cell not in numbers and (cell in MISSING or count > 1 and len(cell) <= len("no data found")):  # noqa: RUF021
                found[cell] = None
        values = [
            number
            for cell in numbers
            if (number := _number(cell, table.decimal)) is not None and cell not in _SENTINELS
        ]
        for cell in _SENTINELS & numbers.keys():
            number = _number(cell, table.decimal)
            # Far outside of all others.
            if number is not None and values and (number < min(values) - 50 or number > 3 * max(values)):
                found[cell] = None
    return tuple(found)


def _number(cell: str, decimal: str) -> float | None:
    plain = cell.replace(",", ".") if decimal == "," else cell
    return float(plain) if _NUMBER.fullmatch(plain) is not None else None


def _numbers(column: Sequence[str], decimal: str, missing: Sequence[str]) -> list[float]:
    """The numbers of a column; none if it is one of texts."""
    present = [cell for cell in column if cell not in missing and cell not in MISSING]
    numbers = [number for cell in present if (number := _number(cell, decimal)) is not None]
    return numbers if len(numbers) > _NUMERIC_SHARE_MIN * len(present) else []


def _thing_column(
    free: Sequence[str], numeric: dict[str, list[float]], cells: dict[str, tuple[str, ...]], time: GuessedTime
) -> str | None:
    """A column whose values tell apart rows of one time, or one that is named so."""
    count = len(time.moments)
    repeats = len(set(time.moments)) < count
    for name in free:
        values = cells[name]
        distinct = set(values)
        if not values or "" in distinct or len(distinct) > min(THINGS_MAX, max(1, len(values) // 2)):
            continue
        is_named = normalise_name(name) in _THING_NAMES
        if numeric[name] and not is_named:
            continue
        if is_named and (repeats or not numeric[name]):
            return name
        if repeats and len(set(zip(time.moments, values, strict=False))) == count:
            return name
    return None


def _column(
    name: str, numbers: list[float], cells: Sequence[str], missing: Sequence[str]
) -> GuessedColumn | str:
    """What a column is, or why it is not known."""
    if _is_running(numbers) or not any(cell not in missing for cell in cells):
        return "a running number" if numbers else "nothing in the sample"
    heading = read_heading(name)
    if heading.code is None:
        return f"perhaps {', '.join(heading.near)}?" if heading.near else "no property is named so"
    known = observed_properties()[heading.code]
    if known.result_type == "category":
        if numbers:
            return f"numbers, but {known.code} is a text"
        return GuessedColumn(name, known.code, known.unit, None, True, None)
    if not numbers:
        return f"texts, but {known.code} is a number"
    unit, notes = _unit(heading, known, numbers)
    to = known.unit if unit != known.unit and conversion(unit, known.unit, known.code) is not None else None
    if unit != known.unit and to is None:
        notes += (f"{unit} does not become {known.unit}, so it stays",)
    return GuessedColumn(name, known.code, unit, to, False, heading.rest or None, notes)


def _is_running(numbers: list[float]) -> bool:
    """``No`` is the number of a row more often than nitric oxide: from the first on, perhaps again for each thing."""
    if len(numbers) <= _RUNNING_MIN or numbers[0] not in {0, 1} or min(numbers) < numbers[0]:
        return False
    ones = sum(after - before == 1 for before, after in pairwise(numbers))
    return ones > _FITTING_OTHER * (len(numbers) - 1)


def _unit(heading: Heading, known: ObservedProperty, numbers: list[float]) -> tuple[str, tuple[str, ...]]:
    """That of the heading, else that of the property, unless the numbers speak against it."""
    if heading.unit is not None:
        return heading.unit, ()
    fitting = _fitting(known, known.unit, numbers)
    if known.unit == "%" and max(numbers) <= 1 and min(numbers) >= 0:
        return "1", ("no unit in the heading; all numbers lie between 0 and 1, so a share is taken",)
    if fitting >= _FITTING_MIN and not _is_too_high(known, numbers):
        return known.unit, ("no unit in the heading",) if known.unit != "1" else ()
    for other in _OTHER_UNITS.get(known.unit, ()):
        if conversion(other, known.unit, known.code) and _fitting(known, other, numbers) >= _FITTING_OTHER:
            return other, (f"no unit in the heading; the numbers are no {known.unit}",)
    return known.unit, ("no unit in the heading, and the numbers are unlikely for this one",)


def _is_too_high(known: ObservedProperty, numbers: list[float]) -> bool:
    """Carbon monoxide of hundreds of mg/m³ is within every bound, and is µg/m³."""
    return known.code == "co" and known.unit == "mg/m3" and median(numbers) > 50


def _fitting(known: ObservedProperty, unit: str, numbers: list[float]) -> float:
    converts = conversion(unit, known.unit, known.code)
    if converts is None:
        return 0.0
    lower = known.lower_bound if known.lower_bound is not None else float("-inf")
    upper = known.upper_bound if known.upper_bound is not None else float("inf")
    return sum(lower <= converts(number) <= upper for number in numbers) / len(numbers)


def _wide(
    columns: list[GuessedColumn], ignored: dict[str, str], numeric: dict[str, list[float]], file_name: str
) -> tuple[list[GuessedColumn], tuple[str, ...]]:
    """Whether columns belong to stations: by the words that are left, or as all that the file's name speaks of."""
    counts = Counter(each.code for each in columns)
    stations = {each.thing for each in columns if each.thing is not None and counts[each.code] > 1}
    if stations:
        kept = []
        for each in columns:
            if each.thing in stations:
                kept.append(each)
            else:
                ignored[each.name] = f"{each.code}, but no station is named"
        return kept, tuple(dict.fromkeys(each.thing for each in kept if each.thing is not None))
    unknown = [name for name in numeric if name in ignored]
    code = read_heading(re.sub(r"[\W_]+", " ", PurePath(file_name).name.split(".")[0])).code
    if (
        not columns
        and code is not None
        and unknown
        and observed_properties()[code].result_type == "measurement"
    ):
        known = observed_properties()[code]
        wide = []
        for name in unknown:
            del ignored[name]
            note = f"a station for each column, and {code} by the name of the file"
            unit, notes = _unit(Heading(code, None, name), known, numeric[name])
            to = known.unit if unit != known.unit else None
            wide.append(GuessedColumn(name, code, unit, to, False, name, (note, *notes)))
        return wide, tuple(unknown)
    return [replace(each, thing=None, notes=_with_rest(each)) for each in columns], ()


def _with_rest(column: GuessedColumn) -> tuple[str, ...]:
    if column.thing is None:
        return column.notes
    return (f"“{column.thing}” in the heading was not understood", *column.notes)


def _once(columns: list[GuessedColumn], ignored: dict[str, str]) -> list[GuessedColumn]:
    """A thing has one datastream of a property; where a heading says more than the property, it goes second."""
    seen: set[tuple[str | None, str]] = set()
    kept = []
    for column in sorted(columns, key=lambda each: any("not understood" in note for note in each.notes)):
        if (column.thing, column.code) in seen:
            ignored[column.name] = f"{column.code} again: give it a sensor or a thing of its own to keep both"
            continue
        seen.add((column.thing, column.code))
        kept.append(column)
    return sorted(kept, key=columns.index)
