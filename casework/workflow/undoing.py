"""Steps that can be taken back for a while, as a machine says (``undoable``): nothing is told of them before.

Such a step changes nothing but the state of its object, and the state that it leaves is given no reason. Whoever may take it may take
it back, as long as nothing else has happened to the object; the mails that tell of it wait for so long, and are gone then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, TypeVar

from casework.access.rules import holds_any
from casework.audit.model import Line
from casework.outbox.service import recall
from casework.workflow import repository
from casework.workflow.context import CallContext
from casework.workflow.errors import NotAllowed, StepNotUndoable, existing
from casework.workflow.model import Attempt, Binding, Machine, Moved, Offer, Standing, Transition
from casework.workflow.repository import Undoable
from casework.workflow.rules import compare
from casework.workflow.writing import log, remember_step

Facts = TypeVar("Facts")
#: The event by which the newest step is taken back.
UNDO: Final = "undo"


def remember(call: CallContext, machine: Machine[Facts], moved: Moved) -> None:
    """That it can be taken back until a while has passed, if it can."""
    if moved.held_minutes:
        until = moved.at + timedelta(minutes=moved.held_minutes)
        remember_step(call, Undoable(machine.name, moved, until))


def find_undoable(
    call: CallContext, machine: Machine[Facts], standing: Standing[Facts]
) -> tuple[Transition[Facts], datetime] | None:
    """The newest step of an object while it can be taken back, and when it was taken."""
    if not any(
        step.event in machine.undoable for step in machine.transitions if step.target == standing.state
    ):
        return None
    found = repository.find_undoable(call.connection, standing.object_id, standing.version, call.now())
    if found is None:
        return None
    source, event, taken_at = found
    return existing(machine.step(source, event)), taken_at


def offer_undoing(
    call: CallContext, machine: Machine[Facts], standing: Standing[Facts]
) -> list[Offer[Facts]]:
    """That the actor can take back the newest step, if they can."""
    found = find_undoable(call, machine, standing)
    if found is None:
        return []
    step, _ = found
    if not holds_any(call.actor.at(call.now()), step.roles, standing.scopes):
        return []
    return [Offer(Transition(step.target, UNDO, step.source, step.roles))]


def undo(call: CallContext, binding: Binding[Facts], standing: Standing[Facts], attempt: Attempt) -> Moved:
    """Back to the state before; :class:`StepNotUndoable` once the while has passed or something else has happened."""
    compare(standing, attempt.seen_version)
    found, at = find_undoable(call, binding.machine, standing), call.now()
    if found is None:
        raise StepNotUndoable
    step, taken_at = found
    if not holds_any(attempt.actor.at(at), step.roles, standing.scopes):
        raise NotAllowed
    object_id, machine = standing.object_id, binding.machine
    parameters = {"object_id": object_id, "target": step.source, "reason": None, "at": at}
    call.connection.execute(binding.move, parameters)
    repository.forget_undoable(call.connection, object_id)
    recall(call.connection, object_id, taken_at)
    line = Line(
        standing.chain,
        at,
        attempt.actor.key,
        machine.name,
        object_id,
        UNDO,
        step.target,
        step.source,
        None,
        {},
    )
    log(call, line)
    return Moved(object_id, UNDO, step.target, step.source, None, standing.version + 1, at)
