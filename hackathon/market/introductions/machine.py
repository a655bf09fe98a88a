"""The way of an introduction: one side, both sides, and what came of it."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.market.introductions.errors import (
    IntroductionContactMissing,
    IntroductionNeedNotOpen,
    IntroductionOfferingNotListed,
)
from hackathon.market.introductions.model import PACKAGE, Facts


def is_need_open(facts: Facts) -> Refusal | None:
    """The need still looks for somebody, and not by sealed responses."""
    return None if facts.is_need_open else IntroductionNeedNotOpen()


def is_offering_listed(facts: Facts) -> Refusal | None:
    """The offering is published, by a vendor that is verified."""
    return None if facts.is_offering_listed else IntroductionOfferingNotListed()


def has_contacts(facts: Facts) -> Refusal | None:
    """Of both sides somebody who speaks for it has agreed to be named."""
    return None if facts.has_agency_contact and facts.has_vendor_contact else IntroductionContactMissing()


AGENCY, VENDOR = frozenset({Role.OFFICER}), frozenset({Role.VENDOR})
SIDES = AGENCY | VENDOR
PROGRAMME = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
_CLOCK = frozenset({Role.SYSTEM})
ANSWER_DUE = "answer_due"
#: Nobody of the other side is named.
UNANSWERED = ("suggested", "agency_interested", "vendor_interested")
#: Both want to meet: contacts are named.
SHARED = frozenset({"mutual", "contacts_shared", "meeting", "pilot", "contract", "no_fit"})
#: From these on a pilot can be proposed.
TALKING = ("contacts_shared", "meeting", "pilot")
_POSSIBLE = (is_need_open, is_offering_listed)
_IN_TIME = Window(until=ANSWER_DUE)

INTRODUCTION: Machine[Facts] = Machine(
    "introduction",
    PACKAGE,
    states=(
        State("suggested"),
        State("agency_interested"),
        State("vendor_interested"),
        State("mutual"),
        State("contacts_shared"),
        State("meeting"),
        State("pilot"),
        State("contract", reasons=("direct", "tender", "framework"), is_terminal=True),
        State("no_fit", reasons=("scope", "price", "timing", "technical", "no_reply"), is_terminal=True),
        State(
            "declined", reasons=("not_now", "solved", "out_of_scope", "capacity", "mistake"), is_terminal=True
        ),
        State("expired", reasons=("no_answer",), is_terminal=True),
    ),
    looks=Looks(
        waiting="suggested agency_interested vendor_interested",
        open="mutual contacts_shared meeting pilot",
        good_end="contract",
        bad_end="no_fit declined expired",
    ),
    transitions=(
        Transition("suggested", "agency_interest", "agency_interested", AGENCY, _POSSIBLE, _IN_TIME),
        Transition("suggested", "vendor_interest", "vendor_interested", VENDOR, _POSSIBLE, _IN_TIME),
        Transition("vendor_interested", "agency_interest", "mutual", AGENCY, _POSSIBLE, _IN_TIME),
        Transition("agency_interested", "vendor_interest", "mutual", VENDOR, _POSSIBLE, _IN_TIME),
        *from_each(UNANSWERED, Transition("", "decline", "declined", SIDES | PROGRAMME)),
        *from_each(
            UNANSWERED,
            Transition("", "expire", "expired", _CLOCK, window=Window(ANSWER_DUE), reason="no_answer"),
        ),
        # Follows by itself, unless somebody who was named has left meanwhile.
        Transition("mutual", "share_contacts", "contacts_shared", SIDES, (has_contacts,)),
        Transition("contacts_shared", "meet", "meeting", SIDES),
        *from_each(("contacts_shared", "meeting"), Transition("", "begin_pilot", "pilot", SIDES)),
        *from_each(("meeting", "pilot"), Transition("", "agree_contract", "contract", AGENCY)),
        *from_each(("mutual", *TALKING), Transition("", "find_no_fit", "no_fit", SIDES)),
    ),
    deadlines=(ANSWER_DUE,),
)
