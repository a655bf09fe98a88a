"""The way of an idea from its author to the public, and to an answer."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.moderation.steps import (
    ADMIT_DUE,
    APPEAL_ENDS,
    APPEALED,
    AUTHORS,
    HELD,
    MODERATORS,
    NEW,
    REFUSED,
    moderated,
)
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, from_each
from participation.ideas import errors
from participation.ideas.model import PACKAGE, Facts


def is_others(facts: Facts) -> Refusal | None:
    return errors.IdeaOwn() if facts.is_own else None


def is_by_another(facts: Facts) -> Refusal | None:
    """Whoever held it back does not decide about the appeal."""
    return errors.IdeaDecidedBySame() if facts.has_decided else None


def is_decided(facts: Facts) -> Refusal | None:
    """A decision names it among its grounds."""
    return None if facts.has_decision else errors.IdeaWithoutDecision()


#: Those who lead what an idea is about.
FACILITATORS: Final = frozenset({Role.FACILITATOR, Role.PROGRAMME_OFFICER})
#: What everybody sees.
PUBLIC: Final = ("open", "merged", "answered", "closed")

IDEA: Machine[Facts] = Machine(
    "idea",
    PACKAGE,
    states=(
        NEW,
        State("open"),
        HELD,
        APPEALED,
        State("merged"),
        State("answered"),
        State("closed", reasons=("not_pursued", "already_so", "withdrawn"), is_terminal=True),
        REFUSED,
    ),
    looks=Looks(
        waiting="new appealed",
        open="open",
        at_work="answered",
        good_end="closed",
        bad_end="held refused",
        paused="merged",
    ),
    transitions=(
        *moderated("open", (is_others,), (is_by_another,)),
        Transition("open", "merge", "merged", MODERATORS | FACILITATORS),
        Transition("open", "answer", "answered", FACILITATORS, (is_decided,)),
        *from_each(("open", "answered", "merged"), Transition("", "close", "closed", FACILITATORS)),
        *from_each(
            ("new", "held", "open"), Transition("", "withdraw", "closed", AUTHORS, reason="withdrawn")
        ),
    ),
    deadlines=(ADMIT_DUE, APPEAL_ENDS),
    in_working_time=frozenset({ADMIT_DUE}),
    irrevocable=frozenset({"merge"}),
    explained=frozenset({"appeal"}),
)
