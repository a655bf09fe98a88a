"""The ways of a reviewer and of a review."""

from __future__ import annotations

from typing import Final

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, from_each
from hackathon.funding.reviewing import errors
from hackathon.funding.reviewing.model import ReviewerFacts, ReviewFacts

#: Reviewers are asked until the reviews are in.
REVIEWERS_FORM_IN: Final = frozenset(
    {"draft", "approved", "forecasted", "open", "closed", "reviewing", "second_open", "second_closed"}
)
MENDED_IN: Final = frozenset({"reviewing", "decided", "announced"})
STAFF: Final = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
_SELF: Final = frozenset({Role.PERSON})
_WHY_NOT: Final = ("conflict", "no_time", "not_my_field", "other")


def takes_reviewers(facts: ReviewerFacts) -> Refusal | None:
    """Who reviews the call can still change."""
    return None if facts.call_state in REVIEWERS_FORM_IN else errors.ReviewersSettled()


def is_reviewing(facts: ReviewFacts) -> Refusal | None:
    """Its round is being reviewed, and no panel sits over its application."""
    is_current = (
        facts.call_state == "reviewing" and facts.is_of_round and facts.application_state == "in_review"
    )
    return None if is_current else errors.NotReviewing()


def may_mend(facts: ReviewFacts) -> Refusal | None:
    """What was reopened can be mended until its application is decided: also before a panel, or after an appeal."""
    is_open = facts.is_of_round and facts.application_state in {"in_review", "panel"}
    return None if is_open and facts.call_state in MENDED_IN else errors.NotReviewing()


def is_complete(facts: ReviewFacts) -> Refusal | None:
    """Every criterion has a mark, and the review says what it recommends and how sure it is."""
    return None if facts.is_complete else errors.ReviewIncomplete()


REVIEWER: Machine[ReviewerFacts] = Machine(
    "reviewer",
    "hackathon.funding.reviewing",
    states=(
        State("invited"),
        State("accepted"),
        State("declined", reasons=_WHY_NOT, is_terminal=True),
        State("resigned", reasons=("by_reviewer",), is_terminal=True),
        State("removed", reasons=("by_programme",), is_terminal=True),
    ),
    looks=Looks(waiting="invited", open="accepted", bad_end="declined resigned removed"),
    transitions=(
        Transition("invited", "accept", "accepted", _SELF, (takes_reviewers,)),
        Transition("invited", "decline", "declined", _SELF),
        Transition("accepted", "resign", "resigned", _SELF, reason="by_reviewer"),
        *from_each(
            ("invited", "accepted"), Transition("", "remove", "removed", STAFF, reason="by_programme")
        ),
    ),
)

#: The reviewer writes in it.
WRITABLE: Final = frozenset({"assigned", "in_progress", "reopened"})
HANDED_IN: Final = frozenset({"submitted", "locked"})
#: Nobody reviews by it.
GONE: Final = frozenset({"recused"})

REVIEW: Machine[ReviewFacts] = Machine(
    "review",
    "hackathon.funding.reviewing",
    states=(
        State("assigned"),
        State("in_progress"),
        State("submitted"),
        State("locked"),
        State("reopened", reasons=("asked_by_reviewer", "mistake", "appeal_upheld")),
        State("recused", reasons=(*_WHY_NOT, "by_programme"), is_terminal=True),
    ),
    looks=Looks(
        waiting="assigned reopened", at_work="in_progress", good_end="submitted locked", bad_end="recused"
    ),
    implied=frozenset({"by_programme"}),
    transitions=(
        Transition("assigned", "begin", "in_progress", _SELF, (is_reviewing,)),
        Transition("in_progress", "submit", "submitted", _SELF, (is_reviewing, is_complete)),
        Transition("reopened", "submit", "submitted", _SELF, (may_mend, is_complete)),
        *from_each(("assigned", "in_progress", "reopened"), Transition("", "recuse", "recused", _SELF)),
        Transition("submitted", "lock", "locked", STAFF),
        *from_each(("submitted", "locked"), Transition("", "reopen", "reopened", STAFF)),
        *from_each(
            ("assigned", "in_progress", "reopened", "submitted"),
            Transition("", "take_out", "recused", STAFF, reason="by_programme"),
        ),
    ),
)
