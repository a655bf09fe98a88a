"""The way of an ambassador: application, terms, and what comes after the last of them."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.outreach.ambassadors.errors import ConductNotSigned, NotTrained, OwnCase, ReportsWaiting
from hackathon.outreach.ambassadors.model import Facts


def is_another(facts: Facts) -> Refusal | None:
    """Whoever decides is not whom it is about."""
    return OwnCase() if facts.is_own else None


def is_trained(facts: Facts) -> Refusal | None:
    """The newest training is done."""
    return None if facts.is_trained else NotTrained()


def has_signed(facts: Facts) -> Refusal | None:
    """The newest code of conduct is signed."""
    return None if facts.has_signed else ConductNotSigned()


def nothing_waits(facts: Facts) -> Refusal | None:
    """No report waits for its verification."""
    return ReportsWaiting() if facts.reports_waiting else None


SELF = frozenset({Role.PERSON})
STAFF = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
CLOCK = frozenset({Role.SYSTEM})
ANOTHER = (is_another,)
READY = (is_another, is_trained, has_signed)
#: In this order in time: no verified activity for so long, then for longer; the end of a term, then of the
#: days in which it can be renewed.
QUIET, SILENT, TERM_END, RENEWAL_END = DEADLINES = ("goes_at_risk", "lapses", "term_ends", "renewal_closes")

APPLYING = ("applied", "shortlisted", "interviewed")
IN_TERM = ("active", "on_leave", "at_risk")
#: States in which somebody speaks for the programme.
SERVING = frozenset({*IN_TERM, "renewal_due"})
#: What everybody may see, if the ambassador agrees.
SHOWN = SERVING | {"emeritus"}
#: From here a new application is possible.
OVER = frozenset({"rejected", "withdrawn", "removed", "emeritus"})

AMBASSADOR: Machine[Facts] = Machine(
    "ambassador",
    "hackathon.outreach.ambassadors",
    states=(
        State("applied", public="considered"),
        State("shortlisted", public="considered"),
        State("interviewed", public="considered"),
        State("approved", public="considered"),
        State("onboarded", public="considered"),
        State("active"),
        State("on_leave", public="active"),
        State("at_risk", public="active"),
        State("renewal_due", public="active"),
        State("lapsed", public="former", reasons=("no_activity", "term_over")),
        State("suspended", public="former", reasons=("complaint", "conduct", "security")),
        State("emeritus", reasons=("served", "by_ambassador")),
        State(
            "rejected",
            public="former",
            reasons=("places_taken", "experience", "motivation", "time"),
            is_terminal=True,
        ),
        State("withdrawn", public="former", reasons=("by_applicant",), is_terminal=True),
        State(
            "removed", public="former", reasons=("conduct", "security", "account_closed"), is_terminal=True
        ),
    ),
    handing_in=HandingIn(frozenset({"apply"}), "/account/ambassador"),
    looks=Looks(
        waiting="at_risk renewal_due",
        open="approved onboarded active",
        at_work="applied shortlisted interviewed",
        good_end="emeritus",
        bad_end="lapsed rejected withdrawn removed",
        paused="on_leave suspended",
    ),
    transitions=(
        Transition("applied", "shortlist", "shortlisted", STAFF, ANOTHER),
        Transition("shortlisted", "interview", "interviewed", STAFF, ANOTHER),
        Transition("interviewed", "approve", "approved", STAFF, ANOTHER, prepared_by=STAFF),
        *from_each(APPLYING, Transition("", "reject", "rejected", STAFF, ANOTHER, prepared_by=STAFF)),
        *from_each(
            (*APPLYING, "approved", "onboarded"),
            Transition("", "withdraw", "withdrawn", SELF, reason="by_applicant"),
        ),
        Transition("approved", "onboard", "onboarded", STAFF, READY),
        Transition("onboarded", "start", "active", STAFF, READY),
        Transition("active", "take_leave", "on_leave", SELF | STAFF),
        Transition("on_leave", "return", "active", SELF | STAFF),
        Transition("active", "turn_at_risk", "at_risk", CLOCK, (nothing_waits,), Window(QUIET)),
        # A verified activity moves the deadline into the future; then it is as if there had been no warning.
        Transition("at_risk", "recover", "active", STAFF, window=Window(until=QUIET)),
        Transition(
            "at_risk", "lapse", "lapsed", CLOCK, (nothing_waits,), Window(SILENT), reason="no_activity"
        ),
        *from_each(IN_TERM, Transition("", "come_to_term", "renewal_due", CLOCK, window=Window(TERM_END))),
        Transition("renewal_due", "lapse", "lapsed", CLOCK, window=Window(RENEWAL_END), reason="term_over"),
        *from_each(("renewal_due", "lapsed"), Transition("", "renew", "active", STAFF, READY)),
        *from_each(
            ("renewal_due", "lapsed"), Transition("", "honour", "emeritus", STAFF, ANOTHER, reason="served")
        ),
        *from_each(
            (*IN_TERM, "renewal_due", "lapsed"),
            Transition("", "retire", "emeritus", SELF, reason="by_ambassador"),
        ),
        *from_each(
            ("approved", "onboarded", *IN_TERM, "renewal_due", "lapsed"),
            Transition("", "suspend", "suspended", STAFF, ANOTHER),
        ),
        Transition("suspended", "reinstate", "active", STAFF, READY, Window(until=TERM_END)),
        *from_each(("suspended", "emeritus"), Transition("", "remove", "removed", STAFF, ANOTHER)),
    ),
    deadlines=DEADLINES,
    irrevocable=frozenset({"honour", "retire"}),
)
