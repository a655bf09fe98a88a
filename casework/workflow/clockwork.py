"""What happens because an instant has come: drafts expire, registration opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from casework.access.model import SYSTEM, Role
from casework.programme import Programme, Session
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Transition
from casework.working_time.model import Calendar
from casework.working_time.rules import is_working
from citycore.failures.service import Attempts

log = structlog.get_logger()
JOB = "clockwork"
FIRST = UUID(int=0)


def run_due(
    programme: Programme, bindings: Iterable[Binding[Any]], stopping: Callable[[], bool] = lambda: False
) -> int:
    """Take every step of the clockwork that is due, each in a transaction of its own; how many.

    Two workers at once share the work: each takes what the other has not locked. A step that a
    guard refuses is left for the next round and holds up nothing else; one that fails is set aside. What follows a
    deadline in working time waits until offices are open.
    """
    with programme.connect() as connection:
        session = programme.within(connection, SYSTEM)
        attempts, done = Attempts(connection, JOB, programme.clock), 0
        for binding in bindings:
            for transition in system_steps(binding):
                if _sleeps(session, binding, transition):
                    continue
                run = partial(_run, session, attempts, binding, transition, stopping)
                done += attempts.attempt(f"{binding.machine.name} {transition.event}", run) or 0
    return done


def _run(
    session: Session,
    attempts: Attempts,
    binding: Binding[Any],
    transition: Transition[Any],
    stopping: Callable[[], bool],
) -> int:
    """How many took it."""
    done, after = 0, FIRST
    while not stopping():
        with session.connection.transaction():
            found = _take(session, binding, transition, after)
            if found is None:
                break
            step = partial(_try, session, binding, found, transition)
            subject = f"{binding.machine.name} {transition.event} {found}"
            done, after = done + bool(attempts.attempt(subject, step)), found
    return done


def _sleeps(session: Session, binding: Binding[Any], transition: Transition[Any]) -> bool:
    """Whether it follows a deadline in working time and offices are closed: a hub that was away over the close of a day
    goes on in the morning.
    """
    is_in_hours = transition.window.from_ in binding.machine.in_working_time
    return is_in_hours and not is_working(session.of(Calendar), session.now())


def system_steps(binding: Binding[Any]) -> list[Transition[Any]]:
    return [step for step in binding.machine.transitions if Role.SYSTEM in step.roles]


def _take(session: Session, binding: Binding[Any], transition: Transition[Any], after: UUID) -> UUID | None:
    """The next object that is due, locked."""
    assert binding.due is not None, f"{binding.machine.name} has steps of the clockwork and no statement"
    parameters = {
        "source": transition.source,
        "deadline": transition.window.from_,
        "at": session.now(),
        "after": after,
        "rows": 1,
    }
    row = session.connection.execute(binding.due, parameters).fetchone()
    return None if row is None else row[0]


def _try(session: Session, binding: Binding[Any], object_id: UUID, transition: Transition[Any]) -> bool:
    try:
        with session.part():
            moved = session.apply(binding, object_id, transition.event, None)
    except Refusal as refusal:
        # Every round until it is possible: no line for each.
        log.debug("step_refused", machine=binding.machine.name, object_id=str(object_id), code=refusal.slug)
        return False
    if binding.notices is not None:
        session.send(binding.notices(session.connection, moved), moved)
    return True
