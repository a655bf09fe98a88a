"""``/portal/organisations``: found by everybody, registered by anybody, verified at the desk.

``/portal/account/organisations`` and ``/portal/memberships``: joining, agreeing, leaving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.organisations import members, service
from casework.organisations.errors import OrganisationNotFound
from casework.organisations.machines import MEMBERSHIP, ORGANISATION, ORGANISATIONS, SPEAKERS, scopes_of
from casework.organisations.members import list_memberships, move, set_admin
from casework.organisations.model import Invited, Kind, Organisation, Search
from casework.organisations.service import find, suggest
from casework.people.model import Names
from casework.people.standing import find_names
from casework.pictures.service import Pictured, pictures_of
from casework.programme import Session
from citycore.errors import FalajError
from hub_api.programme.casework.organisations.words import names_of, steps_of_members, vocabulary
from hub_api.programme.casework.pictures.pages import take_pictures, written_with
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent, signed_in, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest, came_from, own_path
from hub_api.programme.kit.steps import place_of, steps_on
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, here="organisations")


@dataclass(frozen=True, slots=True)
class Registration:
    """What whoever registers an organisation fills in."""

    kind: Kind
    name_ar: str | None
    name_en: str | None
    domains: str


INVITED = ValueForm(Invited)


def list_of(session: Session, request: PortalRequest, wanted: Search) -> dict[str, Any]:
    found = service.search(session, request.language, wanted)
    marks = pictures_of(session, [one.organisation_id for one in found.organisations])
    return {"q": wanted.words, "found": found.organisations, "after": found.after, "marks": marks}


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    rows = request.office.settings.portal.page_rows
    return list_of(session, request, Search(request.query("q"), place_of(request), rows))


page(
    "/organisations",
    "casework/organisations/list.html",
    look_at_list,
    guard=anybody,
    title="rooms.organisations",
    vocabulary=vocabulary,
)


def look_at_new(_: Session, request: PortalRequest) -> dict[str, Any]:
    kind_label = vocabulary(request)["kind_label"]
    return {"kinds": [(kind.value, kind_label(kind).text(request.language)) for kind in Kind]}


def register(session: Session, sent: Registration) -> Onward:
    names, domains = Names(sent.name_ar, sent.name_en), sent.domains.replace(",", " ").split()
    made = service.register(session, sent.kind, names, domains)
    return Onward(f"/organisations/{made.organisation_id}")


page(
    "/organisations/new",
    "casework/organisations/new.html",
    look_at_new,
    guard=signed_in,
    title="organisations.new",
).post("", ValueForm(Registration), "organisation_registered", register)


def look(session: Session, request: PortalRequest, organisation_id: UUID) -> dict[str, Any]:
    """One organisation, and what its speakers see of it."""
    one, rows = service.find(session, organisation_id), request.office.settings.portal.page_rows
    is_speaker = session.holds(SPEAKERS, scopes_of(organisation_id))
    known = (
        members.list_members(session, organisation_id, request.query_id("after"), rows)
        if is_speaker
        else None
    )
    people = [each.person_id for each in known or () if each.person_id is not None]
    is_explained = is_speaker and ORGANISATION.state(one.state).reasons
    return {
        "title": one.names.shown(request.language),
        "one": one,
        **written_with(request, session, organisation_id),
        "steps": steps_on(session, request, ORGANISATION, organisation_id),
        "step_words": session.words(organisation_id) if is_explained else {},
        "members": known,
        "people": find_names(session.connection, people),
        "member_steps": steps_of_members(session, request, known or ()),
        "may_ask": one.is_verified and request.signed is not None and not _belongs(session, organisation_id),
        "rows": rows,
    }


def _belongs(session: Session, organisation_id: UUID) -> bool:
    open_states = {state.name for state in MEMBERSHIP.states if not state.is_terminal}
    return any(
        one.organisation_id == organisation_id and one.state in open_states
        for one in members.list_memberships(session)
    )


PAGE = page(
    "/organisations/{organisation_id}",
    "casework/organisations/show.html",
    look,
    guard=anybody,
    subject=Subject(ORGANISATION, "one", without_dates),
    vocabulary=vocabulary,
)
PAGE.post("join", as_sent, "join_asked", lambda session, one, _: members.ask_to_join(session, one))
PAGE.post("edit", names_of, "saved", service.edit)
PAGE.steps(service.move)
take_pictures(PAGE, "picture", Pictured(ORGANISATIONS, SPEAKERS))


async def invite(request: PortalRequest, organisation_id: UUID, invited: Invited) -> None:
    """That it was tried stays counted where it is refused."""
    await request.run(members.invite, request.actor, organisation_id, invited, request.visitor)


PAGE.answer("invite", INVITED, "invited", invite)


def look_at_own(session: Session, request: PortalRequest) -> dict[str, Any]:
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
    look_at_own,
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
