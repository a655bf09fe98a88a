"""What happens because an instant has come: drafts expire, registration opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from casework.access.model import SYSTEM, Role
from casework.outbox.service import enqueue
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Transition
from casework.workflow.service import apply
from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection

log = structlog.get_logger()
JOB = "clockwork"
FIRST = UUID(int=0)


def run_due(
    connection: Connection,
    bindings: Iterable[Binding[Any]],
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Take every step of the clockwork that is due, each in a transaction of its own; how many.

    Two workers at once share the work: each takes what the other has not locked. A step that a
    guard refuses is left for the next round and holds up nothing else; one that fails is set aside.
    """
    attempts, done = Attempts(connection, JOB, clock), 0
    for binding in bindings:
        for transition in system_steps(binding):
            run = partial(_run, connection, attempts, binding, transition, clock, stopping)
            done += attempts.attempt(f"{binding.machine.name} {transition.event}", run) or 0
    return done


def _run(  # noqa: PLR0913, PLR0917 (one step of all objects that are due for it)
    connection: Connection,
    attempts: Attempts,
    binding: Binding[Any],
    transition: Transition[Any],
    clock: Clock,
    stopping: Callable[[], bool],
) -> int:
    """How many took it."""
    done, after = 0, FIRST
    while not stopping():
        with connection.transaction():
            found = _take(connection, binding, transition, clock, after)
            if found is None:
                break
            step = partial(_try, connection, binding, found, transition, clock)
            subject = f"{binding.machine.name} {transition.event} {found}"
            done, after = done + bool(attempts.attempt(subject, step)), found
    return done


def system_steps(binding: Binding[Any]) -> list[Transition[Any]]:
    return [step for step in binding.machine.transitions if Role.SYSTEM in step.roles]


def _take(
    connection: Connection,
    binding: Binding[Any],
    transition: Transition[Any],
    clock: Clock,
    after: UUID,
) -> UUID | None:
    """The next object that is due, locked."""
    assert binding.due is not None, f"{binding.machine.name} has steps of the clockwork and no statement"
    parameters = {
        "source": transition.source,
        "deadline": transition.window.from_,
        "at": clock(),
        "after": after,
        "rows": 1,
    }
    row = connection.execute(binding.due, parameters).fetchone()
    return None if row is None else row[0]


def _try(
    connection: Connection,
    binding: Binding[Any],
    object_id: UUID,
    transition: Transition[Any],
    clock: Clock,
) -> bool:
    try:
        moved = apply(connection, binding, object_id, transition.event, SYSTEM, clock, seen_version=None)
    except Refusal as refusal:
        # Every round until it is possible: no line for each.
        log.debug("step_refused", machine=binding.machine.name, object_id=str(object_id), code=refusal.slug)
        return False
    if binding.notices is not None:
        enqueue(connection, binding.notices(connection, moved), moved.at)
    return True
