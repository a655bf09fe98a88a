"""What waits for somebody: one statement for each noun that can concern them."""

from __future__ import annotations

from typing import Final

from casework.access.model import Actor
from casework.noun import Nouns
from casework.programme import Session
from casework.tasks.model import Task, Tasks, Waiting
from casework.tasks.rules import most_urgent, values_for
from casework.tasks.settings import TaskSettings
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES: Final = load_queries("casework.tasks")


def of(session: Session) -> Waiting:
    """The most urgent first; nothing for a visitor. It tells no more than the pages that it leads to."""
    actor = session.actor.at(session.now())
    if actor.person_id is None:
        return Waiting()
    nouns = [noun.tasks for noun in session.of(Nouns) if noun.tasks is not None]
    return most_urgent(task for tasks in nouns for task in _of_noun(session, actor, tasks))


def _of_noun(session: Session, actor: Actor, tasks: Tasks) -> list[Task]:
    values = values_for(actor, tasks.waits)
    if not values:
        return []
    values |= {
        "person_id": actor.person_id,
        "at": session.now(),
        "rows": session.of(TaskSettings).rows_max,
        "steps": [wait.step for wait in tasks.waits],
        "kinds": [wait.kind for wait in tasks.waits],
    }
    values |= {} if tasks.also is None else tasks.also(session)
    statement = load_queries(tasks.package, "tasks.sql")["waiting"]
    query = QUERIES["most_urgent"].replace("waiting_of_a_noun", f"\n{statement}\n")
    return rows_of(session.connection, Task, query, values)
