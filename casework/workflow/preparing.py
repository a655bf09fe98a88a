"""Decisions: prepared quietly, released together. Until then an object stays as it is for everybody it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID, uuid4

from casework.outbox.model import About, Mail
from casework.outbox.service import enqueue
from casework.workflow import repository
from casework.workflow.context import CallContext
from casework.workflow.errors import BatchTooLarge, ChangedMeanwhile, NotAllowed
from casework.workflow.model import Attempt, Binding, Moved, PreparedStep, Standing
from casework.workflow.repository import StepWords
from casework.workflow.rules import find_step, may_take, settle_reason
from casework.workflow.service import lock, note, step, words_of
from casework.workflow.settings import WorkflowSettings
from casework.workflow.writing import add_words

Facts = TypeVar("Facts")


def prepare(call: CallContext, binding: Binding[Facts], object_id: UUID, attempt: Attempt) -> PreparedStep:
    """Decide without telling; it replaces what was prepared before. Clock and guards are asked at the release."""
    standing, machine, by = lock(call, binding, object_id), binding.machine, attempt.actor.person_id
    at = call.now()
    current = replace(attempt, actor=attempt.actor.at(at))
    transition = find_step(machine, standing, current, preparing=True)
    reason = settle_reason(transition, machine.state(transition.target), attempt.reason)
    words = words_of(call, machine, transition, reason)
    prepared = PreparedStep(uuid4(), object_id, attempt.event, reason, standing.version, by, at)
    prepared_id = repository.store_prepared(call.connection, machine.name, prepared)
    repository.keep_prepared_words(call.connection, prepared_id, words, by, at)
    note(call, binding, standing, "prepare", at, event=attempt.event)
    return replace(prepared, prepared_id=prepared_id)


def take_back(call: CallContext, binding: Binding[Facts], prepared_id: UUID) -> None:
    """Take a decision back before it is told, whatever became of its object; whoever may prepare it may."""
    for prepared, standing in _lock(call, binding, [prepared_id]):
        at = call.now()
        if not may_take(binding.machine, standing, prepared.event, call.actor.at(at), preparing=True):
            raise NotAllowed
        repository.mark_withdrawn(call.connection, prepared_id, at)
        repository.take_prepared_words(call.connection, prepared_id)
        note(call, binding, standing, "withdraw_decision", at, event=prepared.event)


def release(
    call: CallContext,
    binding: Binding[Facts],
    prepared_ids: Sequence[UUID],
    mails: Callable[[PreparedStep, Moved], Iterable[Mail]] = lambda _prepared, _moved: (),
) -> list[Moved]:
    """Tell all of these decisions at once, or none of them, with mails about each.

    :class:`ChangedMeanwhile` if one was told or taken back, or its object changed since it was decided.
    """
    most, connection = call.of(WorkflowSettings).release_decisions_max, call.connection
    if len(prepared_ids) > most:
        raise BatchTooLarge(decisions_max=most)
    done: list[Moved] = []
    for prepared, standing in _lock(call, binding, prepared_ids):
        attempt = Attempt(prepared.event, call.actor, prepared.seen_version, prepared.reason)
        words, by = repository.take_prepared_words(connection, prepared.prepared_id)
        moved = replace(step(call, binding, standing, attempt, releasing=True), words=words)
        if words:
            add_words(call, StepWords(binding.machine.name, moved, words, by))
        repository.mark_released(connection, prepared.prepared_id, call.actor.person_id, moved.at)
        enqueue(connection, mails(prepared, moved), moved.at, about=About(words))
        done.append(moved)
    return done


def _lock(
    call: CallContext, binding: Binding[Facts], prepared_ids: Sequence[UUID]
) -> list[tuple[PreparedStep, Standing[Facts]]]:
    """Open decisions with their objects, all ours; :class:`ChangedMeanwhile` if one is not open any more.

    In the order in which everybody takes locks, so that nobody waits in a ring: first all objects by
    identifier, then what belongs to them, and the chains of the log, which each step takes, by name.
    """
    machine = binding.machine.name
    objects = repository.find_prepared_objects(call.connection, machine, prepared_ids)
    standings = {object_id: lock(call, binding, object_id) for object_id in objects}
    held = repository.hold_prepared(call.connection, machine, prepared_ids)
    if len(held) != len(set(prepared_ids)) or any(one.object_id not in standings for one in held):
        raise ChangedMeanwhile
    pairs = [(prepared, standings[prepared.object_id]) for prepared in held]
    return sorted(pairs, key=lambda pair: pair[1].chain)
