"""The calendar of days for administrators, who keep it. It is the city's, as the registry is: what is written there is committed
once it stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from casework.access.model import HUB, Actor, Role
from casework.audit.model import HUB_CHAIN, Line
from casework.calendar.errors import CalendarFieldWrong
from casework.programme import Programme, Session
from casework.sources.model import Registry
from casework.sources.service import change
from casework.workflow.errors import NoSuchObject
from citycore.calendar import service as calendar
from citycore.calendar.errors import CalendarEntryNotFound, CalendarEntryWrong
from citycore.calendar.model import Entry, EntryKind, Key
from citycore.calendar.rules import entries_of
from citycore.calendar.settings import CalendarSettings
from citycore.store.connections import Connection

KEEPERS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as a form has it: one day where it does not say how many."""

    kind: EntryKind
    starts_on: date
    ends_on: date | None
    name_ar: str
    name_en: str
    source: str
    is_confirmed: bool = False

    @property
    def entry(self) -> Entry:
        return Entry(
            kind=self.kind,
            starts_on=self.starts_on,
            ends_on=self.ends_on or self.starts_on,
            name_ar=self.name_ar,
            name_en=self.name_en,
            is_confirmed=self.is_confirmed,
            source=self.source,
        )


def require_keeper(session: Session, *_: object) -> None:
    session.require(KEEPERS, {HUB})


def list_year(session: Session, country: str, year: int) -> Sequence[Entry]:
    """All that is known of its days; a year that the calendar does not have has none."""
    require_keeper(session)
    settings = CalendarSettings()
    if not settings.year_min <= year <= settings.year_max:
        return ()
    with session.of(Registry).connect() as connection:
        return entries_of(calendar.own_entries(connection), country, year)


def keep(programme: Programme, actor: Actor, written: Written) -> None:
    """:class:`CalendarFieldWrong`."""
    entry = written.entry
    _do(programme, actor, "keep", entry.key, lambda at: calendar.keep(at, entry, CalendarSettings()))


def confirm(programme: Programme, actor: Actor, key: Key) -> None:
    _do(programme, actor, "confirm", key, lambda at: calendar.confirm(at, key, None, CalendarSettings()))


def remove(programme: Programme, actor: Actor, key: Key) -> None:
    _do(programme, actor, "remove", key, lambda at: calendar.remove(at, key))


def _do(
    programme: Programme, actor: Actor, deed: str, key: Key, work: Callable[[Connection], object]
) -> None:
    with change(programme, actor) as (session, connection):
        require_keeper(session)
        try:
            work(connection)
        except CalendarEntryWrong as error:
            raise CalendarFieldWrong(error) from error
        except CalendarEntryNotFound as error:
            raise NoSuchObject from error
        event, details = (
            f"{deed}_calendar_entry",
            {"day_kind": key.kind.value, "day": key.starts_on.isoformat()},
        )
        # An entry has no identifier in the log: the line is about who changed it.
        session.log(
            Line(
                HUB_CHAIN,
                session.now(),
                session.actor.key,
                "calendar_entry",
                session.person_id,
                event,
                None,
                None,
                None,
                details,
            ),
        )
