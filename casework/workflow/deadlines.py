"""Deadlines: planned before they are announced, afterwards only extended, in public and with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from casework.access.rules import holds_any
from casework.audit.rules import instant_code
from casework.workflow import repository, writing
from casework.workflow.context import CallContext
from casework.workflow.errors import DeadlinesFixed, NotAllowed, ReasonUnknown, check
from casework.workflow.model import Binding, Deadline, Extension, Standing
from casework.workflow.rules import why_not_extended, why_not_planned
from casework.workflow.service import lock, note
from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue

Facts = TypeVar("Facts")


def plan(
    call: CallContext, binding: Binding[Facts], object_id: UUID, planned: Mapping[str, datetime]
) -> None:
    """Set deadlines while nobody relies on them; those that are not named stay."""
    standing = _lock(call, binding, object_id)
    if standing.state not in binding.machine.planned_in:
        raise DeadlinesFixed
    known = repository.change_deadlines(call.connection, object_id)
    check(why_not_planned(binding.machine, {**known, **planned}))
    for name, instant in planned.items():
        set_deadline(call, object_id, name, instant)
    details = {name: instant_code(instant) for name, instant in planned.items()}
    note(call, binding, standing, "plan_deadlines", call.now(), **details)


def extend(
    call: CallContext, binding: Binding[Facts], object_id: UUID, later: Deadline, reason: str
) -> Extension:
    """Move a deadline to a later instant in the future, for everybody alike and visible to all."""
    if reason not in extension_reasons():
        raise ReasonUnknown
    standing, name, instant = _lock(call, binding, object_id), later.name, later.instant
    known = repository.change_deadlines(call.connection, object_id)
    at = call.now()
    extension = Extension(name, known.get(name, instant), instant, reason, at)
    check(why_not_extended(binding.machine, standing.state, known, extension))
    repository.extend_deadline(call.connection, object_id, extension, uuid4(), call.actor.person_id)
    details = {"deadline": name, "instant": instant_code(instant), "reason": reason}
    note(call, binding, standing, "extend_deadline", at, **details)
    return extension


def set_deadline(call: CallContext, object_id: UUID, name: str, instant: datetime) -> None:
    """Of something that has just begun to wait, in the time of the city; nobody is asked whether they may."""
    writing.set_deadline(call, object_id, Deadline(name, instant, CITY_ZONE.key))


def set_deadlines(call: CallContext, planned: Mapping[UUID, Mapping[str, datetime]]) -> None:
    """The same of several objects."""
    writing.set_deadlines(
        call,
        [
            (object_id, Deadline(name, instant, CITY_ZONE.key))
            for object_id, named in planned.items()
            for name, instant in named.items()
        ],
    )


def deadlines(call: CallContext, object_id: UUID) -> list[Deadline]:
    """What is planned of an object."""
    return repository.find_deadlines(call.connection, object_id)


def planned(call: CallContext, *object_ids: UUID) -> dict[str, datetime]:
    """When the deadlines of these objects are, by name: those of a later object before those of an earlier."""
    return {one.name: one.instant for object_id in object_ids for one in deadlines(call, object_id)}


def extensions(call: CallContext, object_id: UUID) -> list[Extension]:
    """Which of its deadlines were moved, and why."""
    return repository.find_extensions(call.connection, object_id)


def extension_reasons() -> tuple[str, ...]:
    """The codes to choose from; their labels are the texts ``extension.<code>``."""
    texts = catalogue("casework.workflow").texts["en"]
    return tuple(key.removeprefix("extension.") for key in texts if key.startswith("extension."))


def extension_choices(language: Language) -> list[tuple[str, str]]:
    """All of them with their labels, to choose from."""
    texts = catalogue("casework.workflow")
    return [(one, texts.text(f"extension.{one}", language)) for one in extension_reasons()]


def _lock(call: CallContext, binding: Binding[Facts], object_id: UUID) -> Standing[Facts]:
    """The object, of somebody who plans its deadlines."""
    standing = lock(call, binding, object_id)
    if not holds_any(call.actor.at(call.now()), binding.machine.planners, standing.scopes):
        raise NotAllowed
    return standing
