"""The one door through which states change.

Lock, ask the role, compare the version, read the clock, ask clock and guards, and write state,
version, audit line and mails: all of it in the caller's one transaction, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, LockNotAvailable

from casework.access.model import Actor
from casework.audit.model import Detail, Line
from casework.audit.service import append
from casework.outbox.model import Mail
from casework.outbox.service import enqueue
from casework.workflow import repository
from casework.workflow.errors import Busy, DecidedElsewhere, NoSuchObject
from casework.workflow.model import Attempt, Binding, Machine, Moved, Offer, Standing, Transition
from casework.workflow.rules import decide, offered, require_asked, settle_words
from casework.workflow.settings import WorkflowSettings
from citycore.clock import Clock
from citycore.store.connections import Connection

Facts = TypeVar("Facts")


def apply(  # noqa: PLR0913, PLR0917 (one step has this many sides, and callers name them)
    connection: Connection,
    binding: Binding[Facts],
    object_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    *,
    seen_version: int | None,
    reason: str | None = None,
    details: Mapping[str, Detail] | None = None,
    mails: Iterable[Mail] = (),
) -> Moved:
    """Take one step, or raise the :class:`Refusal` that says why not.

    ``seen_version`` is the version that the actor looked at, None for the clockwork, which looks at none.
    ``details`` go into the audit line: codes only, nothing that a person wrote.
    """
    attempt = Attempt(event, actor, seen_version, reason, details or {})
    with unit(connection):
        standing = lock(connection, binding, object_id, actor)
        moved = step(connection, binding, standing, attempt, clock)
        enqueue(connection, mails, moved.at)
    return moved


@contextmanager
def unit(connection: Connection) -> Iterator[None]:
    """A transaction, or part of the caller's: all of it or nothing, and :class:`Busy` if a lock is not to be had."""
    try:
        with connection.transaction():
            yield
    except (LockNotAvailable, DeadlockDetected) as error:
        raise Busy from error


def step(  # noqa: PLR0913 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    standing: Standing[Facts],
    attempt: Attempt,
    clock: Clock,
    *,
    releasing: bool = False,
) -> Moved:
    """A step of an object that is locked already, within the caller's transaction."""
    deadlines = repository.hold_deadlines(connection, standing.deadlines_of)
    at = clock()  # after every lock: whoever waited for one is judged by when it was theirs
    transition, reason = decide(binding.machine, standing, deadlines, attempt, at)
    if transition.prepared_by and not releasing:
        raise DecidedElsewhere
    words = "" if releasing else words_of(binding.machine, transition, reason, attempt.actor)
    require_asked(binding.machine, transition, attempt.actor, standing.object_id, releasing=releasing)
    moved = _move(connection, binding, standing, attempt, transition, reason, at)
    if words:
        repository.add_words(connection, binding.machine.name, moved, words, attempt.actor.person_id)
    return replace(moved, words=words)


def words_of(machine: Machine[Facts], transition: Transition[Facts], reason: str | None, actor: Actor) -> str:
    """What the actor adds to a step, or to the decision about it; of a decision it was settled when it was prepared."""
    return settle_words(machine, transition, reason, actor, WorkflowSettings().words_characters_max)


def lock(connection: Connection, binding: Binding[Facts], object_id: UUID, actor: Actor) -> Standing[Facts]:
    """The object, nobody else's until the transaction ends; :class:`NoSuchObject`."""
    connection.execute(binding.lock, {"object_id": object_id})
    return look(connection, binding, object_id, actor)


def look(connection: Connection, binding: Binding[Facts], object_id: UUID, actor: Actor) -> Standing[Facts]:
    """The object as it stands; :class:`NoSuchObject`."""
    standing = binding.read(connection, object_id, actor)
    if standing is None:
        raise NoSuchObject
    return standing


def possible_steps(
    connection: Connection, binding: Binding[Facts], object_id: UUID, actor: Actor, clock: Clock
) -> list[Offer[Facts]]:
    """The steps for which the actor has the role now, each with what still stands against it."""
    with connection.transaction():
        standing = look(connection, binding, object_id, actor)
        deadlines = repository.find_deadlines(connection, standing.deadlines_of)
    planned = {deadline.name: deadline.instant for deadline in deadlines}
    return offered(binding.machine, standing, planned, actor, clock())


def possible_steps_of(
    connection: Connection,
    binding: Binding[Facts],
    standings: Sequence[Standing[Facts]],
    actor: Actor,
    clock: Clock,
) -> list[list[Offer[Facts]]]:
    """The same of many objects that the actor may know of, one after the other; deadlines are looked up once."""
    with connection.transaction():
        planned = {
            one: {each.name: each.instant for each in repository.find_deadlines(connection, one)}
            for one in {standing.deadlines_of for standing in standings}
        }
    at = clock()
    return [offered(binding.machine, one, planned[one.deadlines_of], actor, at) for one in standings]


def note(  # noqa: PLR0913, PLR0917 (a line has this many sides)
    connection: Connection,
    binding: Binding[Facts],
    standing: Standing[Facts],
    event: str,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Detail] | None = None,
) -> int:
    """Log what changed an object without moving it, in the caller's transaction; the line's position."""
    line = Line(
        standing.chain,
        at,
        actor.key,
        binding.machine.name,
        standing.object_id,
        event,
        standing.state,
        standing.state,
        None,
        details or {},
    )
    return append(connection, line)


def _move(  # noqa: PLR0913, PLR0917 (the last part of step)
    connection: Connection,
    binding: Binding[Facts],
    standing: Standing[Facts],
    attempt: Attempt,
    transition: Transition[Facts],
    reason: str | None,
    at: datetime,
) -> Moved:
    parameters = {"object_id": standing.object_id, "target": transition.target, "reason": reason, "at": at}
    connection.execute(binding.move, parameters)
    line = Line(
        standing.chain,
        at,
        attempt.actor.key,
        binding.machine.name,
        standing.object_id,
        transition.event,
        transition.source,
        transition.target,
        reason,
        attempt.details,
    )
    return Moved(
        standing.object_id,
        transition.event,
        transition.source,
        transition.target,
        reason,
        standing.version + 1,
        at,
        append(connection, line),
    )
