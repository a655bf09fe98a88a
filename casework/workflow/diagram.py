"""``docs/machines.md``: every workflow as a picture and as tables, written from the transition tables themselves.

The registry of a programme prints it; a test holds the file against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from casework.access.model import Role
from casework.workflow.model import Machine, State, Transition, Window
from casework.workflow.wording import Label
from citycore.language import LANGUAGES, catalogue

HEAD = """# Workflows

Every state, and every way from one to another: written from the tables in each `machine.py` by
`python -m programme.registry`; a test keeps it true. How they are applied:
[The innovation programme](innovation.md), [decision 0012](decisions/0012-workflow-engine.md).

A step is taken by one of its roles, in the scope of the object. **Prepared by** means a decision: prepared
quietly by these, released together with others by those. Deadlines are half-open: from (including) the one,
until (not including) the other. Steps of the clockwork are taken by the worker when their deadline comes.
Where a public label differs, others than those involved see that one.
"""


def page(machines: Iterable[Machine[Any]]) -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(line for machine in machines for line in _section(machine))])


def mermaid(machine: Machine[Any]) -> Iterator[str]:
    """The picture, labels in both languages."""
    yield "stateDiagram-v2"
    for state in machine.states:
        yield f'    state "{_both(machine.label("state", state.name))}" as {state.name}'
    yield f"    [*] --> {machine.initial.name}"
    for step in machine.transitions:
        yield f"    {step.source} --> {step.target} : {_both(machine.label('event', step.event))}"
    for state in machine.states:
        if state.is_terminal:
            yield f"    {state.name} --> [*]"


def _section(machine: Machine[Any]) -> Iterator[str]:
    yield from (f"## `{machine.name}`", "", "```mermaid", *mermaid(machine), "```", "")
    yield from ("| state | | | public label | reasons |", "|---|---|---|---|---|")
    yield from (_state_row(machine, state) for state in machine.states)
    yield from ("", "| from | step | to | who | when | if |", "|---|---|---|---|---|---|")
    yield from (_step_row(machine, step) for step in machine.transitions)
    if machine.deadlines:
        names = ", ".join(
            f"`{name}` ({_both(machine.label('deadline', name))})" for name in machine.deadlines
        )
        yield from ("", f"Deadlines in the order of time: {names}.")
        for name, others in machine.may_precede.items():
            known = ", ".join(f"`{one}`" for one in machine.deadlines if one in others)
            yield from ("", f"`{name}` may come before {known}.")
    for name in machine.deadlines:
        if name in machine.in_working_time:
            still = ", ".join(f"`{state.name}`" for state in machine.states if name in state.pauses)
            yield from (
                "",
                f"`{name}` counts working time" + (f" and stands still in {still}." if still else "."),
            )
    if machine.is_secret:
        yield from ("", "Secret: no step of a single one is logged.")
    yield ""


def _state_row(machine: Machine[Any], state: State) -> str:
    labels = " | ".join(machine.label("state", state.name).text(language) for language in ("en", "ar"))
    public = "" if state.public is None else _both(machine.public_label(state.name))
    reasons = "<br>".join(_both(machine.label("reason", reason)) for reason in state.reasons)
    return f"| `{state.name}` | {labels} | {public} | {reasons} |"


def _step_row(machine: Machine[Any], step: Transition[Any]) -> str:
    who = _roles(step.roles)
    if step.prepared_by:
        who += f"<br>prepared by {_roles(step.prepared_by)}"
    event = f"`{step.event}` {_both(machine.label('event', step.event))}"
    guards = "<br>".join(guard.__name__.replace("_", " ") for guard in step.guards)
    return f"| `{step.source}` | {event} | `{step.target}` | {who} | {_when(step.window)} | {guards} |"


def _when(window: Window) -> str:
    parts = [f"from `{window.from_}`"] if window.from_ is not None else []
    parts += [f"until `{window.until}`"] if window.until is not None else []
    return " ".join(parts)


def _roles(roles: frozenset[Role]) -> str:
    texts = catalogue("casework.access")
    return ", ".join(texts.text(f"role.{role}", "en") for role in Role if role in roles)


def _both(label: Label) -> str:
    return " · ".join(label.text(language) for language in LANGUAGES)
