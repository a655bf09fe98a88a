"""How states look, as each machine says (``Looks``), and what they are called, by the name of the machine.

Each kind has a colour and a sign beside the state's name.
"""

from __future__ import annotations

from enum import StrEnum

from casework.workflow.model import Machine
from casework.workflow.wording import Label
from programme.registry import MACHINES


class Kind(StrEnum):
    """What a state is to whoever looks, named as in :class:`Looks`; the value is the class of its mark."""

    WAITING = "is-waiting"
    OPEN = "is-open"
    AT_WORK = "is-at-work"
    GOOD_END = "is-good-end"
    BAD_END = "is-bad-end"
    PAUSED = "is-paused"


KINDS = {
    machine.name: {
        state: kind for kind in Kind for state in getattr(machine.looks, kind.name.lower()).split()
    }
    for machine in MACHINES
}
_MACHINES = {machine.name: machine for machine in MACHINES}


def state_mark(machine: str, state: str) -> str:
    """The look of a state, for whoever may know it."""
    return KINDS[machine][state].value


def public_mark(machine: str, state: str) -> str:
    """The look for everybody else: states of one public name all look alike."""
    return state_mark(machine, _known_as(_MACHINES[machine], state))


def label_of(machine: str, kind: str, name: str) -> Label:
    """What a ``state``, a ``reason``, an ``event`` or a ``deadline`` is called."""
    return _MACHINES[machine].label(kind, name)


def public_label_of(machine: str, state: str) -> Label:
    """What a state is called for everybody else."""
    return _MACHINES[machine].public_label(state)


def _known_as(machine: Machine[object], state: str) -> str:
    public = machine.state(state).public
    if public is None:
        return state
    alike = [one.name for one in machine.states if public in {one.name, one.public}]
    return public if public in alike else alike[0]
