"""What is wrong with a table of transitions, found when it is read and not when somebody presses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from casework.access.model import Role

if TYPE_CHECKING:
    from casework.workflow.model import Machine, Transition


def faults(machine: Machine[Any]) -> list[str]:
    """Sentences without a full stop; none for a sound machine."""
    return [*_wrong_states(machine), *_wrong_steps(machine), *_wrong_paths(machine)]


def reachable(machine: Machine[Any], state: str) -> set[str]:
    """The state itself and every one that an object in it may still come to."""
    ahead, _ = _edges(machine)
    return _closure([state], ahead)


def _wrong_states(machine: Machine[Any]) -> Iterator[str]:
    names = [state.name for state in machine.states]
    yield from (f"state {name} stands twice" for name in sorted(_repeated(names)))
    for state in machine.states:
        if state.is_terminal and not state.reasons:
            yield f"terminal state {state.name} has no reasons"
    yield from (f"planned in unknown state {name}" for name in sorted(machine.planned_in - set(names)))


def _wrong_steps(machine: Machine[Any]) -> Iterator[str]:
    states = {state.name: state for state in machine.states}
    keys = [f"{step.source} + {step.event}" for step in machine.transitions]
    yield from (f"{key} leads two ways" for key in sorted(_repeated(keys)))
    events = {step.event for step in machine.transitions}
    yield from (f"{event} is irrevocable and no step" for event in sorted(machine.irrevocable - events))
    for step in machine.transitions:
        name = f"{step.source} + {step.event}"
        if step.source not in states or step.target not in states:
            yield f"{name} names an unknown state"
            continue
        if states[step.source].is_terminal:
            yield f"{name} leaves a terminal state"
        if step.reason is not None and step.reason not in states[step.target].reasons:
            yield f"{name} gives a reason that {step.target} does not know"
        yield from _wrong_step(machine, step, name)


def _wrong_step(machine: Machine[Any], step: Transition[Any], name: str) -> Iterator[str]:
    if not step.roles:
        yield f"{name} can be taken by nobody"
    named = {name for name in (step.window.from_, step.window.until) if name is not None}
    yield from (f"{name} follows unknown deadline {one}" for one in sorted(named - set(machine.deadlines)))
    if Role.SYSTEM in step.roles:
        if step.window.from_ is None:
            yield f"{name} is the clockwork's and has no deadline to start from"
        if step.reason is None and _needs_reason(machine, step.target):
            yield f"{name} is the clockwork's and has no reason"
        if step.prepared_by:
            yield f"{name} is a decision, which no clockwork takes"


def _needs_reason(machine: Machine[Any], target: str) -> bool:
    return any(state.name == target and state.reasons for state in machine.states)


def _wrong_paths(machine: Machine[Any]) -> Iterator[str]:
    if not machine.states:
        yield "no states"
        return
    ahead, back = _edges(machine)
    reached = _closure([machine.states[0].name], ahead)
    ending = _closure([state.name for state in machine.states if state.is_terminal], back)
    for state in machine.states:
        if state.name not in reached:
            yield f"state {state.name} is never reached"
        if state.name not in ending:
            yield f"state {state.name} leads to no end"


def _edges(machine: Machine[Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    ahead: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for step in machine.transitions:
        ahead.setdefault(step.source, set()).add(step.target)
        back.setdefault(step.target, set()).add(step.source)
    return ahead, back


def _closure(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges.get(one, ())
    return found


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
