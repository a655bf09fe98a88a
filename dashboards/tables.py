"""The data behind what is shown, as a table people read and as CSV machines read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Self

from citycore.spreadsheets import inert
from dashboards.language import Words
from dashboards.model import Forecast, Hour, Latest, Name
from dashboards.rules import Reading

#: Letters of a cell that is not kept on one line.
LONG = 30
LATEST_COLUMNS = (
    "thing",
    "name_en",
    "name_ar",
    "place",
    "observed_property",
    "result",
    "unit",
    "phenomenon_time",
    "condition",
    "quality",
    "simulated",
)
FORECAST_COLUMNS = (
    "phenomenon_time",
    "observed",
    "median",
    "lower_50",
    "upper_50",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "unit",
    "simulated",
)


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8 with the mark that makes Excel read Arabic; None is an empty field, and no text is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def latest_rows(readings: Iterable[Reading], observed_property: str) -> list[tuple[object, ...]]:
    """``LATEST_COLUMNS`` of each reading, in the API's codes and UTC."""
    return [_latest_row(reading, reading.latest, observed_property) for reading in readings]


def _latest_row(reading: Reading, row: Latest | None, observed_property: str) -> tuple[object, ...]:
    thing = reading.thing
    value = (None, None, None) if row is None else (row.result, row.unit, stamp(row.phenomenon_time))
    return (
        thing.code,
        thing.name.en,
        thing.name.ar,
        thing.place,
        observed_property,
        *value,
        reading.condition,
        None if row is None else int(row.quality),
        str(thing.simulated).lower(),
    )


def forecast_rows(
    hours: Iterable[Hour], forecast: Forecast | None, unit: str, *, simulated: bool
) -> list[tuple[object, ...]]:
    """``FORECAST_COLUMNS`` of every hour that was observed or is forecast, oldest first."""
    observed = {hour.bucket_start: hour.mean for hour in hours}
    steps = {step.phenomenon_time: step for step in (forecast.steps if forecast else ())}
    rows: list[tuple[object, ...]] = []
    for moment in sorted({*observed, *steps}):
        step = steps.get(moment)
        bands = [None] * 6 if step is None else [edge for band in step.bands.values() for edge in band]
        median = None if step is None else step.median
        rows.append((stamp(moment), observed.get(moment), median, *bands, unit, str(simulated).lower()))
    return rows


def stamp(moment: datetime) -> str:
    """RFC 3339 UTC."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


class Linked(str):
    """A cell that leads somewhere: its text, and the address beside this page."""

    __slots__ = ("address",)
    address: str

    def __new__(cls, text: str, address: str) -> Self:
        made = super().__new__(cls, text)
        made.address = address
        return made


def html_table(
    words: Words,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    titles: Mapping[str, str] | None = None,
) -> str:
    """A table in the reading direction of the language; ``columns`` are keys under ``column``, or of ``titles``."""
    given = titles or {}
    names = [given[column] if column in given else words(f"column.{column}") for column in columns]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f'<div class="falaj-table" dir="{words.direction}" lang="{words.language}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str) -> str:
    """What is long may be broken into lines, so that no column leaves the page."""
    kind = ' class="falaj-long"' if len(cell) > LONG else ""
    return f"<td{kind}>{_inner(cell)}</td>"


def _inner(cell: str) -> str:
    if isinstance(cell, Linked):
        return f'<a href="{escape(cell.address)}" target="_self">{escape(cell)}</a>'
    return escape(cell)


LATEST_SHOWN = ("thing", "value", "age", "condition", "origin", "place", "quality")


def latest_cells(
    readings: Iterable[Reading], places: dict[str, Name], words: Words, now: datetime
) -> list[tuple[str, ...]]:
    """``LATEST_SHOWN`` of each reading, in words."""
    return [_latest_cells(reading, reading.latest, places, words, now) for reading in readings]


def _latest_cells(
    reading: Reading, row: Latest | None, places: dict[str, Name], words: Words, now: datetime
) -> tuple[str, ...]:
    none = words("none")
    place = places.get(reading.thing.place or "")
    return (
        reading.thing.name.text(words.language),
        none if row is None else value_text(row, words),
        none if row is None else words.ago(now - row.phenomenon_time),
        words(f"condition.{reading.condition}"),
        words("origin.simulated" if reading.thing.simulated else "origin.device"),
        none if place is None else place.text(words.language),
        none if row is None else words(f"quality.{row.quality.value}"),
    )


def value_text(row: Latest, words: Words) -> str:
    """A newest value in words: a number with its unit, or the text it is."""
    if isinstance(row.result, (int, float)):
        return words.value(row.result, row.unit)
    return words("none") if row.result is None else str(row.result)


FORECAST_SHOWN = ("time", "observed", "median", "lower_80", "upper_80", "lower_95", "upper_95")


def forecast_cells(hours: Iterable[Hour], forecast: Forecast | None, words: Words) -> list[tuple[str, ...]]:
    """``FORECAST_SHOWN`` of every hour, newest first, in words."""
    from citycore.intervals import parse_instant
    from dashboards.language import number_cell

    cells = []
    for row in reversed(forecast_rows(hours, forecast, "", simulated=False)):
        numbers = [number_cell(row[place], words) for place in (1, 2, 5, 6, 7, 8)]
        cells.append((words.instant(parse_instant(str(row[0]))), *numbers))
    return cells


HOURS_COLUMNS = ("bucket_start", "mean", "unit", "simulated")
HOURS_SHOWN = ("time", "value")


def hours_rows(hours: Iterable[Hour], unit: str, *, simulated: bool) -> list[tuple[object, ...]]:
    """``HOURS_COLUMNS`` of every hour, in UTC."""
    return [(stamp(hour.bucket_start), hour.mean, unit, str(simulated).lower()) for hour in hours]


def hours_cells(hours: Sequence[Hour], unit: str, words: Words) -> list[tuple[str, ...]]:
    """``HOURS_SHOWN`` of every hour, newest first, in words."""
    return [
        (
            words.instant(hour.bucket_start),
            words("none") if hour.mean is None else words.value(hour.mean, unit),
        )
        for hour in reversed(hours)
    ]
