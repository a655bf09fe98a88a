"""The way of an activity from a plan to what counts."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.outreach.activities.errors import NoEvidence, NotTold, OwnActivity
from hackathon.outreach.activities.model import Facts
from hackathon.outreach.ambassadors.machine import CLOCK, SELF, STAFF


def is_another(facts: Facts) -> Refusal | None:
    """Whoever verifies has no part in the event."""
    return OwnActivity() if facts.is_own else None


def is_told(facts: Facts) -> Refusal | None:
    """People reached and minutes are there."""
    return None if facts.is_told else NotTold()


def has_evidence(facts: Facts) -> Refusal | None:
    """At least one file shows it."""
    return None if facts.evidence_files else NoEvidence()


ENDED, REPORT_END = DEADLINES = ("ends", "report_closes")
ANOTHER = (is_another,)
COMPLETE = (is_told, has_evidence)

ACTIVITY: Machine[Facts] = Machine(
    "activity",
    "hackathon.outreach.activities",
    states=(
        State("planned"),
        State("held"),
        State("reported"),
        State("returned", reasons=("evidence_unclear", "figures_unclear", "wrong_event")),
        State("verified", reasons=("evidence_checked",)),
        State(
            "rejected",
            reasons=("not_held", "not_of_the_programme", "figures_wrong", "duplicate"),
            is_terminal=True,
        ),
        State("cancelled", reasons=("called_off", "by_ambassador"), is_terminal=True),
        State("expired", reasons=("not_reported",), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"report"}), "/account/ambassador"),
    looks=Looks(
        waiting="held returned",
        open="planned",
        at_work="reported",
        good_end="verified",
        bad_end="rejected cancelled expired",
    ),
    transitions=(
        Transition("planned", "hold", "held", SELF, window=Window(ENDED, REPORT_END)),
        Transition("held", "report", "reported", SELF, COMPLETE, Window(until=REPORT_END)),
        Transition("returned", "report", "reported", SELF, COMPLETE),
        Transition("reported", "verify", "verified", STAFF, (*ANOTHER, *COMPLETE), reason="evidence_checked"),
        Transition("reported", "return", "returned", STAFF, ANOTHER),
        Transition("reported", "reject", "rejected", STAFF, ANOTHER),
        # What was found out later counts no longer.
        Transition("verified", "revoke", "rejected", frozenset({Role.ADMINISTRATOR}), ANOTHER),
        *from_each(("planned", "held", "returned"), Transition("", "cancel", "cancelled", SELF)),
        *from_each(
            ("planned", "held"),
            Transition("", "expire", "expired", CLOCK, window=Window(REPORT_END), reason="not_reported"),
        ),
    ),
    deadlines=DEADLINES,
    explained=frozenset({"return"}),
    undoable={"return": 10},
)
#: The report can be written, and evidence added.
EDITABLE = frozenset({"held", "returned"})
