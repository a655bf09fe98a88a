"""The one door through which states change.

Lock, ask the role, compare the version, read the clock, ask clock and guards, and write state,
version, audit line and mails: all of it in the caller's one transaction, or nothing. People and services
come through :class:`casework.programme.Session`, which has all of this as methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, LockNotAvailable

from casework.audit.model import Detail, Line
from casework.workflow import repository
from casework.workflow.context import CallContext
from casework.workflow.errors import Busy, DecidedElsewhere, existing
from casework.workflow.gathering import Gathered
from casework.workflow.model import Attempt, Binding, Machine, Moved, Offer, Standing, Transition
from casework.workflow.repository import StepWords
from casework.workflow.rules import decide, offered, require_asked, settle_words
from casework.workflow.settings import WorkflowSettings
from casework.workflow.stopping import stop_and_go_on
from casework.workflow.undoing import UNDO, offer_undoing, remember, undo
from casework.workflow.writing import add_words, log
from citycore.store.connections import Connection
from citycore.store.rows import execute_each

Facts = TypeVar("Facts")


@contextmanager
def unit(connection: Connection) -> Iterator[None]:
    """A transaction, or part of the caller's: all of it or nothing, and :class:`Busy` if a lock is not to be had."""
    try:
        with connection.transaction():
            yield
    except (LockNotAvailable, DeadlockDetected) as error:
        raise Busy from error


def gather(call: CallContext, binding: Binding[Any], object_ids: Iterable[UUID], gathered: Gathered) -> None:
    """For steps of these objects that are taken together: locked, in the order in which everybody locks them, and read, as far as
    their noun reads several at once.
    """
    if binding.read_some is None:
        return
    ordered = sorted(set(object_ids))
    execute_each(call.connection, binding.lock, [{"object_id": one} for one in ordered])
    found = binding.read_some(call.connection, ordered, call.actor, *_limits(call, binding))
    followed = sorted({standing.deadlines_of for standing in found.values()})
    gathered.hold(binding, found, repository.hold_deadlines_of(call.connection, followed))


def lock(call: CallContext, binding: Binding[Facts], object_id: UUID) -> Standing[Facts]:
    """The object, nobody else's until the transaction ends; :class:`NoSuchObject`."""
    held = None if call.gathered is None else call.gathered.take_standing(binding, object_id)
    if held is not None:
        return held
    call.connection.execute(binding.lock, {"object_id": object_id})
    return look(call, binding, object_id)


def look(call: CallContext, binding: Binding[Facts], object_id: UUID) -> Standing[Facts]:
    """The object as it stands; :class:`NoSuchObject`."""
    return existing(binding.read(call.connection, object_id, call.actor, *_limits(call, binding)))


def step(
    call: CallContext,
    binding: Binding[Facts],
    standing: Standing[Facts],
    attempt: Attempt,
    *,
    releasing: bool = False,
) -> Moved:
    """A step of an object that is locked already, within the caller's transaction."""
    machine, actor = binding.machine, attempt.actor
    if attempt.event == UNDO:
        return undo(call, binding, standing, attempt)
    deadlines = _held_deadlines(call, standing.deadlines_of)
    at = call.now()  # after every lock: whoever waited for one is judged by when it was theirs
    transition, reason = decide(machine, standing, deadlines, attempt, at)
    if transition.prepared_by and not releasing:
        raise DecidedElsewhere
    words = "" if releasing else words_of(call, machine, transition, reason)
    require_asked(machine, transition, actor, standing.object_id, releasing=releasing)
    parameters = {"object_id": standing.object_id, "target": transition.target, "reason": reason, "at": at}
    call.connection.execute(binding.move, parameters)
    clocks = stop_and_go_on(call, machine, transition, standing.object_id, at)
    line = Line(
        standing.chain,
        at,
        actor.key,
        machine.name,
        standing.object_id,
        transition.event,
        transition.source,
        transition.target,
        reason,
        {**attempt.details, **clocks},
    )
    moved = Moved(
        standing.object_id,
        transition.event,
        transition.source,
        transition.target,
        reason,
        standing.version + 1,
        at,
        words,
        0 if machine.is_secret else machine.undoable.get(transition.event, 0),
    )
    remember(call, machine, moved)
    if not machine.is_secret:
        log(call, line)
        if words:
            add_words(call, StepWords(machine.name, moved, words, actor.person_id))
    if binding.after is not None:
        binding.after(call, moved)
    return moved


def words_of(
    call: CallContext, machine: Machine[Facts], transition: Transition[Facts], reason: str | None
) -> str:
    """What the actor adds to a step, or to the decision about it; of a decision it was settled when it was prepared."""
    most = call.of(WorkflowSettings).words_characters_max
    return settle_words(machine, transition, reason, call.actor, most)


def steps(call: CallContext, binding: Binding[Facts], object_id: UUID) -> list[Offer[Facts]]:
    """The steps for which the actor has the role now, each with what still stands against it."""
    standing = look(call, binding, object_id)
    [offers] = steps_of(call, binding, [standing])
    return [*offers, *offer_undoing(call, binding.machine, standing)]


def steps_of(
    call: CallContext, binding: Binding[Facts], standings: Sequence[Standing[Facts]]
) -> list[list[Offer[Facts]]]:
    """The same of many objects that the actor may know of, one after the other; deadlines are looked up once."""
    planned = {
        followed: {each.name: each.instant for each in repository.find_deadlines(call.connection, followed)}
        for followed in {standing.deadlines_of for standing in standings}
    }
    at = call.now()
    return [
        offered(binding.machine, standing, planned[standing.deadlines_of], call.actor, at)
        for standing in standings
    ]


def words(call: CallContext, *object_ids: UUID) -> dict[UUID, str]:
    """By object, what was added to its newest step that says anything; by decision that is not told, what was to it."""
    return repository.find_words(call.connection, object_ids) if object_ids else {}


def note(
    call: CallContext,
    binding: Binding[Facts],
    standing: Standing[Facts],
    event: str,
    at: datetime,
    /,
    **details: Detail,
) -> None:
    """Log what changed an object without moving it. ``ValueError`` of what is secret."""
    if binding.machine.is_secret:
        raise ValueError(f"machine {binding.machine.name} is secret: nothing of it is logged")
    state, actor = standing.state, call.actor.key
    line = Line(
        standing.chain,
        at,
        actor,
        binding.machine.name,
        standing.object_id,
        event,
        state,
        state,
        None,
        details,
    )
    log(call, line)


def _limits(call: CallContext, binding: Binding[Any]) -> tuple[object, ...]:
    return () if binding.limits is None else (call.of(binding.limits),)


def _held_deadlines(call: CallContext, object_id: UUID) -> Mapping[str, datetime]:
    held = None if call.gathered is None else call.gathered.deadlines.get(object_id)
    return repository.hold_deadlines(call.connection, object_id) if held is None else held
