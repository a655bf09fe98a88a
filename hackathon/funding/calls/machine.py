"""The way of a call from its draft over the decisions to the archive."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from casework.workflow.wording import Label
from hackathon.contest.judging.rubric import WEIGHTS_SUM
from hackathon.funding.calls import errors
from hackathon.funding.calls.model import Facts, Stage

#: In the order of time. Applications, reviews and appeals follow them as well.
OPENS, CLOSES, SECOND_CLOSES, REVIEWS_DUE, APPEALS_CLOSE = DEADLINES = (
    "opens",
    "closes",
    "second_closes",
    "reviews_due",
    "appeals_close",
)
CALLED_OFF = ("no_budget", "too_few_applications", "force_majeure", "organisational")


def needed_deadlines(rounds: int) -> frozenset[str]:
    """What a call of so many rounds cannot do without."""
    return frozenset(DEADLINES) - (frozenset() if rounds == 2 else {SECOND_CLOSES})


def close_of(number: int) -> str:
    """The deadline of a round, 1 or 2; what is before the first has that of the first."""
    return SECOND_CLOSES if number > 1 else CLOSES


def is_described(facts: Facts) -> Refusal | None:
    """Both languages say what it is about."""
    text = facts.description.texts
    parts = (text.title_ar, text.title_en, text.summary_ar, text.summary_en)
    return None if all(part.strip() for part in parts) else errors.CallNotDescribed()


def has_forms(facts: Facts) -> Refusal | None:
    """Each round asks something that has to be answered."""
    for number in range(1, facts.description.terms.rounds + 1):
        if not any(one.is_required for one in facts.forms[number - 1]):
            return errors.CallFormMissing(round=number)
    return None


def has_criteria(facts: Facts) -> Refusal | None:
    """There are criteria, and their weights sum to a hundred."""
    total = sum((Fraction(one.weight) for one in facts.criteria), Fraction())
    return None if total == WEIGHTS_SUM else errors.CallCriteriaIncomplete(sum=f"{float(total):.10g}")


def is_for_somebody(facts: Facts) -> Refusal | None:
    """Some kind of applicant may apply."""
    return None if facts.kinds else errors.CallForNobody()


def has_budget(facts: Facts) -> Refusal | None:
    """The budget pays for at least one award."""
    terms = facts.description.terms
    return None if terms.award_max <= terms.budget else errors.CallBudgetTooSmall()


def is_dated(facts: Facts) -> Refusal | None:
    """Every deadline that its rounds need is planned."""
    needed = needed_deadlines(facts.description.terms.rounds)
    missing = [name for name in DEADLINES if name in needed - facts.planned]
    said = tuple(Label("hackathon.funding.calls", f"call.deadline.{name}") for name in missing)
    return errors.CallDatesMissing(deadlines=said) if said else None


def has_second_round(facts: Facts) -> Refusal | None:
    """It has a second round, which has not begun."""
    return None if facts.round < facts.description.terms.rounds else errors.CallNoSecondRound()


def has_invited(facts: Facts) -> Refusal | None:
    """Somebody is invited to the second round."""
    return None if facts.invited else errors.CallNobodyInvited()


def has_nobody_waiting(facts: Facts) -> Refusal | None:
    """Nobody is invited to a round that has not been held."""
    return errors.CallInvitedWait(applications=facts.invited) if facts.invited else None


def is_decided(facts: Facts) -> Refusal | None:
    """Every applicant has been told, and every appeal is answered."""
    return errors.CallUndecided(applications=facts.undecided) if facts.undecided else None


def has_empty_reserve(facts: Facts) -> Refusal | None:
    """Nobody hopes on for what others give back."""
    return errors.CallReserveWaits(applications=facts.reserved) if facts.reserved else None


STAFF = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
BY_THE_CLOCK = STAFF | {Role.SYSTEM}
#: What must be true of a call before people hear of it, and stays true.
COMPLETE = (is_described, has_forms, has_criteria, is_for_somebody, has_budget, is_dated)
#: From its opening to its announcement.
_RUNNING = ("open", "closed", "reviewing", "second_open", "second_closed", "decided")

CALL: Machine[Facts] = Machine(
    "call",
    "hackathon.funding.calls",
    states=(
        State("draft", public="unpublished"),
        State("approved", public="unpublished"),
        State("forecasted"),
        State("open"),
        State("closed"),
        State("reviewing"),
        State("second_open"),
        State("second_closed", public="reviewing"),
        # That decisions are ready tells nobody anything until they are told.
        State("decided", public="reviewing"),
        State("announced"),
        State("archived", reasons=("completed",), is_terminal=True),
        State("cancelled", reasons=CALLED_OFF, is_terminal=True),
    ),
    looks=Looks(
        waiting="draft approved forecasted",
        open="open second_open",
        at_work="closed reviewing second_closed decided",
        good_end="announced archived",
        bad_end="cancelled",
    ),
    transitions=(
        Transition("draft", "approve", "approved", STAFF, COMPLETE, Window(until=OPENS)),
        Transition("approved", "rework", "draft", STAFF),
        Transition("approved", "forecast", "forecasted", STAFF, COMPLETE, Window(until=OPENS)),
        *from_each(
            ("approved", "forecasted"),
            Transition("", "open", "open", BY_THE_CLOCK, COMPLETE, Window(OPENS)),
        ),
        Transition("open", "close", "closed", BY_THE_CLOCK, window=Window(CLOSES)),
        Transition("closed", "begin_reviewing", "reviewing", STAFF),
        Transition(
            "reviewing",
            "open_second",
            "second_open",
            STAFF,
            (has_second_round, has_invited),
            Window(until=SECOND_CLOSES),
        ),
        Transition(
            "second_open", "close_second", "second_closed", BY_THE_CLOCK, window=Window(SECOND_CLOSES)
        ),
        Transition("second_closed", "begin_reviewing", "reviewing", STAFF),
        Transition("reviewing", "decide", "decided", STAFF, (has_nobody_waiting,)),
        Transition("decided", "reconsider", "reviewing", STAFF),
        Transition("decided", "announce", "announced", STAFF, (is_decided,), Window(until=APPEALS_CLOSE)),
        Transition(
            "announced",
            "archive",
            "archived",
            STAFF,
            (is_decided, has_empty_reserve),
            Window(APPEALS_CLOSE),
            reason="completed",
        ),
        *from_each(
            ("draft", "approved", "forecasted", *_RUNNING), Transition("", "cancel", "cancelled", STAFF)
        ),
    ),
    deadlines=DEADLINES,
    planned_in=frozenset({"draft", "approved"}),
    planners=STAFF,
    irrevocable=frozenset({"announce"}),
)

#: Before its first public moment it is the programme's own.
UNPUBLISHED = frozenset({"draft", "approved"})
#: Everything about it can be changed.
EDITABLE = frozenset({"draft", "approved", "forecasted"})
#: What its texts say can still be corrected.
CORRECTABLE = EDITABLE | {*_RUNNING, "announced"}
#: The address is known from here on.
ADDRESSED = frozenset({"forecasted"})
#: Applications can be begun and handed in.
OPEN_FOR_DRAFTS = frozenset({"open"})
#: Those who are invited write full proposals.
OPEN_FOR_SECOND = frozenset({"second_open"})
#: What was handed in is screened, reviewed and decided about.
UNDER_REVIEW = frozenset({"closed", "reviewing", "second_open", "second_closed", "decided"})
#: It says how it came out.
TOLD = frozenset({"announced", "archived"})
OVER = frozenset({"archived", "cancelled"})
#: The states of each stage.
STAGES: Mapping[Stage, frozenset[str]] = MappingProxyType(
    {
        Stage.UNPUBLISHED: UNPUBLISHED,
        Stage.FORECASTED: frozenset({"forecasted"}),
        Stage.OPEN: OPEN_FOR_DRAFTS | OPEN_FOR_SECOND,
        Stage.REVIEWING: UNDER_REVIEW - OPEN_FOR_SECOND,
        Stage.ANNOUNCED: TOLD,
        Stage.CANCELLED: frozenset({"cancelled"}),
    }
)
#: Steps by the first of which everybody hears of a call.
PUBLISHED_BY = frozenset({"forecast", "open"})
#: Steps by the first of which everybody hears that a call has come so far. A second round tells nobody but those invited.
BEGUN_BY: Mapping[Stage, frozenset[str]] = MappingProxyType(
    {
        Stage.FORECASTED: frozenset({"forecast"}),
        Stage.OPEN: frozenset({"open"}),
        Stage.REVIEWING: frozenset({"close"}),
        Stage.ANNOUNCED: frozenset({"announce"}),
        Stage.CANCELLED: frozenset({"cancel"}),
    }
)
