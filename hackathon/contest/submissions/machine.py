"""The way of a submission from a draft to what the jury sees."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.submissions import errors
from hackathon.contest.submissions.model import SubmissionFacts
from hackathon.contest.teams.machine import FORMING_IN

#: From the start on, in some hackathons while other teams still form. The clock moves a hackathon on, so a team may be
#: a little ahead of it; late access reaches into screening.
HANDING_IN = FORMING_IN | {"team_formation_closed", "running", "submissions_closed", "screening"}
SCREENING_IN = frozenset({"submissions_closed", "screening"})
#: Who goes on to the next round is said before the last one has begun.
ROUNDS_IN = frozenset({"screening", "judging"})
#: In the contest.
STANDING = frozenset({"eligible", "finalist"})
#: What everybody may see from the beginning of judging on.
PUBLIC = frozenset({"eligible", "finalist", "not_selected"})
PUBLIC_IN = frozenset({"judging", "deliberation", "results_provisional", "results_final", "archived"})
EDITABLE = frozenset({"draft", "reopened"})


def takes_part(facts: SubmissionFacts) -> Refusal | None:
    """Its team is in the hackathon."""
    return None if facts.team_state == "locked" else errors.NotTakingPart()


def is_handing_in(facts: SubmissionFacts) -> Refusal | None:
    """Its hackathon is at the stage at which teams hand in."""
    return None if facts.hackathon_state in HANDING_IN else errors.NotHandingIn()


def is_filled(facts: SubmissionFacts) -> Refusal | None:
    """Title, summary and every required field are there."""
    return None if facts.is_filled else errors.SubmissionNotFilled()


def has_late_access(facts: SubmissionFacts) -> Refusal | None:
    """A code for late access was redeemed."""
    return None if facts.has_late_access else errors.NoLateAccess()


def is_screening(facts: SubmissionFacts) -> Refusal | None:
    """Its hackathon is at the stage at which submissions are screened."""
    return None if facts.hackathon_state in SCREENING_IN else errors.NotScreening()


def has_next_round(facts: SubmissionFacts) -> Refusal | None:
    """The last round of judging has not begun."""
    is_judged = facts.hackathon_state in ROUNDS_IN
    return None if is_judged and facts.has_next_round else errors.NoNextRound()


STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
MEMBERS = frozenset({Role.CAPTAIN, Role.TEAM_MEMBER})
_CLOCK = frozenset({Role.SYSTEM})
RUNNING = Window("starts", "submissions_close")
_CLOSED = Window("submissions_close")
_SOUND = (takes_part, is_handing_in, is_filled)

SUBMISSION: Machine[SubmissionFacts] = Machine(
    "submission",
    "hackathon.contest.submissions",
    states=(
        State("draft"),
        State("submitted"),
        State("reopened"),
        State("frozen"),
        State("eligible"),
        State(
            "ineligible",
            public="out",
            reasons=("off_topic", "no_data", "incomplete", "not_original", "rules"),
        ),
        State("finalist"),
        State("not_selected", reasons=("round_over",), is_terminal=True),
        State("disqualified", public="out", reasons=("plagiarism", "rules", "conduct")),
        State("expired", reasons=("deadline_passed",)),
        State("withdrawn", reasons=("by_team",), is_terminal=True),
    ),
    looks=Looks(
        waiting="draft reopened",
        at_work="submitted frozen eligible",
        good_end="finalist",
        bad_end="ineligible not_selected disqualified expired withdrawn",
    ),
    transitions=(
        *from_each(("draft", "reopened"), Transition("", "submit", "submitted", MEMBERS, _SOUND, RUNNING)),
        Transition(
            "submitted",
            "reopen",
            "reopened",
            MEMBERS,
            (takes_part, is_handing_in),
            Window(until="submissions_close"),
        ),
        # What was handed in last counts, whatever was changed since.
        *from_each(("submitted", "reopened"), Transition("", "freeze", "frozen", _CLOCK, window=_CLOSED)),
        Transition("draft", "expire", "expired", _CLOCK, window=_CLOSED, reason="deadline_passed"),
        Transition("expired", "open_late", "draft", MEMBERS, (takes_part, is_handing_in, has_late_access)),
        Transition("frozen", "open_late", "reopened", MEMBERS, (takes_part, is_handing_in, has_late_access)),
        Transition("frozen", "accept", "eligible", STAFF, (is_screening,), prepared_by=STAFF),
        Transition("frozen", "reject", "ineligible", STAFF, (is_screening,), prepared_by=STAFF),
        Transition("ineligible", "accept", "eligible", STAFF, (is_screening,), prepared_by=STAFF),
        Transition("eligible", "advance", "finalist", STAFF, (has_next_round,), prepared_by=STAFF),
        Transition(
            "eligible",
            "leave_out",
            "not_selected",
            STAFF,
            (has_next_round,),
            reason="round_over",
            prepared_by=STAFF,
        ),
        *from_each(("frozen", "eligible", "finalist"), Transition("", "disqualify", "disqualified", STAFF)),
        Transition("disqualified", "reinstate", "eligible", STAFF),
        *from_each(
            ("draft", "submitted", "reopened", "frozen", "eligible", "finalist"),
            Transition("", "withdraw", "withdrawn", frozenset({Role.CAPTAIN}), reason="by_team"),
        ),
    ),
    deadlines=DEADLINES,
)
