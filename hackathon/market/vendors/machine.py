"""The way of a vendor: registered, verified by its papers, and out when one of them ends."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.handing_in import HandingIn
from casework.workflow.model import Looks, Machine, State, Transition, Window, from_each
from hackathon.market.vendors.errors import (
    VendorCompanyNotVerified,
    VendorDocumentsMissing,
    VendorDocumentsNotAccepted,
    VendorOwnCompany,
)
from hackathon.market.vendors.model import PACKAGE, Facts


def has_documents(facts: Facts) -> Refusal | None:
    """Every paper that is asked for is there, looked at or not."""
    return VendorDocumentsMissing(facts.missing) if facts.missing else None


def are_accepted(facts: Facts) -> Refusal | None:
    """Every paper that is asked for is accepted."""
    return VendorDocumentsNotAccepted(facts.not_accepted) if facts.not_accepted else None


def is_another(facts: Facts) -> Refusal | None:
    """Whoever decides does not belong to the company."""
    return VendorOwnCompany() if facts.is_own else None


def is_company_verified(facts: Facts) -> Refusal | None:
    """The company itself is verified."""
    return None if facts.is_company_verified else VendorCompanyNotVerified()


SPEAKERS = frozenset({Role.VENDOR})
STAFF = frozenset({Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR})
CLOCK = frozenset({Role.SYSTEM})
SOUND = (is_another, is_company_verified, are_accepted)
#: When the first of the papers that are asked for ends: of those that are there, and of those that are accepted;
#: when a suspension ends; and when both a suspension and a paper have ended.
PAPERS_END, ACCEPTED_END, EXCLUSION_END, LATE_END = DEADLINES = (
    "papers_end",
    "accepted_end",
    "exclusion_ends",
    "exclusion_ends_late",
)

_INQUIRY = ("complaint", "conduct", "security", "inquiry")
_GRAVE = ("fraud", "non_performance", "conduct", "security")
NEW = ("registered", "rejected")
#: The vendor says what it is, which nobody has confirmed.
UNVERIFIED = frozenset({*NEW, "verifying"})
LISTED = ("verified", "documents_expired")

VENDOR: Machine[Facts] = Machine(
    "vendor",
    PACKAGE,
    states=(
        State("registered", public="not_listed"),
        State("verifying", public="not_listed"),
        State("verified"),
        State("documents_expired", public="not_listed", reasons=("document_ended",)),
        State("suspended", public="not_listed", reasons=_INQUIRY),
        State("blacklisted", public="not_listed", reasons=_GRAVE),
        State(
            "rejected", public="not_listed", reasons=("documents", "identity", "duplicate", "out_of_scope")
        ),
        State("closed", public="not_listed", reasons=("by_vendor", "company_gone"), is_terminal=True),
    ),
    handing_in=HandingIn(frozenset({"hand_in"}), "/account/vendor/{}"),
    looks=Looks(
        waiting="registered documents_expired",
        open="verified",
        at_work="verifying",
        bad_end="blacklisted rejected closed",
        paused="suspended",
    ),
    transitions=(
        *from_each(
            NEW,
            Transition(
                "",
                "hand_in",
                "verifying",
                SPEAKERS,
                (is_company_verified, has_documents),
                Window(until=PAPERS_END),
            ),
        ),
        Transition("verifying", "take_back", "registered", SPEAKERS),
        Transition("verifying", "verify", "verified", STAFF, SOUND, Window(until=ACCEPTED_END)),
        Transition("verifying", "reject", "rejected", STAFF, (is_another,)),
        Transition(
            "verified",
            "expire",
            "documents_expired",
            CLOCK,
            window=Window(ACCEPTED_END),
            reason="document_ended",
        ),
        Transition("documents_expired", "renew", "verified", STAFF, SOUND, Window(until=ACCEPTED_END)),
        *from_each(LISTED, Transition("", "suspend", "suspended", STAFF, (is_another,))),
        *from_each(
            (*NEW, "verifying", *LISTED, "suspended"),
            Transition("", "blacklist", "blacklisted", STAFF, (is_another,)),
        ),
        Transition("suspended", "lift", "verified", STAFF, SOUND, Window(until=ACCEPTED_END)),
        Transition("suspended", "end", "verified", CLOCK, window=Window(EXCLUSION_END, ACCEPTED_END)),
        Transition(
            "suspended",
            "end_late",
            "documents_expired",
            CLOCK,
            window=Window(LATE_END),
            reason="document_ended",
        ),
        # Whoever was out for something grave shows its papers anew.
        Transition("blacklisted", "lift", "registered", STAFF, (is_another,)),
        Transition("blacklisted", "end", "registered", CLOCK, window=Window(EXCLUSION_END)),
        *from_each(
            (*NEW, "verifying", *LISTED), Transition("", "close", "closed", SPEAKERS, reason="by_vendor")
        ),
        *from_each(
            ("suspended", "blacklisted"),
            Transition("", "close", "closed", STAFF, (is_another,), reason="company_gone"),
        ),
    ),
    deadlines=DEADLINES,
    irrevocable=frozenset({"reject", "blacklist"}),
)
