"""The way of an application from a draft to what becomes of it, and of a person into one and out of it."""

from __future__ import annotations

from dataclasses import replace

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.funding.applications import errors
from hackathon.funding.applications.model import ApplicantFacts, Facts
from hackathon.funding.calls.machine import APPEALS_CLOSE, CLOSES, DEADLINES, OPENS, SECOND_CLOSES, STAFF

#: The clock moves a call on, so an application may be a little ahead of it.
_HANDING_IN = frozenset({"forecasted", "open"})
#: Late access reaches beyond the close.
_LATE_IN = _HANDING_IN | {"closed", "reviewing"}
_SECOND_IN = frozenset({"second_open"})
_SECOND_LATE_IN = _SECOND_IN | {"second_closed", "reviewing"}
#: The programme goes on with what was handed in.
_STANDING_IN = frozenset({"closed", "reviewing", "second_open", "second_closed", "decided", "announced"})
#: What is written can be changed.
EDITABLE = frozenset({"draft", "reopened", "invited", "second_reopened"})
#: Who applies can still change.
OPEN = EDITABLE | {"submitted", "second_submitted"}
#: In the hands of the programme: the lead cannot just go.
UNDER_REVIEW = (
    "submitted",
    "reopened",
    "screening",
    "more_info",
    "in_review",
    "panel",
    "invited",
    "second_submitted",
    "second_reopened",
    "reserve",
    "appealed",
)
#: Paid for, in the end.
APPROVED = frozenset({"approved", "approved_with_conditions"})
#: Nothing more comes of it: it does not count against the limit of a person.
OVER = frozenset({"ineligible", "rejected", "dismissed", "expired", "withdrawn"})


def is_call_open(facts: Facts) -> Refusal | None:
    """The call takes applications, or takes this one late, and it is the first round."""
    allowed = _LATE_IN if facts.has_late_access else _HANDING_IN
    return None if facts.round == 1 and facts.call_state in allowed else errors.CallNotOpen()


def is_second_round(facts: Facts) -> Refusal | None:
    """The call takes full proposals, or takes this one late."""
    allowed = _SECOND_LATE_IN if facts.has_late_access else _SECOND_IN
    return None if facts.round == 2 and facts.call_state in allowed else errors.CallNotOpen()


def is_call_standing(facts: Facts) -> Refusal | None:
    """The call has closed and was not cancelled."""
    return None if facts.call_state in _STANDING_IN else errors.CallNotOpen()


def is_filled(facts: Facts) -> Refusal | None:
    """Title, summary and every required field of the round are there."""
    return None if facts.is_filled else errors.ApplicationNotFilled()


def is_confirmed(facts: Facts) -> Refusal | None:
    """Every statement of eligibility is confirmed."""
    return None if facts.is_confirmed else errors.EligibilityNotConfirmed()


def is_amount_fit(facts: Facts) -> Refusal | None:
    """The amount lies within what the call gives."""
    return None if facts.is_amount_fit else errors.AmountUnfit()


def is_kind_fit(facts: Facts) -> Refusal | None:
    """The call is for applicants of this kind."""
    return None if facts.is_kind_fit else errors.KindUnfit()


def is_place_fit(facts: Facts) -> Refusal | None:
    """The call is for this governorate."""
    return None if facts.is_place_fit else errors.GovernorateUnfit()


def is_verified(facts: Facts) -> Refusal | None:
    """The organisation is verified, and the lead belongs to it."""
    return None if facts.is_verified else errors.ApplicantUnverified()


def has_late_access(facts: Facts) -> Refusal | None:
    """A code for late access was redeemed."""
    return None if facts.has_late_access else errors.NoLateApplication()


def is_answered(facts: Facts) -> Refusal | None:
    """The question of the programme has its answer."""
    return None if facts.is_answered else errors.QuestionNotAnswered()


def reviews_are_in(facts: Facts) -> Refusal | None:
    """There are reviews, and none is waited for."""
    is_complete = facts.reviews_in > 0 and facts.reviews_open == 0
    return None if is_complete else errors.ReviewsOpen(reviews=facts.reviews_open)


def is_last_round(facts: Facts) -> Refusal | None:
    """No further round decides."""
    return None if facts.round >= facts.rounds else errors.FundingRoundLeft()


def has_second_round(facts: Facts) -> Refusal | None:
    """The call has a second round, and this is the first."""
    return None if facts.round < facts.rounds else errors.NoSecondRound()


def is_first_appeal(facts: Facts) -> Refusal | None:
    """It was not appealed against before."""
    return errors.AppealedBefore() if facts.has_appealed else None


def is_anothers(facts: Facts) -> Refusal | None:
    """Whoever decides does not apply with it."""
    return errors.OwnApplication() if facts.is_own else None


def decided_elsewhere(facts: Facts) -> Refusal | None:
    """Whoever answers an appeal has not made the decision."""
    return errors.OwnFundingDecision() if facts.has_decided else None


def is_open(facts: ApplicantFacts) -> Refusal | None:
    """Who applies is not settled."""
    return None if facts.application_state in OPEN else errors.ApplicationClosed()


def has_room(facts: ApplicantFacts) -> Refusal | None:
    """One more may apply with the others."""
    full = facts.applicants >= facts.applicants_max
    return errors.ApplicationFull(applicants_max=facts.applicants_max) if full else None


def is_free(facts: ApplicantFacts) -> Refusal | None:
    """The person may take part in one more application of the call."""
    many = facts.applications >= facts.applications_max
    return errors.TooManyApplications(applications_max=facts.applications_max) if many else None


def may_go(facts: ApplicantFacts) -> Refusal | None:
    """Whoever leads hands over first."""
    return errors.LeadNeeded() if facts.is_lead else None


LEAD = frozenset({Role.LEAD_APPLICANT})
APPLICANTS = frozenset({Role.LEAD_APPLICANT, Role.CO_APPLICANT})
_SELF = frozenset({Role.PERSON})
_CLOCK = frozenset({Role.SYSTEM})
#: An application's own; all others are the call's.
ANSWER_DUE = "answer_due"
_ELIGIBLE = (is_filled, is_confirmed, is_amount_fit, is_kind_fit, is_place_fit, is_verified)
_FIRST = (is_call_open, *_ELIGIBLE)
_SECOND = (is_second_round, *_ELIGIBLE)
_DECIDED = (is_call_standing, is_anothers)
#: The reasons for which an application is not taken into review.
INELIGIBLE = ("out_of_scope", "not_eligible", "incomplete", "duplicate", "funded_elsewhere", "no_answer")
#: The reasons for which an application is not funded.
REJECTED = ("below_threshold", "budget_spent", "not_feasible", "ethics", "value_for_money", "reserve_over")

APPLICATION: Machine[Facts] = Machine(
    "application",
    "hackathon.funding.applications",
    states=(
        State("draft"),
        State("submitted"),
        State("reopened"),
        State("screening", public="being_checked"),
        State("more_info"),
        State("in_review", public="being_reviewed"),
        State("panel", public="being_reviewed"),
        State("invited"),
        State("second_submitted"),
        State("second_reopened"),
        State("approved", reasons=("funded",), is_terminal=True),
        State("approved_with_conditions", reasons=("conditions_apply",), is_terminal=True),
        State("reserve"),
        State("rejected", reasons=REJECTED),
        State("appealed"),
        State("dismissed", reasons=("appeal_unfounded",), is_terminal=True),
        State("ineligible", reasons=INELIGIBLE),
        State("expired", reasons=("deadline_passed",)),
        State("withdrawn", reasons=("by_applicant",), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"appeal"}), "/account/applications"),
    looks=Looks(
        waiting="draft reopened more_info invited second_reopened",
        at_work="submitted screening in_review panel second_submitted appealed",
        good_end="approved approved_with_conditions",
        bad_end="rejected dismissed ineligible expired withdrawn",
        paused="reserve",
    ),
    transitions=(
        *from_each(
            ("draft", "reopened"), Transition("", "submit", "submitted", LEAD, _FIRST, Window(OPENS, CLOSES))
        ),
        Transition("submitted", "reopen", "reopened", LEAD, (is_call_open,), Window(until=CLOSES)),
        # What was handed in last counts, whatever was changed since.
        *from_each(
            ("submitted", "reopened"), Transition("", "close", "screening", _CLOCK, window=Window(CLOSES))
        ),
        Transition("draft", "expire", "expired", _CLOCK, window=Window(CLOSES), reason="deadline_passed"),
        Transition("expired", "open_late", "draft", APPLICANTS, (is_call_open, has_late_access)),
        Transition("screening", "accept", "in_review", STAFF, _DECIDED, prepared_by=STAFF),
        *from_each(
            ("screening", "more_info"),
            Transition("", "exclude", "ineligible", STAFF, _DECIDED, prepared_by=STAFF),
        ),
        Transition("ineligible", "accept", "in_review", STAFF, _DECIDED, prepared_by=STAFF),
        Transition("screening", "ask", "more_info", STAFF, _DECIDED),
        Transition("more_info", "answer", "screening", APPLICANTS, (is_answered,), Window(until=ANSWER_DUE)),
        Transition(
            "more_info", "time_out", "ineligible", _CLOCK, window=Window(ANSWER_DUE), reason="no_answer"
        ),
        Transition("in_review", "begin_panel", "panel", STAFF, (*_DECIDED, reviews_are_in)),
        Transition(
            "panel",
            "approve",
            "approved",
            STAFF,
            (*_DECIDED, is_last_round),
            reason="funded",
            prepared_by=STAFF,
        ),
        Transition(
            "panel",
            "approve_with_conditions",
            "approved_with_conditions",
            STAFF,
            (*_DECIDED, is_last_round),
            reason="conditions_apply",
            prepared_by=STAFF,
        ),
        Transition(
            "panel", "hold_in_reserve", "reserve", STAFF, (*_DECIDED, is_last_round), prepared_by=STAFF
        ),
        Transition("panel", "reject", "rejected", STAFF, _DECIDED, prepared_by=STAFF),
        Transition("panel", "invite", "invited", STAFF, (*_DECIDED, has_second_round), prepared_by=STAFF),
        Transition("reserve", "approve", "approved", STAFF, _DECIDED, reason="funded", prepared_by=STAFF),
        Transition(
            "reserve", "reject", "rejected", STAFF, _DECIDED, reason="reserve_over", prepared_by=STAFF
        ),
        *from_each(
            ("invited", "second_reopened"),
            Transition("", "submit", "second_submitted", LEAD, _SECOND, Window(until=SECOND_CLOSES)),
        ),
        Transition(
            "second_submitted",
            "reopen",
            "second_reopened",
            LEAD,
            (is_second_round,),
            Window(until=SECOND_CLOSES),
        ),
        *from_each(
            ("second_submitted", "second_reopened"),
            Transition("", "close", "screening", _CLOCK, window=Window(SECOND_CLOSES)),
        ),
        Transition(
            "invited", "expire", "expired", _CLOCK, window=Window(SECOND_CLOSES), reason="deadline_passed"
        ),
        Transition("expired", "open_second_late", "invited", APPLICANTS, (is_second_round, has_late_access)),
        Transition("rejected", "appeal", "appealed", LEAD, (is_first_appeal,), Window(until=APPEALS_CLOSE)),
        Transition("appealed", "uphold", "panel", STAFF, (is_anothers, decided_elsewhere)),
        Transition(
            "appealed",
            "dismiss",
            "dismissed",
            STAFF,
            (is_anothers, decided_elsewhere),
            reason="appeal_unfounded",
        ),
        *from_each(
            ("draft", *UNDER_REVIEW), Transition("", "withdraw", "withdrawn", LEAD, reason="by_applicant")
        ),
    ),
    deadlines=(*DEADLINES, ANSWER_DUE),
)

#: The deadline of an invitation.
INVITATION = "invitation"
_JOIN: Transition[ApplicantFacts] = Transition("", "", "member", _SELF, (is_open, has_room, is_free))

APPLICANT: Machine[ApplicantFacts] = Machine(
    "applicant",
    "hackathon.funding.applications",
    states=(
        State("new"),
        State("invited"),
        State("member"),
        State("declined", reasons=("by_person",), is_terminal=True),
        State("withdrawn", reasons=("by_lead",), is_terminal=True),
        State("expired", reasons=("unanswered",), is_terminal=True),
        State("left", reasons=("by_person",), is_terminal=True),
        State("removed", reasons=("inactive", "agreed", "mistake"), is_terminal=True),
    ),
    looks=Looks(waiting="new invited", open="member", bad_end="declined withdrawn expired left removed"),
    transitions=(
        replace(_JOIN, source="new", event="begin"),
        Transition("new", "invite", "invited", LEAD, (is_open, has_room)),
        replace(_JOIN, source="invited", event="accept", window=Window(until=INVITATION)),
        Transition("invited", "decline", "declined", _SELF, reason="by_person"),
        Transition("invited", "withdraw", "withdrawn", LEAD, reason="by_lead"),
        Transition("invited", "expire", "expired", _CLOCK, window=Window(INVITATION), reason="unanswered"),
        Transition("member", "leave", "left", _SELF, (may_go,), reason="by_person"),
        Transition("member", "remove", "removed", LEAD, (is_open, may_go)),
    ),
    deadlines=(INVITATION,),
)
