"""Deadlines: planned before they are announced, afterwards only extended, in public and with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.audit.rules import instant_code
from casework.workflow import repository
from casework.workflow.errors import DeadlinesFixed, NotAllowed, ReasonUnknown
from casework.workflow.model import Binding, Deadline, Extension, Standing
from casework.workflow.rules import why_not_extended, why_not_planned
from casework.workflow.service import lock, note, unit
from citycore.clock import CITY_ZONE, Clock
from citycore.language import catalogue
from citycore.store.connections import Connection

Facts = TypeVar("Facts")


def plan(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    object_id: UUID,
    planned: Mapping[str, datetime],
    actor: Actor,
    clock: Clock,
    zone: ZoneInfo = CITY_ZONE,
) -> None:
    """Set deadlines while nobody relies on them; those that are not named stay."""
    with unit(connection):
        standing = _lock(connection, binding, object_id, actor, clock)
        if standing.state not in binding.machine.planned_in:
            raise DeadlinesFixed
        known = repository.change_deadlines(connection, object_id)
        refusal = why_not_planned(binding.machine, {**known, **planned})
        if refusal is not None:
            raise refusal
        for name, instant in planned.items():
            repository.set_deadline(connection, object_id, Deadline(name, instant, zone.key))
        details = {name: instant_code(instant) for name, instant in planned.items()}
        note(connection, binding, standing, "plan_deadlines", actor, clock(), {**details})


def extend(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    binding: Binding[Facts],
    object_id: UUID,
    name: str,
    instant: datetime,
    actor: Actor,
    clock: Clock,
    *,
    reason: str,
) -> Extension:
    """Move a deadline to a later instant in the future, for everybody alike and visible to all."""
    if reason not in extension_reasons():
        raise ReasonUnknown
    with unit(connection):
        standing = _lock(connection, binding, object_id, actor, clock)
        known = repository.change_deadlines(connection, object_id)
        at = clock()
        extension = Extension(name, known.get(name, instant), instant, reason, at)
        refusal = why_not_extended(binding.machine, standing.state, known, extension)
        if refusal is not None:
            raise refusal
        repository.extend_deadline(connection, object_id, extension, uuid4(), actor.person_id)
        details = {"deadline": name, "instant": instant_code(instant), "reason": reason}
        note(connection, binding, standing, "extend_deadline", actor, at, {**details})
    return extension


def extension_reasons() -> tuple[str, ...]:
    """The codes to choose from; their labels are the texts ``extension.<code>``."""
    texts = catalogue("casework.workflow").texts["en"]
    return tuple(key.removeprefix("extension.") for key in texts if key.startswith("extension."))


def _lock(
    connection: Connection, binding: Binding[Facts], object_id: UUID, actor: Actor, clock: Clock
) -> Standing[Facts]:
    standing = lock(connection, binding, object_id, actor)
    if not holds_any(actor.at(clock()), binding.machine.planners, standing.scopes):
        raise NotAllowed
    return standing
