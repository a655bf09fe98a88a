"""The way of a certificate: offered, issued with the name that its holder approved, perhaps revoked."""

from __future__ import annotations

from casework.access.model import Role
from casework.workflow.errors import Refusal
from casework.workflow.model import Looks, Machine, State, Transition
from hackathon.outreach.certificates.errors import OwnCertificate
from hackathon.outreach.certificates.model import Facts


def is_another(facts: Facts) -> Refusal | None:
    return OwnCertificate() if facts.is_own else None


SELF = frozenset({Role.PERSON})
STAFF = frozenset({Role.ADMINISTRATOR})
_REVOKED = ("mistake", "conduct", "figures_wrong", "account_closed", "returned")
#: What only the holder can be the reason of.
NOT_BY_STAFF = frozenset({"account_closed", "returned"})

CERTIFICATE: Machine[Facts] = Machine(
    "certificate",
    "hackathon.outreach.certificates",
    states=(
        State("offered"),
        State("issued"),
        State("withdrawn", reasons=("mistake", "declined"), is_terminal=True),
        State("revoked", reasons=_REVOKED, is_terminal=True),
    ),
    looks=Looks(waiting="offered", good_end="issued", bad_end="withdrawn revoked"),
    transitions=(
        Transition("offered", "issue", "issued", SELF),
        Transition("offered", "decline", "withdrawn", SELF, reason="declined"),
        Transition("offered", "withdraw", "withdrawn", STAFF, (is_another,), reason="mistake"),
        Transition("issued", "revoke", "revoked", STAFF, (is_another,)),
        Transition("issued", "give_back", "revoked", SELF, reason="returned"),
    ),
)
