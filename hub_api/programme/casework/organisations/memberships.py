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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.kit.visit import Visit, VisitHere, came_from, own_path

router = APIRouter(prefix="/portal", include_in_schema=False)


class Own(NamedTuple):
    """Where somebody belongs, is invited or asks to, and where others of their domain are."""

    memberships: list[Membership]
    known: Mapping[UUID, Organisation]
    member_steps: Mapping[UUID, list[Step]]
    suggested: list[Organisation]


@router.get("/account/organisations")
async def show_own(visit: VisitHere) -> Response:
    return await _own(visit)


@router.post("/memberships/{membership_id}/step")
async def take_step(visit: VisitHere, membership_id: UUID) -> Response:
    signed, form = visit.person, await visit.form()
    version, event, registrar = form.number("version"), form.text("event"), visit.office.registrar

    def work(connection: Connection) -> None:
        if event == "accept":
            accept(connection, registrar, signed, membership_id, version)
        else:
            move(connection, registrar, visit.actor, membership_id, event, version, form.optional("reason"))

    return await _attempt(visit, work)


@router.post("/memberships/{membership_id}/admin")
async def make_admin(visit: VisitHere, membership_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    version, is_admin = form.number("version"), form.text("is_admin") == "1"

    def work(connection: Connection) -> None:
        set_admin(connection, visit.office.registrar, visit.actor, membership_id, version, is_admin=is_admin)

    return await _attempt(visit, work)


def steps_of_members(
    connection: Connection, visit: Visit, members: Sequence[Membership]
) -> dict[UUID, list[Step]]:
    """What the visitor can do with each of them now."""
    return {
        one.membership_id: steps_of(MEMBERSHIP, _offers(connection, visit, one), visit) for one in members
    }


def _offers(connection: Connection, visit: Visit, one: Membership) -> list[Offer[Any]]:
    """Whoever speaks for an organisation leaves it like everybody else: nobody removes themselves."""
    offers = possible_steps(connection, MEMBERSHIPS, one.membership_id, visit.actor, visit.office.clock)
    is_own = one.person_id == visit.actor.person_id
    return [offer for offer in offers if not (is_own and offer.step.event == "remove")]


async def _attempt(visit: Visit, work: Any) -> Response:
    """Back to the page that it was pressed on, as the browser names it: one's own or an organisation's."""
    try:
        await visit.do(work)
    except FalajError as error:
        return await _own(visit, error)
    back = own_path(came_from(visit.request) or "")
    return visit.go(back if back != "/account" else "/account/organisations", "step_taken")


async def _own(visit: Visit, refused: FalajError | None = None) -> Response:
    _ = visit.person
    shown = await visit.do(lambda connection: _look(connection, visit))
    values: dict[str, Any] = shown._asdict()
    return page(
        visit,
        "casework/organisations/own.html",
        step_words=await words_about(
            visit, MEMBERSHIP, {one.membership_id: one.state for one in shown.memberships}
        ),
        title=WORDS.text("memberships.title", visit.language),
        here="account",
        refused=refused,
        member_label=lambda state: MEMBERSHIP.label("state", state),
        state_label=lambda state: ORGANISATION.label("state", state),
        **values,
    )


def _look(connection: Connection, visit: Visit) -> Own:
    memberships = list_memberships(connection, visit.person)
    known = {}
    for one in memberships:
        found = _find(connection, visit, one.organisation_id)
        if found is not None:
            known[one.organisation_id] = found
    return Own(
        memberships,
        known,
        steps_of_members(connection, visit, memberships),
        suggest(connection, visit.office.registrar, visit.person),
    )


def _find(connection: Connection, visit: Visit, organisation_id: UUID) -> Organisation | None:
    """None for one that is not verified any more and where the person is no member."""
    try:
        return find(connection, visit.actor, organisation_id)
    except OrganisationNotFound:
        return None
