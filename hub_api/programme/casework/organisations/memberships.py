"""``/portal/memberships`` and ``/portal/account/organisations``: joining, agreeing, leaving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.organisations.errors import OrganisationNotFound
from casework.organisations.machines import MEMBERSHIP, MEMBERSHIPS, ORGANISATION
from casework.organisations.members import accept, list_memberships, move, set_admin
from casework.organisations.model import Membership, Organisation
from casework.organisations.service import find, suggest
from casework.workflow.model import Offer
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest, came_from, own_path
from hub_api.programme.kit.steps import Step, steps_of, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)


class Own(NamedTuple):
    """Where somebody belongs, is invited or asks to, and where others of their domain are."""

    memberships: list[Membership]
    known: Mapping[UUID, Organisation]
    member_steps: Mapping[UUID, list[Step]]
    suggested: list[Organisation]


@router.get("/account/organisations")
async def show_own(request: CurrentRequest) -> Response:
    return await _own(request)


@router.post("/memberships/{membership_id}/step")
async def take_step(request: CurrentRequest, membership_id: UUID) -> Response:
    signed, form = request.person, await request.form()
    version, event, registrar = form.number("version"), form.text("event"), request.office.registrar

    def work(connection: Connection) -> None:
        if event == "accept":
            accept(connection, registrar, signed, membership_id, version)
        else:
            move(connection, registrar, request.actor, membership_id, event, version, form.optional("reason"))

    return await _attempt(request, work)


@router.post("/memberships/{membership_id}/admin")
async def make_admin(request: CurrentRequest, membership_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, is_admin = form.number("version"), form.text("is_admin") == "1"

    def work(connection: Connection) -> None:
        set_admin(
            connection, request.office.registrar, request.actor, membership_id, version, is_admin=is_admin
        )

    return await _attempt(request, work)


def steps_of_members(
    connection: Connection, request: PortalRequest, members: Sequence[Membership]
) -> dict[UUID, list[Step]]:
    """What the visitor can do with each of them now."""
    return {
        one.membership_id: steps_of(MEMBERSHIP, _offers(connection, request, one), request) for one in members
    }


def _offers(connection: Connection, request: PortalRequest, one: Membership) -> list[Offer[Any]]:
    """Whoever speaks for an organisation leaves it like everybody else: nobody removes themselves."""
    offers = possible_steps(connection, MEMBERSHIPS, one.membership_id, request.actor, request.office.clock)
    is_own = one.person_id == request.actor.person_id
    return [offer for offer in offers if not (is_own and offer.step.event == "remove")]


async def _attempt(request: PortalRequest, work: Any) -> Response:
    """Back to the page that it was pressed on, as the browser names it: one's own or an organisation's."""
    try:
        await request.do(work)
    except FalajError as error:
        return await _own(request, error)
    back = own_path(came_from(request.http) or "")
    return request.go(back if back != "/account" else "/account/organisations", "step_taken")


async def _own(request: PortalRequest, refused: FalajError | None = None) -> Response:
    _ = request.person
    shown = await request.do(lambda connection: _look(connection, request))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "casework/organisations/own.html",
        step_words=await words_about(
            request, MEMBERSHIP, {one.membership_id: one.state for one in shown.memberships}
        ),
        title=WORDS.text("memberships.title", request.language),
        here="account",
        refused=refused,
        member_label=lambda state: MEMBERSHIP.label("state", state),
        state_label=lambda state: ORGANISATION.label("state", state),
        **values,
    )


def _look(connection: Connection, request: PortalRequest) -> Own:
    memberships = list_memberships(connection, request.person)
    known = {}
    for one in memberships:
        found = _find(connection, request, one.organisation_id)
        if found is not None:
            known[one.organisation_id] = found
    return Own(
        memberships,
        known,
        steps_of_members(connection, request, memberships),
        suggest(connection, request.office.registrar, request.person),
    )


def _find(connection: Connection, request: PortalRequest, organisation_id: UUID) -> Organisation | None:
    """None for one that is not verified any more and where the person is no member."""
    try:
        return find(connection, request.actor, organisation_id)
    except OrganisationNotFound:
        return None
