"""``/portal/account/organisations`` and ``/portal/memberships``: joining, agreeing, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.organisations.errors import OrganisationNotFound
from casework.organisations.machines import MEMBERSHIP
from casework.organisations.members import list_memberships, move, set_admin
from casework.organisations.model import Organisation
from casework.organisations.service import find, suggest
from casework.programme import Session
from citycore.errors import FalajError
from hub_api.programme.casework.organisations.words import steps_of_members, vocabulary
from hub_api.programme.kit.pages import Page, signed_in, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest, came_from, own_path

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Where somebody belongs, is invited or asks to, and where others of their domain are."""
    memberships = list_memberships(session)
    explained = [one.membership_id for one in memberships if MEMBERSHIP.state(one.state).reasons]
    found = (_find(session, one.organisation_id) for one in memberships)
    return {
        "memberships": memberships,
        "known": {one.organisation_id: one for one in found if one is not None},
        "member_steps": steps_of_members(session, request, memberships),
        "step_words": session.words(*explained),
        "suggested": suggest(session),
    }


def _find(session: Session, organisation_id: UUID) -> Organisation | None:
    """None for one that is not verified any more and where the person is no member."""
    try:
        return find(session, organisation_id)
    except OrganisationNotFound:
        return None


OWN = Page(
    router,
    "/account/organisations",
    "casework/organisations/own.html",
    look,
    guard=signed_in,
    title="memberships.title",
    here="account",
    vocabulary=vocabulary,
)


@router.post("/memberships/{membership_id}/step")
async def take_step(request: CurrentRequest, membership_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version, reason = step_of(form)
    return await _act(request, lambda session: move(session, membership_id, event, version, reason))


@router.post("/memberships/{membership_id}/admin")
async def make_admin(request: CurrentRequest, membership_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, is_admin = form.number("version"), form.text("is_admin") == "1"
    return await _act(request, lambda session: set_admin(session, membership_id, version, is_admin=is_admin))


async def _act(request: PortalRequest, work: Callable[[Session], object]) -> Response:
    """Back to the page that it was pressed on, as the browser names it: one's own or an organisation's."""
    try:
        await request.act(work)
    except FalajError as error:
        return await OWN.show(request, refused=error)
    back = own_path(came_from(request.http) or "")
    return request.go(back if back != "/account" else "/account/organisations", "step_taken")
