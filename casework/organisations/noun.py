"""What goes through all nouns finds of organisations and memberships."""

from __future__ import annotations

from casework.noun import Noun
from casework.organisations.machines import MEMBERSHIPS, ORGANISATIONS
from casework.organisations.repository import QUERIES
from casework.people.holders import Holder, anonymised, deleted, kept
from casework.workflow.wording import Label

HOLDER = Holder(
    QUERIES,
    {"memberships": "export_memberships", "registered_organisations": "export_registered"},
    (
        deleted("memberships", "erase_invitations"),
        anonymised("memberships", "end_memberships"),
        kept("memberships", "kept_invitations", "invited_by"),
        kept("organisations", "kept_registrations", "invited_by"),
    ),
    {"alone_in_charge": Label("casework.organisations", "hindrance.alone_in_charge")},
)
NOUN = Noun(
    "organisations",
    "casework.organisations",
    bindings=(ORGANISATIONS, MEMBERSHIPS),
    holder=HOLDER,
)
