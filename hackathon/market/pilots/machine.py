"""The way of a pilot: proposed by one side, agreed by both, and tried until it is completed or stopped."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.model import Looks, Machine, State, Transition, from_each
from hackathon.market.pilots.model import PACKAGE, Facts

AGENCY = frozenset({Role.OFFICER})
#: A company, the captain of a team, or who leads a funded application.
PROVIDERS = frozenset({Role.VENDOR, Role.CAPTAIN, Role.LEAD_APPLICANT})
SIDES = AGENCY | PROVIDERS
PROGRAMME = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
#: Not agreed by both: only the two and the programme know of it.
PROPOSED = ("proposed", "agency_agreed", "provider_agreed")
#: Things can be registered.
REGISTERING = frozenset({"agreed", "running"})
#: Everybody sees it, whatever became of it.
PUBLIC = frozenset({"agreed", "running", "completed", "stopped"})

PILOT: Machine[Facts] = Machine(
    "pilot",
    PACKAGE,
    states=(
        State("proposed"),
        State("agency_agreed"),
        State("provider_agreed"),
        State("agreed"),
        State("running"),
        State("completed", reasons=("goals_met", "goals_partly_met", "goals_not_met"), is_terminal=True),
        State(
            "stopped",
            reasons=("technical", "security", "budget", "by_agency", "by_provider", "no_value"),
            is_terminal=True,
        ),
        State("declined", reasons=("not_now", "other_terms", "capacity", "mistake"), is_terminal=True),
    ),
    looks=Looks(
        waiting="proposed agency_agreed provider_agreed",
        open="agreed running",
        good_end="completed",
        bad_end="stopped declined",
    ),
    transitions=(
        Transition("proposed", "agency_agree", "agency_agreed", AGENCY),
        Transition("proposed", "provider_agree", "provider_agreed", PROVIDERS),
        Transition("provider_agreed", "agency_agree", "agreed", AGENCY),
        Transition("agency_agreed", "provider_agree", "agreed", PROVIDERS),
        *from_each(PROPOSED, Transition("", "decline", "declined", SIDES | PROGRAMME)),
        Transition("agreed", "start", "running", SIDES),
        Transition("running", "complete", "completed", AGENCY),
        *from_each(("agreed", "running"), Transition("", "stop", "stopped", SIDES | PROGRAMME)),
    ),
)
