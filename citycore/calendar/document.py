"""A file of entries: CSV with a line of titles, as spreadsheets write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from citycore.calendar.errors import CalendarEntryWrong
from citycore.calendar.model import HOME, Entry, EntryKind

REQUIRED = ("kind", "starts_on", "name_ar", "name_en", "source")
TITLES = (*REQUIRED, "ends_on", "confirmed", "country")
_TRUTHS = {
    "yes": True,
    "true": True,
    "1": True,
    "نعم": True,
    "no": False,
    "false": False,
    "0": False,
    "": False,
    "لا": False,
}


def read_entries(text: str) -> Iterator[tuple[int, Entry]]:
    """Each with the number of its line; :class:`CalendarEntryWrong` for the first that cannot be read."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}")), strict=True)
    try:
        titles = table.fieldnames or ()
        for name in REQUIRED:
            if name not in titles:
                raise CalendarEntryWrong(name, "no_column", line=1, titles=", ".join(TITLES))
        for row in table:
            try:
                yield table.line_num, _entry(row)
            except CalendarEntryWrong as error:
                raise error.on_line(table.line_num) from None
    except csv.Error as error:
        raise CalendarEntryWrong("-", "no_csv", line=table.line_num, detail=str(error)) from error


@cache
def shipped_ramadan() -> tuple[Entry, ...]:
    """Ramadan in Oman as a hub begins with it, for whoever has none."""
    text = (files("citycore") / "calendar" / "ramadan.csv").read_text("utf-8")
    return tuple(entry for _, entry in read_entries(text))


def kind_of(text: str) -> EntryKind:
    try:
        return EntryKind(text.strip())
    except ValueError:
        known = ", ".join(EntryKind)
        raise CalendarEntryWrong("kind", "no_kind", given=text.strip(), known=known) from None


def day_of(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise CalendarEntryWrong(field, "no_day", given=text.strip()) from None


def _entry(row: Mapping[str | None, str | list[str] | None]) -> Entry:
    if None in row:
        raise CalendarEntryWrong("-", "too_many_cells")
    said = {name: str(row.get(name) or "").strip() for name in TITLES}
    confirmed = _TRUTHS.get(said["confirmed"].lower())
    if confirmed is None:
        raise CalendarEntryWrong("confirmed", "no_truth", given=said["confirmed"])
    starts_on = day_of("starts_on", said["starts_on"])
    return Entry(
        kind=kind_of(said["kind"]),
        starts_on=starts_on,
        ends_on=day_of("ends_on", said["ends_on"]) if said["ends_on"] else starts_on,
        name_ar=said["name_ar"],
        name_en=said["name_en"],
        is_confirmed=confirmed,
        source=said["source"],
        country=said["country"] or HOME,
    )
