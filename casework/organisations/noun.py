"""What goes through all nouns finds of organisations and memberships."""

from __future__ import annotations

from casework.access.model import Role
from casework.noun import Noun
from casework.organisations.holding import HOLDER
from casework.organisations.machines import MEMBERSHIP, MEMBERSHIPS, ORGANISATION, ORGANISATIONS
from casework.tasks.model import SELF, Rest, Tasks, Wait

NOUN = Noun(
    "organisations",
    "casework.organisations",
    bindings=(ORGANISATIONS, MEMBERSHIPS),
    holder=HOLDER,
    tasks=Tasks(
        "casework.organisations",
        waits=(
            Wait(ORGANISATION, "verify", ("registered",), frozenset({Role.ADMINISTRATOR})),
            Wait(MEMBERSHIP, "answer", ("invited",), SELF),
            Wait(MEMBERSHIP, "approve", ("requested",), frozenset({Role.OFFICER, Role.VENDOR})),
        ),
        rests=(
            Rest(ORGANISATION, ("verified",), "It works."),
            Rest(
                ORGANISATION,
                ("suspended",),
                "It stays so until an administrator lifts it, for a reason of their own.",
            ),
            Rest(MEMBERSHIP, ("member",), "Who belongs leaves only by choice."),
        ),
    ),
)
