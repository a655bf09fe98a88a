"""The way of a certificate: offered, issued with the name that its holder approved, perhaps revoked."""

from __future__ import annotations

from hackathon.access.model import Role
from hackathon.certificates.errors import OwnCertificate
from hackathon.certificates.model import Facts
from hackathon.workflow.errors import Refusal
from hackathon.workflow.model import Machine, State, Transition


def is_another(facts: Facts) -> Refusal | None:
    return OwnCertificate() if facts.is_own else None


SELF = frozenset({Role.PERSON})
STAFF = frozenset({Role.ADMINISTRATOR})
_REVOKED = ("mistake", "conduct", "figures_wrong", "account_closed", "returned")
#: What only the holder can be the reason of.
NOT_BY_STAFF = frozenset({"account_closed", "returned"})

CERTIFICATE: Machine[Facts] = Machine(
    "certificate",
    "hackathon.certificates",
    states=(
        State("offered"),
        State("issued"),
        State("withdrawn", reasons=("mistake", "declined"), is_terminal=True),
        State("revoked", reasons=_REVOKED, is_terminal=True),
    ),
    transitions=(
        Transition("offered", "issue", "issued", SELF),
        Transition("offered", "decline", "withdrawn", SELF, reason="declined"),
        Transition("offered", "withdraw", "withdrawn", STAFF, (is_another,), reason="mistake"),
        Transition("issued", "revoke", "revoked", STAFF, (is_another,)),
        Transition("issued", "give_back", "revoked", SELF, reason="returned"),
    ),
)
