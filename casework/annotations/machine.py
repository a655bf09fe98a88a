"""The way of an annotation: it is there once it is written, until an officer withdraws it."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.annotations.model import PACKAGE, Facts
from casework.workflow.model import Looks, Machine, State, Transition

#: It stands in public beside measurements, in the name of the hub: so it is written by the hub's own staff who look after the city's
#: data or its programme, and not by those who speak for one organisation.
WRITERS: Final = frozenset({Role.DUTY_OFFICER, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})

ANNOTATION: Machine[Facts] = Machine(
    "annotation",
    PACKAGE,
    states=(
        State("published"),
        State("withdrawn", reasons=("mistaken", "did_not_happen", "duplicate", "other"), is_terminal=True),
    ),
    looks=Looks(open="published", bad_end="withdrawn"),
    transitions=(Transition("published", "withdraw", "withdrawn", WRITERS),),
)
