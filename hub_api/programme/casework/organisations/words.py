"""What pages of organisations call things, and what can be done with members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from casework.organisations.errors import OrganisationNotFound
from casework.organisations.machines import MEMBERSHIP, ORGANISATION
from casework.organisations.model import Membership
from casework.organisations.service import find
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.wording import Label
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_on


def vocabulary(_: PortalRequest) -> dict[str, Any]:
    """How templates call kinds and states."""
    return {"kind_label": kind_label}


def kind_label(kind: str) -> Label:
    return Label(ORGANISATION.package, f"kind.{kind}")


def names_of(form: Form) -> Names:
    return Names(form.optional("name_ar"), form.optional("name_en"))


def steps_of_members(
    session: Session, request: PortalRequest, members: Sequence[Membership]
) -> dict[UUID, list[Step]]:
    """What the visitor can do with each of them now.

    Whoever speaks for an organisation leaves it like everybody else: nobody removes themselves.
    """
    found = {}
    for one in members:
        steps = steps_on(session, request, MEMBERSHIP, one.membership_id)
        is_own = one.person_id == session.actor.person_id
        found[one.membership_id] = [step for step in steps if not (is_own and step.event == "remove")]
    return found


def agency_name(session: Session, request: PortalRequest, organisation_id: UUID) -> str:
    """What it is called; nothing of one that is not open to see any more."""
    try:
        found = find(session, organisation_id)
    except OrganisationNotFound:
        return ""
    return found.names.shown(request.language)
