"""The calendar of a hub: what its operator keeps on top of the package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from citycore.calendar.document import read_entries
from citycore.calendar.errors import (
    CalendarEntryNotFound,
    CalendarEntryShipped,
    CalendarEntryWrong,
    CalendarFull,
)
from citycore.calendar.model import Entry, Key
from citycore.calendar.rules import shipped_at
from citycore.calendar.settings import CalendarSettings
from citycore.normalisation import turns_letters
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("citycore.calendar")
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def own_entries(connection: Connection) -> list[Entry]:
    """All that the operator keeps, by country and day."""
    return rows_of(connection, Entry, QUERIES["entries"])


def keep(connection: Connection, entry: Entry, settings: CalendarSettings) -> None:
    """Add an entry, or change the one of its country and kind that begins on its day.

    :class:`CalendarEntryWrong`, :class:`CalendarFull`.
    """
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        _keep(connection, own_entries(connection), entry, settings)


def confirm(connection: Connection, key: Key, source: str | None, settings: CalendarSettings) -> Entry:
    """It is as it was estimated; also of a public holiday that the package estimates. :class:`CalendarEntryNotFound`."""
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        own = own_entries(connection)
        found = next((one for one in own if one.key == key), None) or shipped_at(own, key)
        if found is None:
            raise CalendarEntryNotFound(kind=key.kind.value, day=key.starts_on.isoformat())
        entry = replace(found, is_confirmed=True, is_shipped=False, source=source or found.source)
        _keep(connection, own, entry, settings)
        return entry


def remove(connection: Connection, key: Key) -> None:
    """Forget an entry of the operator's; :class:`CalendarEntryNotFound`, :class:`CalendarEntryShipped`."""
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        if connection.execute(QUERIES["remove"], values_of(key)).fetchone() is None:
            is_shipped = shipped_at(own_entries(connection), key) is not None
            wrong = CalendarEntryShipped if is_shipped else CalendarEntryNotFound
            raise wrong(kind=key.kind.value, day=key.starts_on.isoformat())


def bring(connection: Connection, text: str, settings: CalendarSettings) -> Sequence[Entry]:
    """Keep all entries of a file (:mod:`citycore.calendar.document`), or none of them.

    :class:`CalendarEntryWrong` with the line, :class:`CalendarFull`.
    """
    if len(text.encode()) > settings.file_bytes_max:
        raise CalendarFull(**_most(settings))
    brought: list[Entry] = []
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        known = {one.key: one for one in own_entries(connection)}
        for line, entry in read_entries(text):
            try:
                _keep(connection, list(known.values()), entry, settings)
            except CalendarEntryWrong as error:
                raise error.on_line(line) from None
            known[entry.key] = entry
            brought.append(entry)
    return brought


def changed_at(connection: Connection, country: str, first: date, last: date) -> datetime | None:
    """When anything was last changed about these days; whoever counted on them before looks again."""
    days = {"country": country, "first": first, "last": last}
    found: datetime | None
    (found,) = connection.execute(QUERIES["changed_at"], days).fetchone() or (None,)
    return found


def _keep(connection: Connection, own: Iterable[Entry], entry: Entry, settings: CalendarSettings) -> None:
    others = [one for one in own if one.key != entry.key]
    _check(entry, others, settings)
    if len(others) >= settings.entries_max:
        raise CalendarFull(**_most(settings))
    connection.execute(QUERIES["keep"], values_of(entry))


def _check(entry: Entry, others: Iterable[Entry], settings: CalendarSettings) -> None:
    if not _COUNTRY.fullmatch(entry.country):
        raise CalendarEntryWrong("country", "no_country", given=entry.country)
    for field in ("name_ar", "name_en", "source"):
        text = getattr(entry, field)
        if not 0 < len(text) <= settings.text_characters_max or turns_letters(text):
            raise CalendarEntryWrong(field, "text", maximum=settings.text_characters_max)
    for field in ("starts_on", "ends_on"):
        day: date = getattr(entry, field)
        if not settings.year_min <= day.year <= settings.year_max:
            raise CalendarEntryWrong(field, "year", first=settings.year_min, last=settings.year_max)
    if entry.ends_on < entry.starts_on:
        raise CalendarEntryWrong("ends_on", "order")
    if (entry.ends_on - entry.starts_on).days >= settings.entry_days_max:
        raise CalendarEntryWrong("ends_on", "too_long", maximum=settings.entry_days_max)
    for one in others:
        if (one.country, one.kind) == (entry.country, entry.kind) and (
            one.starts_on <= entry.ends_on and entry.starts_on <= one.ends_on
        ):
            raise CalendarEntryWrong("starts_on", "overlap", other=one.starts_on)


def _most(settings: CalendarSettings) -> dict[str, object]:
    return {"entries_max": settings.entries_max, "bytes_max": settings.file_bytes_max}
