"""Which waits concern somebody, and what is most urgent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from casework.access.model import Actor, Role
from casework.tasks.model import Task, Wait, Waiting

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def values_for(actor: Actor, waits: Iterable[Wait]) -> dict[str, object]:
    """What a noun's statement is to know of a person; empty if none of its waits can concern them."""
    values: dict[str, object] = {}
    concerned = False
    for wait in waits:
        scopes = [grant.scope for grant in actor.grants if grant.role in wait.roles]
        is_concerned = bool(scopes) or Role.PERSON in wait.roles
        concerned |= is_concerned
        values[wait.step] = list(wait.states) if is_concerned else []
        values[f"{wait.step}_of"] = _ids_of([scope.object_id for scope in scopes])
    return values if concerned else {}


def most_urgent(tasks: Iterable[Task]) -> Waiting:
    """What is overdue and then what is due soonest comes first, and of the rest what waits longest."""
    return Waiting(tuple(sorted(tasks, key=lambda task: (task.due or _NEVER, task.since, task.object_id))))


def _ids_of(held_in: list[UUID | None]) -> list[UUID] | None:
    return None if None in held_in else [one for one in held_in if one is not None]
