"""The way of an appeal against provisional results."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.results import errors
from hackathon.contest.results.model import AppealFacts


def is_provisional(facts: AppealFacts) -> Refusal | None:
    """The results of its hackathon are provisional."""
    return None if facts.hackathon_state == "results_provisional" else errors.NotProvisional()


def is_independent(facts: AppealFacts) -> Refusal | None:
    """Somebody decides who neither prepared nor released the results."""
    return errors.DecidedByPanel() if facts.is_by_panel else None


STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
CAPTAIN = frozenset({Role.CAPTAIN})

APPEAL: Machine[AppealFacts] = Machine(
    "appeal",
    "hackathon.contest.results",
    states=(
        State("new"),
        State("filed"),
        State("upheld", reasons=("error_in_scores", "procedure"), is_terminal=True),
        State("dismissed", reasons=("no_error", "judgement", "not_admissible"), is_terminal=True),
        State("withdrawn", reasons=("by_team",), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"file"}), "/account/teams"),
    looks=Looks(waiting="new", at_work="filed", good_end="upheld", bad_end="dismissed withdrawn"),
    transitions=(
        Transition("new", "file", "filed", CAPTAIN, (is_provisional,), Window(until="appeals_close")),
        Transition("filed", "uphold", "upheld", STAFF, (is_provisional, is_independent)),
        Transition("filed", "dismiss", "dismissed", STAFF, (is_provisional, is_independent)),
        Transition("filed", "withdraw", "withdrawn", CAPTAIN, reason="by_team"),
    ),
    deadlines=DEADLINES,
)
