"""Counting what takes longer than a page may: somebody asks for it, a process of the worker does it.

A noun says how its objects are counted (:class:`Counter`, in ``Noun.counters``) and calls :func:`ask`; its pages show what
:func:`find` gives. Nothing here asks for a role: the noun does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from casework.access.model import SYSTEM
from casework.counting.model import Counter, Wanted
from casework.counting.settings import CountingSettings
from casework.noun import Nouns
from casework.programme import Programme, Session
from casework.workflow.errors import Refusal
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.counting")
JOB: Final = "counting"


class Tally(NamedTuple):
    """What came of a run."""

    done: int
    failed: int


def ask(session: Session, kind: str, object_id: UUID) -> None:
    """Have it counted, or counted once more: it is, once the transaction has committed."""
    values = {"object_id": object_id, "kind": kind, "at": session.now()}
    session.connection.execute(QUERIES["ask"], values)


def find(session: Session, object_id: UUID) -> Wanted | None:
    """What stands about it on its page; None where it is not to be counted, or is counted already."""
    return row_of(session.connection, Wanted, QUERIES["wanted"], {"object_id": object_id})


def is_any_due(connection: Connection, at: datetime) -> bool:
    return bool(rows_of(connection, Wanted, QUERIES["due"], {"at": at, "rows": 1}))


def count_due(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> Tally:
    """Count what is asked for, one after the other: read in one transaction, worked out in none, kept in another.

    After a crash in the middle of one nothing of it is kept, and it is done again. One that fails is set aside with its
    reason and holds up no other; several workers never count the same at once.
    """
    counters, done = programme.of(Nouns).counters, 0
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock, may_kill=True)
        values = {"at": programme.clock(), "rows": programme.of(CountingSettings).objects_max}
        for wanted in rows_of(connection, Wanted, QUERIES["due"], values):
            if stopping():
                break
            with _alone(connection, wanted) as is_free:
                if is_free:
                    # What an error says can be what somebody answered.
                    work = partial(_count, programme, counters[wanted.kind], wanted.object_id)
                    done += attempts.attempt(wanted.subject, work, hidden=True) or 0
    return Tally(done, attempts.failed)


def _count(programme: Programme, counter: Counter[Any], object_id: UUID) -> int:
    """1 once it is kept; 0 where it cannot be counted yet, or another worker has done so."""
    with programme.session(SYSTEM) as session:
        wanted = find(session, object_id)
        if wanted is None:
            return 0
        turn = {"object_id": object_id, "turn": wanted.turn}
        session.connection.execute(QUERIES["begin"], turn | {"at": session.now()})
    try:
        with programme.session(SYSTEM, is_look=True) as session:
            work = counter.take(session, object_id)
    except Refusal:
        with programme.session(SYSTEM) as session:
            later = session.now() + timedelta(seconds=session.of(CountingSettings).put_off_seconds)
            session.connection.execute(QUERIES["put_off"], turn | {"at": later})
        return 0
    found = work()
    with programme.session(SYSTEM) as session:
        counter.keep(session, object_id, found)
        session.connection.execute(QUERIES["done"], turn)
    return 1


@contextmanager
def _alone(connection: Connection, wanted: Wanted) -> Iterator[bool]:
    """Whether no other worker counts it; if so none does meanwhile."""
    values = {"subject": f"{JOB} {wanted.subject}"}
    is_free = only_row(connection, bool, QUERIES["take_alone"], values)
    try:
        yield is_free
    finally:
        if is_free:
            connection.execute(QUERIES["leave"], values)
