"""Which columns of a sample are its time, and in which form; the data decide whether day or month comes first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from citycore.recordings.guessing.sample import Table
from citycore.recordings.times import PARTS, TimeColumns, reader_of
from citycore.vocabulary import normalise_name

_CELLS_LOOKED_AT = 100_000
#: So many of the cells must be times.
_SHARE_MIN = 0.95
_DATES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%Y.%m.%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%Y%m%d",
)
_CLOCKS = (
    "%H:%M",
    "%H:%M:%S",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%I:%M%p",
    "%H.%M",
    "%H:%M:%S%z",
    "%H:%M%z",
    "%H%M",
    "%H%M%S",
)
_JOINTS = (" ", "T", ", ", "")
#: Lengths of times that are all digits.
_COMPACT = frozenset({8, 12, 14})
_PART_NAMES = {
    "year": "year yr السنة سنة",
    "month": "month mnth mo الشهر شهر",
    "day": "day dy day_of_month اليوم يوم",
    "hour": "hour hr hour_of_day heure الساعة ساعة",
    "minute": "minute min mins الدقيقة دقيقة",
    "second": "second sec الثانية ثانية",
}
_RANGES = {
    "year": (1900, 2100),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 24),
    "minute": (0, 59),
    "second": (0, 59),
}


@dataclass(frozen=True, slots=True)
class GuessedTime:
    """``entries`` of ``[time]``; ``others`` are columns that say the time again. ``notes`` are doubts."""

    entries: dict[str, str]
    others: tuple[str, ...]
    has_offset: bool
    moments: tuple[datetime | None, ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> set[str]:
        return {*self.entries.values()} - {self.entries.get("format", "")}


@dataclass(frozen=True, slots=True)
class _Form:
    format: str | None
    moments: tuple[datetime | None, ...]
    notes: tuple[str, ...] = ()

    @property
    def has_clock(self) -> bool:
        return any(each is not None and (each.hour or each.minute) for each in self.moments)


def guess_time(table: Table) -> GuessedTime | None:
    """The time of the rows, None if no column looks like one."""
    cells = dict(zip(table.names, (column[:_CELLS_LOOKED_AT] for column in table.columns), strict=True))
    forms = {name: form for name, column in cells.items() if (form := _form(column)) is not None}
    whole = [name for name, form in forms.items() if form.has_clock]
    if whole:
        chosen = forms[whole[0]]
        others = tuple(name for name in forms if name != whole[0])
        return _guessed({"column": whole[0]}, chosen, (*others, *_parts(cells).values()))
    parts = _parts(cells)
    if {"year", "month", "day"} <= parts.keys():
        return _of_parts(cells, parts, tuple(forms))
    if not forms:
        return None
    name, form = next(iter(forms.items()))
    smaller: dict[str, str] = {part: parts[part] for part in ("hour", "minute", "second") if part in parts}
    others = tuple(
        other for other in (*forms, *parts.values()) if other != name and other not in smaller.values()
    )
    if "hour" in smaller:
        entries = {"date": name} | ({} if form.format is None else {"format": form.format}) | smaller
        columns = TimeColumns((name,), smaller, form.format, None, "first")
        moments = _moments(columns, cells)
        return GuessedTime(entries, others, False, moments, form.notes)
    clock = next((other for other in cells if other != name and _is_clock(cells[other])), None)
    if clock is not None:
        joined = tuple(" ".join(pair) for pair in zip(cells[name], cells[clock], strict=True))
        together = _form(joined)
        if together is not None:
            return _guessed({"date": name, "time": clock}, together, others)
    return _guessed({"column": name}, form, others)


def interval_seconds(time: GuessedTime, things: Sequence[str]) -> int | None:
    """The commonest step between two rows of one thing."""
    last: dict[str, datetime] = {}
    steps: Counter[float] = Counter()
    for moment, thing in zip(time.moments, things or [""] * len(time.moments), strict=False):
        if moment is None:
            continue
        if thing in last:
            step = (moment - last[thing]).total_seconds()
            if step > 0:
                steps[step] += 1
        last[thing] = moment
    return int(steps.most_common(1)[0][0]) or None if steps else None


def _guessed(entries: dict[str, str], form: _Form, others: tuple[str, ...]) -> GuessedTime:
    if form.format is not None:
        entries = entries | {"format": form.format}
    has_offset = all(each.tzinfo is not None for each in form.moments if each is not None)
    return GuessedTime(entries, others, has_offset, form.moments, form.notes)


def _of_parts(
    cells: dict[str, tuple[str, ...]], parts: dict[str, str], others: tuple[str, ...]
) -> GuessedTime:
    moments = _moments(TimeColumns((), parts, None, None, "first"), cells)
    return GuessedTime(parts, others, False, moments, ())


def _moments(columns: TimeColumns, cells: dict[str, tuple[str, ...]]) -> tuple[datetime | None, ...]:
    read = reader_of(columns)
    return tuple(read(texts) for texts in zip(*(cells[name] for name in columns.names), strict=True))


def _parts(cells: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Columns of whole numbers in the range of what their names say."""
    found: dict[str, str] = {}
    for part in PARTS:
        names = _PART_NAMES[part].split()
        lowest, highest = _RANGES[part]
        for name, column in cells.items():
            present = [cell.split(".")[0] for cell in column if cell]
            if (
                normalise_name(name) in names
                and present
                and all(cell.isdigit() and lowest <= int(cell) <= highest for cell in present)
            ):
                found.setdefault(part, name)
    return found


def _is_clock(column: Sequence[str]) -> bool:
    present = [cell for cell in column if cell]
    return bool(present) and all(":" in cell and len(cell) <= len("00:00:00 AM") for cell in present)


def _form(column: Sequence[str]) -> _Form | None:
    """How the cells of a column are times, if they are."""
    present = [cell for cell in column if cell]
    if not present or not _may_be_time(present[0]):
        return None
    if not present[0].isdigit() and (plain := _read_as(None, column)) is not None:
        return plain
    sample = present[0]
    fitting = [
        form
        for written in _formats()
        if reader_of(TimeColumns(("t",), {}, written, None, "first"))((sample,)) is not None
        and (form := _read_as(written, column)) is not None
    ]
    # The sample's own first cell may have fitted less than the others.
    if not fitting:
        fitting = [form for written in _formats() if (form := _read_as(written, column)) is not None]
    return _likeliest(fitting) if fitting else None


def _may_be_time(text: str) -> bool:
    """A number is a time only where it looks like 20240131 or 202401312359."""
    if text.isdigit():
        return len(text) in _COMPACT and text.startswith(("19", "20"))
    is_number = text.lstrip("+-").replace(".", "", 1).replace(",", "", 1).isdigit()
    return not is_number and any(mark in text for mark in "-/.:")


def _likeliest(fitting: list[_Form]) -> _Form:
    best = min(fitting, key=lambda form: _disorder(form.moments))
    rivals = [form for form in fitting if form is not best and form.moments != best.moments]
    if any(_disorder(form.moments) == _disorder(best.moments) for form in rivals):
        note = "Day or month first? Both read every time of the sample; the day is taken to be first."
        return _Form(best.format, best.moments, (note,))
    return best


def _formats() -> list[str]:
    return [date + joint + clock for date in _DATES for joint in _JOINTS for clock in _CLOCKS] + list(_DATES)


def _read_as(written: str | None, column: Sequence[str]) -> _Form | None:
    read = reader_of(TimeColumns(("t",), {}, written, None, "first"))
    moments, count, failed = [], sum(map(bool, column)), 0
    for cell in column:
        moment = read((cell,)) if cell else None
        failed += bool(cell) and moment is None
        if failed > count * (1 - _SHARE_MIN):
            return None
        moments.append(moment)
    if len({each.tzinfo is not None for each in moments if each is not None}) > 1:
        return None
    return _Form(written, tuple(moments))


def _disorder(moments: Sequence[datetime | None]) -> tuple[int, int]:
    """Wrongly read times jump: how many cannot be read or step back, and how many different steps there are."""
    present = [each for each in moments if each is not None]
    steps = [after - before for before, after in pairwise(present)]
    return len(moments) - len(present) + sum(step < timedelta() for step in steps), len(set(steps))
