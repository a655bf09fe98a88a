"""What a page of an object says to whoever has nothing to do there: when something comes, or whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.noun import Nouns
from casework.programme import Session
from casework.tasks.outlook import Moment, Outlook, outlook
from casework.workflow.model import Machine


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: the ``machine`` of the object that its look gives under ``name``, and whose deadlines it follows.

    ``is_public`` where the page calls its state by the public name. Where a look gives None under ``name``, the page says
    something of its own.
    """

    machine: Machine[Any]
    name: str
    deadlines_of: Callable[[Any], UUID | None]
    is_public: Callable[[Mapping[str, Any]], bool] = lambda _: False


def public(_: Mapping[str, Any]) -> bool:
    """Of a page that shows everybody the same."""
    return True


def without_dates(_: object) -> None:
    """Of a machine whose steps follow no deadline."""


def outlook_on(session: Session, subject: Subject, found: Mapping[str, Any]) -> Outlook | None:
    """None where the page offers a step now to whoever looks, and no date is ahead."""
    one = found.get(subject.name)
    if one is None:
        return None
    planned = _planned(session, subject, one, found)
    seen = outlook_of(session, subject.machine, one, planned, is_public=subject.is_public(found))
    return Outlook(seen.text, seen.date) if _has_step(found.get("steps") or ()) else seen


def outlook_of(
    session: Session,
    machine: Machine[Any],
    one: Any,
    planned: Mapping[str, datetime],
    *,
    is_public: bool = False,
) -> Outlook:
    """Of an object with a ``state``; one that keeps when it changed says that too."""
    tasks = [noun.tasks for noun in session.of(Nouns) if noun.tasks is not None]
    moment = Moment(one.state, getattr(one, "state_changed_at", None), planned, session.now())
    return outlook(tasks, machine, moment, is_public=is_public)


def _planned(
    session: Session, subject: Subject, one: object, found: Mapping[str, Any]
) -> Mapping[str, datetime]:
    """Asked for only where the page does not know it."""
    if isinstance(found.get("planned"), Mapping):
        known: Mapping[str, datetime] = found["planned"]
        return known
    if "deadlines" in found:
        return {deadline.name: deadline.instant for deadline in found["deadlines"]}
    whose = subject.deadlines_of(one)
    return {} if whose is None else session.planned(whose)


def _has_step(steps: Iterable[Any]) -> bool:
    return any(step.refusal is None for step in steps)
