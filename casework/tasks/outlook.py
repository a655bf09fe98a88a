"""What comes next of an object, for whoever looks at it and has nothing to do there. Pure.

Every state says one of these: the date of the next step, whose turn it is, who could still change it, since when it is
over, or a sentence of the noun's own (``[machine.outlook]`` of its messages, by the name of the state).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.access.model import Role
from casework.tasks.model import Tasks, Wait
from casework.workflow.model import NEVER, Machine
from casework.workflow.wording import Label
from citycore.language import catalogue


@dataclass(frozen=True, slots=True)
class Outlook:
    """``text`` is the noun's own sentence, ``date`` the next one with its name; ``turn`` are those who have the next
    step, ``others`` those who could take one that nobody waits for; where it ``is_over`` nobody can, ``since`` an instant if that is known.
    """

    text: Label | None = None
    date: tuple[Label, datetime] | None = None
    turn: tuple[Role, ...] = ()
    others: tuple[Role, ...] = ()
    is_over: bool = False
    since: datetime | None = None

    @property
    def says_something(self) -> bool:
        return self != Outlook()


@dataclass(frozen=True, slots=True)
class Moment:
    """How an object stands: in which state since when, what is planned of it, and what time it is."""

    state: str
    since: datetime | None
    planned: Mapping[str, datetime]
    at: datetime


def outlook(
    tasks: Iterable[Tasks], machine: Machine[Any], moment: Moment, *, is_public: bool = False
) -> Outlook:
    """``is_public`` for whoever knows the state by its public name alone: states of one such name say the same."""
    state = machine.state(moment.state)
    mask = _mask(machine, state.name) if is_public else None
    if mask is not None:
        return Outlook(text=own_text(machine, mask))
    text, date = own_text(machine, state.name), _next_date(machine, moment)
    if text is not None:
        return Outlook(text, date)
    if state.is_terminal:
        return Outlook(is_over=True, since=moment.since)
    turn = _people(role for wait in _waits(tasks, machine, state.name) for role in wait.roles)
    if turn:
        return Outlook(date=date, turn=turn)
    if date is not None:
        return Outlook(date=date)
    return Outlook(others=_people(role for step in _steps(machine, state.name) for role in step.roles))


def own_text(machine: Machine[Any], name: str) -> Label | None:
    """The noun's own sentence about a state, or about all of a public name."""
    label = machine.label("outlook", name)
    return label if label.key in catalogue(machine.package).texts["en"] else None


def _mask(machine: Machine[Any], name: str) -> str | None:
    """The public name of a state that shares it with others, or hides what it is called."""
    public = machine.state(name).public
    if public is not None:
        return public
    return name if any(other.public == name for other in machine.states) else None


def _next_date(machine: Machine[Any], moment: Moment) -> tuple[Label, datetime] | None:
    """Of what has dates of its own the next of them; else what something begins with comes before what something ends with."""
    steps = list(_steps(machine, moment.state))
    own = set(machine.deadlines) if machine.planned_in and steps else set()
    for names in (own, {step.window.from_ for step in steps}, {step.window.until for step in steps}):
        ahead = [
            (moment.planned[name], name)
            for name in names
            if name is not None and moment.at < moment.planned.get(name, moment.at) < NEVER
        ]
        if ahead:
            instant, name = min(ahead)
            return machine.label("deadline", name), instant
    return None


def _waits(tasks: Iterable[Tasks], machine: Machine[Any], state: str) -> Iterator[Wait]:
    for one in tasks:
        yield from (wait for wait in one.waits if wait.machine is machine and state in wait.states)


def _steps(machine: Machine[Any], state: str) -> Iterator[Any]:
    return (step for step in machine.transitions if step.source == state)


def _people(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Without the clockwork, and without administrators where somebody else does it."""
    found = set(roles) - {Role.SYSTEM}
    return tuple(sorted(found - {Role.ADMINISTRATOR} or found))
