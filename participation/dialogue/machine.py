"""The way of a session from its question to what follows from it."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from casework.workflow.rules import guard
from participation.dialogue import errors
from participation.dialogue.model import PACKAGE, Facts

has_decider = guard("has_decider", errors.DeciderUnknown)
has_place = guard("has_place", errors.SessionWithoutPlace)
has_agenda = guard("has_agenda", errors.SessionWithoutAgenda)
has_summary = guard("has_summary", errors.SummaryNotWhole)


def is_settled(facts: Facts) -> Refusal | None:
    """Each amendment is taken or refused."""
    return errors.AmendmentsOpen(number=facts.open_amendments) if facts.open_amendments else None


def leads_on(facts: Facts) -> Refusal | None:
    """Something is recommended, or it is said why nothing is."""
    return None if facts.decisions or facts.says_none else errors.NothingRecommended()


FACILITATORS: Final = frozenset({Role.FACILITATOR, Role.PROGRAMME_OFFICER})
#: The second person who agrees with a recommendation, and gives it to its owner.
PROGRAMME: Final = frozenset({Role.PROGRAMME_OFFICER})
_CLOCK: Final = frozenset({Role.SYSTEM})

#: What residents write ideas about: everything but what was called off.
SUBJECTS: Final = ("registration", "live", "held", "summary_open", "published")
BEGINS, ENDS, SUMMARY_DUE, AMEND_ENDS = "begins", "ends", "summary_due", "amend_ends"

SESSION: Machine[Facts] = Machine(
    "dialogue_session",
    PACKAGE,
    states=(
        State("draft"),
        State("registration"),
        State("live"),
        State("held"),
        State("summary_open"),
        State("published", reasons=("summary_fixed",), is_terminal=True),
        State("cancelled", reasons=("too_few", "no_speaker", "no_place", "postponed"), is_terminal=True),
    ),
    looks=Looks(
        waiting="draft held summary_open",
        open="registration",
        at_work="live",
        good_end="published",
        bad_end="cancelled",
    ),
    transitions=(
        Transition(
            "draft",
            "announce",
            "registration",
            FACILITATORS,
            (has_decider, has_place, has_agenda),
            Window(until=BEGINS),
        ),
        Transition("registration", "begin", "live", _CLOCK, window=Window(BEGINS)),
        Transition("live", "end", "held", _CLOCK, window=Window(ENDS)),
        Transition("held", "open_summary", "summary_open", FACILITATORS, (has_summary,)),
        Transition(
            "summary_open",
            "publish",
            "published",
            FACILITATORS,
            (has_summary, is_settled, leads_on),
            Window(AMEND_ENDS),
            "summary_fixed",
        ),
        *from_each(("draft", "registration"), Transition("", "cancel", "cancelled", FACILITATORS)),
    ),
    deadlines=(BEGINS, ENDS, SUMMARY_DUE, AMEND_ENDS),
    planned_in=frozenset({"draft"}),
    planners=FACILITATORS,
    in_working_time=frozenset({SUMMARY_DUE}),
)
