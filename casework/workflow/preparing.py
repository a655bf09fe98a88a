"""Decisions: prepared quietly, released together. Until then an object stays as it is for everybody it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID, uuid4

from casework.access.model import Actor
from casework.outbox.model import Mail
from casework.outbox.service import enqueue
from casework.workflow import repository
from casework.workflow.errors import BatchTooLarge, ChangedMeanwhile, NotAllowed
from casework.workflow.model import Attempt, Binding, Moved, PreparedStep, Standing
from casework.workflow.rules import find_step, may_take, settle_reason
from casework.workflow.service import lock, note, step, unit, words_of
from casework.workflow.settings import WorkflowSettings
from citycore.clock import Clock
from citycore.store.connections import Connection

Facts = TypeVar("Facts")


def prepare(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    object_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    *,
    seen_version: int,
    reason: str | None = None,
) -> PreparedStep:
    """Decide without telling; it replaces what was prepared before. Clock and guards are asked at the release."""
    with unit(connection):
        standing = lock(connection, binding, object_id, actor)
        at = clock()
        attempt = Attempt(event, actor.at(at), seen_version, reason)
        transition = find_step(binding.machine, standing, attempt, preparing=True)
        settled = settle_reason(transition, binding.machine.state(transition.target), reason)
        words = words_of(binding.machine, transition, settled, actor)
        prepared = PreparedStep(uuid4(), object_id, event, settled, standing.version, actor.person_id, at)
        prepared_id = repository.store_prepared(connection, binding.machine.name, prepared)
        repository.keep_prepared_words(connection, prepared_id, words, actor.person_id, at)
        note(connection, binding, standing, "prepare", actor, at, {"event": event})
    return PreparedStep(prepared_id, object_id, event, settled, standing.version, actor.person_id, at)


def withdraw(
    connection: Connection, binding: Binding[Facts], prepared_id: UUID, actor: Actor, clock: Clock
) -> None:
    """Take a decision back before it is told, whatever became of its object; whoever may prepare it may."""
    with unit(connection):
        for prepared, standing in _lock(connection, binding, [prepared_id], actor):
            at = clock()
            if not may_take(binding.machine, standing, prepared.event, actor.at(at), preparing=True):
                raise NotAllowed
            repository.mark_withdrawn(connection, prepared_id, at)
            repository.take_prepared_words(connection, prepared_id)
            note(connection, binding, standing, "withdraw_decision", actor, at, {"event": prepared.event})


def release(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    prepared_ids: Sequence[UUID],
    actor: Actor,
    clock: Clock,
    settings: WorkflowSettings,
    mails: Callable[[PreparedStep, Moved], Iterable[Mail]] = lambda _prepared, _moved: (),
) -> list[Moved]:
    """Tell all of these decisions at once, or none of them.

    :class:`ChangedMeanwhile` if one was told or taken back, or its object changed since it was decided.
    """
    if len(prepared_ids) > settings.release_decisions_max:
        raise BatchTooLarge(decisions_max=settings.release_decisions_max)
    done: list[Moved] = []
    with unit(connection):
        for prepared, standing in _lock(connection, binding, prepared_ids, actor):
            attempt = Attempt(prepared.event, actor, prepared.seen_version, prepared.reason)
            words, by = repository.take_prepared_words(connection, prepared.prepared_id)
            moved = replace(step(connection, binding, standing, attempt, clock, releasing=True), words=words)
            if words:
                repository.add_words(connection, binding.machine.name, moved, words, by)
            repository.mark_released(connection, prepared.prepared_id, actor.person_id, moved.at)
            enqueue(connection, mails(prepared, moved), moved.at, words=words)
            done.append(moved)
    return done


def _lock(
    connection: Connection, binding: Binding[Facts], prepared_ids: Sequence[UUID], actor: Actor
) -> list[tuple[PreparedStep, Standing[Facts]]]:
    """Open decisions with their objects, all ours; :class:`ChangedMeanwhile` if one is not open any more.

    In the order in which everybody takes locks, so that nobody waits in a ring: first all objects by
    identifier, then what belongs to them, and the chains of the log, which each step takes, by name.
    """
    machine = binding.machine.name
    objects = repository.find_prepared_objects(connection, machine, prepared_ids)
    standings = {object_id: lock(connection, binding, object_id, actor) for object_id in objects}
    held = repository.hold_prepared(connection, machine, prepared_ids)
    if len(held) != len(set(prepared_ids)) or any(one.object_id not in standings for one in held):
        raise ChangedMeanwhile
    pairs = [(prepared, standings[prepared.object_id]) for prepared in held]
    return sorted(pairs, key=lambda pair: pair[1].chain)
