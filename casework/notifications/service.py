"""What somebody was told: reading it, and choosing how it is mailed. Always the actor's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.notifications import repository
from casework.notifications.model import Choice, Notification
from casework.notifications.rules import paths_above
from casework.notifications.settings import NotificationSettings
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject
from citycore.clock import CITY_ZONE
from citycore.failures.service import Attempts

JOB: Final = "tidy_notifications"
_NEWS: Final = timedelta(days=14)


def list_own(session: Session) -> list[Notification]:
    """The newest first."""
    rows = session.of(NotificationSettings).rows_max
    return repository.find_own(session.connection, session.person_id, rows)


def list_news(session: Session, rows: int) -> list[Notification]:
    """The newest that the actor has not read; what is older than two weeks is no news, and stands on its own page alone."""
    return repository.find_news(session.connection, session.person_id, session.now() - _NEWS, rows)


def count_unread(session: Session) -> int:
    return repository.count_unread(session.connection, session.person_id)


def read(session: Session, notification_id: UUID) -> str | None:
    """It counts as read; the page that it leads to. :class:`NoSuchObject` of others'."""
    found = repository.mark_read(session.connection, session.person_id, notification_id, session.now())
    if not found:
        raise NoSuchObject
    return found[0]


def read_of(session: Session, path: str) -> None:
    """What led the actor to the page, or the one above it, where they have done something now; ``path`` without its mount."""
    repository.mark_read_of(session.connection, session.person_id, paths_above(path), session.now())


def read_all(session: Session) -> None:
    repository.mark_read(session.connection, session.person_id, None, session.now())


def get_choice(session: Session) -> Choice:
    return repository.find_choice(session.connection, session.person_id)


def choose(session: Session, choice: Choice) -> None:
    """From now on; what waits for the mail of the day is still mailed, unless there is to be none."""
    connection, person_id = session.connection, session.person_id
    repository.choose(connection, person_id, choice, session.now().astimezone(CITY_ZONE).date())
    if choice is Choice.NONE:
        repository.leave_out(connection, person_id)


def tidy(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remove what was kept long enough, and what is more than a person keeps; how many."""
    settings = programme.of(NotificationSettings)
    before, rows_max = programme.clock() - timedelta(days=settings.days_kept), settings.tidy_rows_max
    with programme.connect() as connection:

        def remove() -> int:
            total, removed = 0, rows_max
            while removed == rows_max and not stopping():
                with connection.transaction():
                    removed = repository.tidy(connection, before, settings.rows_max, rows_max)
                total += removed
            return total

        return Attempts(connection, JOB, programme.clock).attempt("notifications", remove) or 0
