"""Decisions: prepared quietly, released together. Until then an object stays as it is for everybody it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID, uuid4

from citycore.clock import Clock
from citycore.store.connections import Connection
from hackathon.access.model import Actor
from hackathon.outbox.model import Mail
from hackathon.outbox.service import enqueue
from hackathon.workflow import repository
from hackathon.workflow.errors import BatchTooLarge, ChangedMeanwhile, NotAllowed
from hackathon.workflow.model import Attempt, Binding, Decision, Moved
from hackathon.workflow.rules import find_step, may_take, settle_reason
from hackathon.workflow.service import lock, note, step
from hackathon.workflow.settings import WorkflowSettings

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
) -> Decision:
    """Decide without telling; it replaces what was prepared before. Clock and guards are asked at the release."""
    with connection.transaction():
        standing = lock(connection, binding, object_id, actor)
        at = clock()
        attempt = Attempt(event, actor.at(at), seen_version, reason)
        transition = find_step(binding.machine, standing, attempt, preparing=True)
        settled = settle_reason(transition, binding.machine.state(transition.target), reason)
        decision = Decision(uuid4(), object_id, event, settled, standing.version, actor.person_id, at)
        decision_id = repository.store_decision(connection, binding.machine.name, decision)
        note(connection, binding, standing, "prepare", actor, at, {"event": event})
    return Decision(decision_id, object_id, event, settled, standing.version, actor.person_id, at)


def withdraw(
    connection: Connection, binding: Binding[Facts], decision_id: UUID, actor: Actor, clock: Clock
) -> None:
    """Take a decision back before it is told, whatever became of its object; whoever may prepare it may."""
    with connection.transaction():
        for decision in _hold(connection, binding, [decision_id]):
            standing = lock(connection, binding, decision.object_id, actor)
            at = clock()
            if not may_take(binding.machine, standing, decision.event, actor.at(at), preparing=True):
                raise NotAllowed
            repository.mark_withdrawn(connection, decision_id, at)
            note(connection, binding, standing, "withdraw_decision", actor, at, {"event": decision.event})


def release(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    decision_ids: Sequence[UUID],
    actor: Actor,
    clock: Clock,
    settings: WorkflowSettings,
    mails: Callable[[Decision, Moved], Iterable[Mail]] = lambda _decision, _moved: (),
) -> list[Moved]:
    """Tell all of these decisions at once, or none of them.

    :class:`ChangedMeanwhile` if one was told or taken back, or its object changed since it was decided.
    """
    if len(decision_ids) > settings.release_decisions_max:
        raise BatchTooLarge(decisions_max=settings.release_decisions_max)
    done: list[Moved] = []
    with connection.transaction():
        for decision in _hold(connection, binding, decision_ids):
            standing = lock(connection, binding, decision.object_id, actor)
            attempt = Attempt(decision.event, actor, decision.seen_version, decision.reason)
            moved = step(connection, binding, standing, attempt, clock, releasing=True)
            repository.mark_released(connection, decision.decision_id, actor.person_id, moved.at)
            enqueue(connection, mails(decision, moved), moved.at)
            done.append(moved)
    return done


def _hold(connection: Connection, binding: Binding[Facts], decision_ids: Sequence[UUID]) -> list[Decision]:
    held = repository.hold_decisions(connection, binding.machine.name, decision_ids)
    if len(held) != len(set(decision_ids)):
        raise ChangedMeanwhile
    return held
