"""What waits for somebody: one statement for each noun that can concern them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import psycopg
import structlog

from casework.noun import Nouns
from casework.programme import Session
from casework.tasks.model import Task, Tasks, Waiting
from casework.tasks.rules import most_urgent, values_for
from casework.tasks.settings import TaskSettings
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES: Final = load_queries("casework.tasks")
log = structlog.get_logger()


def of(session: Session, own: Tasks | None = None) -> Waiting:
    """The most urgent first, of all nouns or of one; nothing for a visitor. It tells no more than the pages that it leads to.

    A noun whose statement fails is left out, and logged.
    """
    found: list[Task] = []
    left_out = False
    for tasks, known in _nouns(session):
        if own is not None and tasks is not own:
            continue
        try:
            with session.part():
                found += _of_noun(session, tasks, known)
        except psycopg.Error as error:
            if session.connection.broken:
                raise
            left_out = True
            log.warning("tasks_left_out", noun=tasks.package, error=type(error).__name__)
    return replace(most_urgent(found), is_complete=not left_out)


def count(session: Session, kind: str) -> int:
    """How many objects of one kind wait for the person."""
    for tasks, known in _nouns(session):
        if any(wait.kind == kind for wait in tasks.waits):
            found = _of_noun(session, tasks, known)
            return next((task.total for task in found if task.kind == kind), 0)
    return 0


def _nouns(session: Session) -> Iterator[tuple[Tasks, dict[str, object]]]:
    """Those that can concern the person, with what their statements are to know."""
    actor = session.actor.at(session.now())
    for noun in session.of(Nouns):
        known = {} if noun.tasks is None else values_for(actor, noun.tasks.waits)
        if noun.tasks is not None and known and actor.person_id is not None:
            yield noun.tasks, known | {"person_id": actor.person_id}


def _of_noun(session: Session, tasks: Tasks, known: dict[str, object]) -> list[Task]:
    values = known | {
        "at": session.now(),
        "rows": session.of(TaskSettings).rows_max,
        "steps": [wait.step for wait in tasks.waits],
        "kinds": [wait.kind for wait in tasks.waits],
    }
    values |= {} if tasks.also is None else tasks.also(session)
    statement = load_queries(tasks.package, "noun.sql")["waiting"]
    query = QUERIES["most_urgent"].replace("waiting_of_a_noun", f"\n{statement}\n")
    return rows_of(session.connection, Task, query, values)
