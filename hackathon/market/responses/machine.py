"""The way of a response from its beginning to what became of it."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.market.needs.machine import ANSWERED_IN, NEED, RESPONSES_CLOSE
from hackathon.market.responses import errors
from hackathon.market.responses.model import ResponseFacts


def is_answered(facts: ResponseFacts) -> Refusal | None:
    """The need takes sealed responses now."""
    is_taking = facts.is_sealed_need and facts.need_state in ANSWERED_IN
    return None if is_taking else errors.NeedNotAnswered()


def is_eligible(facts: ResponseFacts) -> Refusal | None:
    """The vendor is verified, and small if the need asks for that."""
    if not facts.is_verified:
        return errors.ResponseVendorNotVerified()
    return None if facts.is_small_enough else errors.ResponseSmallOnly()


def is_closed(facts: ResponseFacts) -> Refusal | None:
    """The need has closed, and nobody has called it off."""
    return None if facts.need_state == "closed" else errors.NeedNotClosed()


def is_evaluated(facts: ResponseFacts) -> Refusal | None:
    """The need is being evaluated."""
    return None if facts.need_state == "evaluating" else errors.NeedNotEvaluated()


def is_announced(facts: ResponseFacts) -> Refusal | None:
    """It is announced who is to win."""
    return None if facts.need_state == "standstill" else errors.NeedNotEvaluated()


def is_readable(facts: ResponseFacts) -> Refusal | None:
    """There is something to evaluate."""
    return None if facts.has_content else errors.ResponseNotReadable()


def is_awarded(facts: ResponseFacts) -> Refusal | None:
    """The need has been awarded."""
    return None if facts.need_state == "awarded" else errors.NeedNotOver()


def is_over(facts: ResponseFacts) -> Refusal | None:
    """The need has come to its end."""
    return None if facts.need_state in {"awarded", "none_suitable", "cancelled"} else errors.NeedNotOver()


_VENDOR = frozenset({Role.VENDOR})
AGENCY = frozenset({Role.OFFICER})
OPENERS = frozenset({Role.OFFICER, Role.PROGRAMME_OFFICER})
_ENDING = frozenset({Role.OFFICER, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
_CLOCK = frozenset({Role.SYSTEM})
_OPEN = Window(until=RESPONSES_CLOSE)
_CLOSED = Window(RESPONSES_CLOSE)
#: Handed in, whatever became of it.
HANDED_IN = frozenset({"sealed", "opened", "compliant", "disqualified", "scored", "awarded", "not_awarded"})
#: Evaluated, or out.
RANKED = frozenset({"compliant", "scored"})

RESPONSE: Machine[ResponseFacts] = Machine(
    "response",
    "hackathon.market.responses",
    states=(
        State("draft"),
        State("sealed"),
        State("withdrawn"),
        State("opened", public="in_evaluation"),
        State("compliant", public="in_evaluation"),
        State(
            "disqualified",
            public="in_evaluation",
            reasons=("incomplete", "not_eligible", "requirements", "rules", "unreadable"),
        ),
        State("scored", public="in_evaluation"),
        State("awarded", reasons=("first",), is_terminal=True),
        State(
            "not_awarded",
            reasons=("other_awarded", "disqualified", "none_suitable", "need_cancelled"),
            is_terminal=True,
        ),
        State("expired", reasons=("deadline_passed", "withdrawn"), is_terminal=True),
    ),
    looks=Looks(
        waiting="draft withdrawn",
        at_work="sealed opened compliant scored",
        good_end="awarded",
        bad_end="disqualified not_awarded expired",
    ),
    transitions=(
        # Handed in anew it takes the place of what was sealed before.
        *from_each(
            ("draft", "withdrawn", "sealed"),
            Transition("", "hand_in", "sealed", _VENDOR, (is_answered, is_eligible), _OPEN),
        ),
        Transition("sealed", "withdraw", "withdrawn", _VENDOR, window=_OPEN),
        Transition("draft", "expire", "expired", _CLOCK, window=_CLOSED, reason="deadline_passed"),
        Transition("withdrawn", "expire", "expired", _CLOCK, window=_CLOSED, reason="withdrawn"),
        Transition("sealed", "open", "opened", OPENERS, (is_closed,), _CLOSED),
        Transition("sealed", "give_up", "disqualified", OPENERS, (is_closed,), _CLOSED, reason="unreadable"),
        Transition("opened", "accept", "compliant", AGENCY, (is_evaluated,)),
        *from_each(
            ("opened", "compliant"), Transition("", "disqualify", "disqualified", AGENCY, (is_evaluated,))
        ),
        Transition("disqualified", "reinstate", "compliant", AGENCY, (is_evaluated, is_readable)),
        Transition("compliant", "score", "scored", AGENCY, (is_announced,)),
        Transition("scored", "reopen", "compliant", _ENDING, (is_evaluated,)),
        Transition("scored", "award", "awarded", AGENCY, (is_awarded,), reason="first"),
        *from_each(
            ("sealed", "opened", "compliant", "disqualified", "scored"),
            Transition("", "end", "not_awarded", _ENDING, (is_over,)),
        ),
    ),
    deadlines=NEED.deadlines,
    irrevocable=frozenset({"withdraw"}),
)
