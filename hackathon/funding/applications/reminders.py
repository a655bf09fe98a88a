"""Mail to those whose draft is not handed in and whose close comes near: once for each instant and distance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from casework.outbox.service import enqueue
from casework.people.settings import PeopleSettings
from casework.programme import Programme
from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.rows import known
from hackathon.funding.applications import mails, repository
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls.machine import CLOSES, SECOND_CLOSES

JOB = "application_reminders"
#: What is being written and has never been handed in in its round, and the close that ends it.
_WRITTEN = (("draft", CLOSES), ("invited", SECOND_CLOSES))


class Due(NamedTuple):
    """A reminder of a deadline: in which state, and from how many days before it until how many."""

    state: str
    deadline: str
    days: int
    next_days: int


def remind_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Remind of what is due, each application in a transaction of its own; how many.

    A close that was moved is another instant: its reminders are due again. What was begun within the last
    days has no reminder of earlier ones. An application that cannot be reminded is set aside.
    """
    reminded, settings, clock = 0, programme.of(ApplicationSettings), programme.clock
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, clock)
        for state, deadline in _WRITTEN:
            for days, next_days in _distances(settings):
                due = Due(state, deadline, days, next_days)
                while reminded < settings.reminders_max and not stopping():
                    found = _remind_next(connection, attempts, due, clock)
                    if found is None:
                        break
                    reminded += found
    return reminded


def _distances(settings: ApplicationSettings) -> Iterator[tuple[int, int]]:
    """Days before the close from which a reminder is due, and those from which the next one is."""
    yield from pairwise([*sorted(set(settings.reminder_days), reverse=True), 0])


def _remind_next(connection: Connection, attempts: Attempts, due: Due, clock: Clock) -> bool | None:
    """Whether the next one that is due was reminded; None if there is none."""
    with connection.transaction():
        at = clock()
        parameters = due._asdict() | {"at": at, "rows": 1, "job": JOB}
        row = connection.execute(repository.QUERIES["due_reminders"], parameters).fetchone()
        if row is None:
            return None
        application_id, instant = row
        named = {"application_id": application_id, "instant": instant, "at": at}
        remind = partial(_remind, connection, application_id, due._asdict() | named)
        return attempts.attempt(str(application_id), remind) is not None


def _remind(connection: Connection, application_id: UUID, named: Mapping[str, Any]) -> bool:
    connection.execute(repository.QUERIES["add_reminder"], named)
    application = known(repository.find_application(connection, application_id))
    url = PeopleSettings().portal_url
    told = mails.to_applicants(connection, url, "reminder", application, closes=named["instant"])
    enqueue(connection, told, named["at"])
    return True
