"""The ways of an award, of its milestones, and of a claim to its payment."""

from __future__ import annotations

from casework.access.model import Role
from casework.money.model import Money
from casework.money.rules import shown
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.funding.awards import errors
from hackathon.funding.awards.model import AwardFacts, ClaimFacts, MilestoneFacts

PACKAGE = "hackathon.funding.awards"
STAFF = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
FINANCE = frozenset({Role.FINANCE})
LEAD = frozenset({Role.LEAD_APPLICANT})
RECIPIENTS = frozenset({Role.LEAD_APPLICANT, Role.CO_APPLICANT})
_CLOCK = frozenset({Role.SYSTEM})

#: Something can be claimed and paid.
RUNNING = frozenset({"active", "completed"})
#: Milestones can be planned and changed.
PLANNED_IN = frozenset({"offered", "accepted", "contracted", "active", "suspended"})
#: Everybody reads of it: it was accepted.
PUBLIC = frozenset({"accepted", "contracted", "active", "suspended", "completed", "closed", "terminated"})
OPEN_CLAIMS = frozenset(
    {"submitted", "changes_requested", "approved_programme", "approved_finance", "failed"}
)
REPORTABLE = frozenset({"due", "overdue", "returned"})


def is_of_others(facts: AwardFacts) -> Refusal | None:
    """Whoever decides does not belong, and never belonged, to who applied."""
    return errors.OwnAward() if facts.is_own else None


def has_contract(facts: AwardFacts) -> Refusal | None:
    """Reference and day of the contract are noted."""
    return None if facts.has_contract else errors.ContractMissing()


def no_open_milestones(facts: AwardFacts) -> Refusal | None:
    """Every milestone is accepted or dropped."""
    return errors.MilestonesOpen(milestones=facts.open_milestones) if facts.open_milestones else None


def no_open_claims(facts: AwardFacts) -> Refusal | None:
    """Every claim is paid, refused or withdrawn."""
    return errors.ClaimsOpen(claims=facts.open_claims) if facts.open_claims else None


def is_granted_by_two(facts: AwardFacts) -> Refusal | None:
    """What is large is contracted by somebody else than offered it, or changed its amount."""
    if facts.is_giver and facts.amount_minor > facts.alone_minor:
        return errors.SecondSignatureNeeded(limit=_limit(facts.alone_minor, facts.currency))
    return None


def _limit(minor: int, currency: str) -> str:
    return shown(Money(minor, currency), "en")


(OFFER_ENDS,) = AWARD_DEADLINES = ("offer_ends",)

AWARD: Machine[AwardFacts] = Machine(
    "award",
    PACKAGE,
    states=(
        State("offered"),
        State("accepted"),
        State("declined", reasons=("by_applicant",), is_terminal=True),
        State("expired", reasons=("no_answer",), is_terminal=True),
        State("contracted"),
        State("active"),
        State("suspended", reasons=("reports_missing", "under_review", "by_request")),
        State("completed"),
        State("closed", reasons=("all_done",), is_terminal=True),
        State(
            "terminated", reasons=("by_request", "breach", "funds_gone", "offer_withdrawn"), is_terminal=True
        ),
    ),
    looks=Looks(
        waiting="offered",
        open="active",
        at_work="accepted contracted",
        good_end="completed closed",
        bad_end="declined expired terminated",
        paused="suspended",
    ),
    transitions=(
        Transition("offered", "accept", "accepted", LEAD, window=Window(until=OFFER_ENDS)),
        Transition(
            "offered", "decline", "declined", LEAD, window=Window(until=OFFER_ENDS), reason="by_applicant"
        ),
        Transition("offered", "expire", "expired", _CLOCK, window=Window(OFFER_ENDS), reason="no_answer"),
        Transition(
            "accepted", "contract", "contracted", STAFF, (is_of_others, has_contract, is_granted_by_two)
        ),
        Transition("contracted", "start", "active", STAFF, (is_of_others,)),
        Transition("active", "suspend", "suspended", STAFF, (is_of_others,)),
        Transition("suspended", "resume", "active", STAFF, (is_of_others,)),
        Transition("active", "complete", "completed", STAFF, (is_of_others, no_open_milestones)),
        Transition("completed", "close", "closed", STAFF, (is_of_others, no_open_claims), reason="all_done"),
        *from_each(
            ("offered", "accepted", "contracted", "active", "suspended", "completed"),
            Transition("", "terminate", "terminated", STAFF, (is_of_others, no_open_claims)),
        ),
    ),
    deadlines=AWARD_DEADLINES,
    planners=STAFF,
    spoken=frozenset({"decline"}),
)


def is_award_running(facts: MilestoneFacts | ClaimFacts) -> Refusal | None:
    """The award is neither suspended nor over."""
    return None if facts.award_state in RUNNING else errors.AwardNotRunning()


def is_reported(facts: MilestoneFacts) -> Refusal | None:
    """A report and a file are there."""
    return None if facts.is_reported else errors.MilestoneNotReported()


def is_by_another(facts: MilestoneFacts) -> Refusal | None:
    """Whoever decides has not reported it, and does not belong to who applied."""
    return errors.OwnReport() if facts.is_own else None


def none_claimed(facts: MilestoneFacts) -> Refusal | None:
    """No claim for it is open."""
    return errors.ClaimsOpen(claims=facts.open_claims) if facts.open_claims else None


(DUE,) = MILESTONE_DEADLINES = ("due",)

MILESTONE: Machine[MilestoneFacts] = Machine(
    "milestone",
    PACKAGE,
    states=(
        State("due"),
        State("overdue"),
        State("reported"),
        State("returned", reasons=("evidence_unclear", "incomplete", "wrong_milestone")),
        State("accepted", reasons=("as_agreed",), is_terminal=True),
        State("dropped", reasons=("not_needed", "replanned", "award_ended"), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"report"}), "/account/awards"),
    looks=Looks(waiting="due overdue returned", at_work="reported", good_end="accepted", bad_end="dropped"),
    transitions=(
        *from_each(
            ("due", "overdue", "returned"),
            Transition("", "report", "reported", RECIPIENTS, (is_award_running, is_reported)),
        ),
        Transition("due", "fall_due", "overdue", _CLOCK, window=Window(DUE)),
        Transition(
            "reported", "accept", "accepted", STAFF, (is_award_running, is_by_another), reason="as_agreed"
        ),
        Transition("reported", "return", "returned", STAFF, (is_by_another,)),
        *from_each(
            ("due", "overdue", "returned"),
            Transition("", "drop", "dropped", STAFF, (is_by_another, none_claimed)),
        ),
    ),
    deadlines=MILESTONE_DEADLINES,
    planners=STAFF,
    explained=frozenset({"return"}),
)


def is_another(facts: ClaimFacts) -> Refusal | None:
    """Whoever decides does not belong to who applied."""
    return errors.OwnReport() if facts.is_own else None


def is_milestone_accepted(facts: ClaimFacts) -> Refusal | None:
    """What is claimed for was done."""
    return None if facts.milestone_state == "accepted" else errors.MilestoneNotAccepted()


def is_second(facts: ClaimFacts) -> Refusal | None:
    """Somebody else has approved the work."""
    return errors.SamePerson() if facts.is_approver else None


def is_looked_at_twice(facts: ClaimFacts) -> Refusal | None:
    """What is large is recorded by somebody else than approved the payment."""
    if facts.is_payer and facts.amount_minor > facts.alone_minor:
        return errors.SecondLookNeeded(limit=_limit(facts.alone_minor, facts.currency))
    return None


_SOUND = (is_award_running, is_milestone_accepted)

CLAIM: Machine[ClaimFacts] = Machine(
    "claim",
    PACKAGE,
    states=(
        State("submitted"),
        State("changes_requested", reasons=("amount_unclear", "papers_missing", "wrong_account")),
        State("approved_programme"),
        State("approved_finance"),
        State("paid", reasons=("sent",), is_terminal=True),
        State("failed", reasons=("refused_by_bank", "wrong_account")),
        State("refused", reasons=("not_agreed", "not_done", "duplicate"), is_terminal=True),
        State("withdrawn", reasons=("by_applicant",), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"submit"}), "/account/awards"),
    looks=Looks(
        waiting="changes_requested failed",
        at_work="submitted approved_programme approved_finance",
        good_end="paid",
        bad_end="refused withdrawn",
    ),
    transitions=(
        Transition("submitted", "approve", "approved_programme", STAFF, (*_SOUND, is_another)),
        Transition("submitted", "ask_changes", "changes_requested", STAFF, (is_another,)),
        Transition("changes_requested", "resubmit", "submitted", LEAD, (is_award_running,)),
        Transition(
            "approved_programme",
            "approve_payment",
            "approved_finance",
            FINANCE,
            (*_SOUND, is_another, is_second),
        ),
        Transition("approved_programme", "send_back", "changes_requested", FINANCE, (is_another, is_second)),
        Transition(
            "approved_finance",
            "pay",
            "paid",
            FINANCE,
            (*_SOUND, is_another, is_looked_at_twice),
            reason="sent",
        ),
        Transition("approved_finance", "fail", "failed", FINANCE, (is_another,)),
        Transition("failed", "retry", "approved_finance", FINANCE, (*_SOUND, is_another, is_second)),
        *from_each(
            ("submitted", "approved_programme", "failed"),
            Transition("", "refuse", "refused", STAFF, (is_another,)),
        ),
        *from_each(
            ("submitted", "changes_requested", "failed"),
            Transition("", "withdraw", "withdrawn", LEAD, reason="by_applicant"),
        ),
    ),
    irrevocable=frozenset({"approve", "approve_payment"}),
    explained=frozenset({"ask_changes", "send_back"}),
    undoable={"ask_changes": 10},
)
