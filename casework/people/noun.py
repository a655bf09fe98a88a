"""What goes through all nouns finds of people."""

from __future__ import annotations

from collections.abc import Iterable

from casework.noun import Job, Noun
from casework.people.holders import Holder
from casework.people.leaving.holding import HOLDER
from casework.people.leaving.service import JOB, erase_due
from casework.people.machine import MACHINE, accounts
from casework.people.tidying import JOB as TIDYING
from casework.people.tidying import tidy
from casework.tasks.model import Rest, Tasks


def noun_of(others: Iterable[Noun]) -> Noun:
    """Of people in a programme with these other nouns: they may hinder somebody from leaving."""
    holders: tuple[Holder, ...] = tuple(noun.holder for noun in others if noun.holder is not None)
    return Noun(
        "people",
        "casework.people",
        bindings=(accounts(holders),),
        holder=HOLDER,
        jobs=(Job(JOB, erase_due),),
        sweeps=(Job(TIDYING, tidy),),
        tasks=Tasks(
            "casework.people",
            rests=(
                Rest(MACHINE, ("active",), "An account is used."),
                Rest(
                    MACHINE,
                    ("suspended", "suspended_closing"),
                    "It stays so until an administrator lifts it.",
                ),
                Rest(MACHINE, ("closing",), "Its person has asked for that, and the clock erases it."),
            ),
        ),
    )
