"""What goes through all nouns finds of organisations and memberships."""

from __future__ import annotations

from casework.access.model import Role
from casework.noun import Noun
from casework.organisations.machines import MEMBERSHIP, MEMBERSHIPS, ORGANISATION, ORGANISATIONS, STAFF
from casework.organisations.repository import QUERIES
from casework.people.holders import Holder, anonymised, deleted, kept
from casework.search.model import Findable
from casework.tasks.model import SELF, Rest, Tasks, Wait
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
    tasks=Tasks(
        "casework.organisations",
        waits=(
            Wait(ORGANISATION, "verify", ("registered",), STAFF),
            Wait(MEMBERSHIP, "answer", ("invited",), SELF),
            Wait(MEMBERSHIP, "approve", ("requested",), frozenset({Role.OFFICER, Role.VENDOR})),
        ),
        rests=(
            Rest(ORGANISATION, ("verified",), "It works."),
            Rest(
                ORGANISATION,
                ("suspended",),
                "It stays so until an administrator lifts it, for a reason of their own.",
            ),
            Rest(MEMBERSHIP, ("member",), "Who belongs leaves only by choice."),
        ),
    ),
    findables=(
        Findable(
            "organisation",
            "casework.organisations",
            machines=frozenset({"organisation"}),
            label=lambda code: Label("casework.organisations", f"kind.{code}"),
            weight=0.9,
        ),
    ),
)
