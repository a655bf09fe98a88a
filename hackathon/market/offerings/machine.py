"""The way of an offering: from a draft to what everybody sees, and from there to its next versions."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, from_each
from hackathon.market.offerings.errors import (
    OfferingNotWritten,
    OfferingOwnCompany,
    OfferingVendorNotVerified,
)
from hackathon.market.offerings.model import PACKAGE, Facts


def is_written(facts: Facts) -> Refusal | None:
    """The draft says what an offering has to say."""
    return None if facts.is_written else OfferingNotWritten()


def is_vendor_verified(facts: Facts) -> Refusal | None:
    """Its vendor is verified."""
    return None if facts.is_vendor_listed else OfferingVendorNotVerified()


def is_another(facts: Facts) -> Refusal | None:
    """Whoever decides does not belong to the company."""
    return OfferingOwnCompany() if facts.is_own else None


SPEAKERS = frozenset({Role.VENDOR})
STAFF = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
COMPLETE = (is_written, is_vendor_verified)
DECIDED = (is_another, is_written, is_vendor_verified)

#: What everybody sees, if the vendor is verified: while a new version is looked at, the old one stays.
PUBLISHED = ("published", "updating", "update_returned")
IN_REVIEW = ("in_review", "updating")
#: The vendor can write.
EDITABLE = frozenset({"draft", "returned", "published", "update_returned", "paused"})

_DOUBTS = ("unclear", "not_supported", "category", "advertising", "out_of_scope")

OFFERING: Machine[Facts] = Machine(
    "offering",
    PACKAGE,
    states=(
        State("draft", public="not_published"),
        State("in_review", public="not_published"),
        State("returned", public="not_published", reasons=_DOUBTS),
        State("published"),
        State("updating", public="published"),
        State("update_returned", public="published", reasons=_DOUBTS),
        State("paused", public="not_published"),
        State("disabled", public="not_published", reasons=("complaint", "not_true", "security", "law")),
        State(
            "retired",
            public="not_published",
            reasons=("no_longer_offered", "replaced", "mistake"),
            is_terminal=True,
        ),
    ),
    handing_in=HandingIn(frozenset({"hand_in"}), "/account/offerings/{}"),
    looks=Looks(
        waiting="draft returned update_returned",
        open="published updating",
        at_work="in_review",
        bad_end="retired",
        paused="paused disabled",
    ),
    transitions=(
        *from_each(("draft", "returned"), Transition("", "hand_in", "in_review", SPEAKERS, COMPLETE)),
        *from_each(
            ("published", "update_returned"), Transition("", "hand_in", "updating", SPEAKERS, COMPLETE)
        ),
        Transition("in_review", "take_back", "draft", SPEAKERS),
        Transition("updating", "take_back", "published", SPEAKERS),
        *from_each(IN_REVIEW, Transition("", "publish", "published", STAFF, DECIDED)),
        Transition("in_review", "return", "returned", STAFF, (is_another,)),
        Transition("updating", "return", "update_returned", STAFF, (is_another,)),
        Transition("update_returned", "discard", "published", SPEAKERS),
        *from_each(PUBLISHED, Transition("", "pause", "paused", SPEAKERS)),
        Transition("paused", "resume", "published", SPEAKERS),
        *from_each((*PUBLISHED, "paused"), Transition("", "disable", "disabled", STAFF, (is_another,))),
        Transition("disabled", "enable", "published", STAFF, (is_another,)),
        *from_each(
            ("draft", "in_review", "returned", *PUBLISHED, "paused", "disabled"),
            Transition("", "retire", "retired", SPEAKERS),
        ),
    ),
    explained=frozenset({"return"}),
    undoable={"return": 10},
)
