"""Keeping the index right: after each step what it changed, and from time to time everything. The worker calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from casework.noun import Nouns
from casework.programme import Programme
from casework.search import repository
from casework.search.model import Findable
from casework.search.rules import entry_of, rules_of
from casework.search.settings import FindSettings
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

JOB: Final = "search"


def take_in(programme: Programme, stopping: Callable[[], bool] = lambda: False) -> int:
    """Bring the index up to date; how many things were put in or taken out.

    A kind whose statement fails is set aside, and the others are kept.
    """
    with programme.connect() as connection:
        attempts = Attempts(connection, JOB, programme.clock)
        changed = _keep_touched(programme, connection, attempts, stopping)
        if changed:
            with connection.transaction():
                repository.count_governorates(connection)
        last, at = repository.compared_at(connection), programme.clock()
        if last is None or last + timedelta(seconds=programme.of(FindSettings).compare_seconds) <= at:
            changed += _compare_all(programme, connection, attempts, stopping)
    return changed


def refresh(
    connection: Connection,
    findable: Findable,
    settings: FindSettings,
    keys: Sequence[UUID | str] | None = None,
) -> int:
    """Compare some things of a kind, or all of them, with what is public now; so many at a time are made anew."""
    rules = rules_of(findable, settings)
    changed = repository.find_changed(connection, findable, rules, keys)
    for start in range(0, len(changed), settings.batch_rows_max):
        with connection.transaction():
            some = changed[start : start + settings.batch_rows_max]
            rows = repository.find_rows(connection, findable, rules, some)
            repository.put(connection, findable.kind, [entry_of(findable, row, settings) for row in rows])
    with connection.transaction():
        gone = repository.find_gone(connection, findable, keys)
        repository.take_out(connection, findable.kind, gone)
    return len(changed) + len(gone)


def _keep_touched(
    programme: Programme, connection: Connection, attempts: Attempts, stopping: Callable[[], bool]
) -> int:
    settings, findables = programme.of(FindSettings), programme.of(Nouns).findables
    changed = 0
    while not stopping():
        with connection.transaction():
            touched = set(repository.take_touched(connection, settings.batch_rows_max))
            for findable in findables.values() if touched else ():
                own = sorted(one.object_id for one in touched if one.machine in findable.machines)
                keys = None if any(one.machine in findable.follows for one in touched) else own
                if keys is None or keys:
                    work = partial(refresh, connection, findable, settings, keys)
                    changed += attempts.attempt(findable.kind, work) or 0
        if not touched:
            break
    return changed


def _compare_all(
    programme: Programme, connection: Connection, attempts: Attempts, stopping: Callable[[], bool]
) -> int:
    settings, findables = programme.of(FindSettings), programme.of(Nouns).findables
    changed = 0
    for findable in findables.values():
        if stopping():
            return changed
        work = partial(refresh, connection, findable, settings)
        changed += attempts.attempt(findable.kind, work) or 0
    with connection.transaction():
        repository.take_out_others(connection, list(findables))
        repository.count_words(connection)
        repository.count_governorates(connection)
        repository.set_compared(connection, programme.clock())
    return changed
