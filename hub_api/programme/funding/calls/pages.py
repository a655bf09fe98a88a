"""``/portal/calls``: what everybody sees of them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import Role
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon, list_hackathons
from hackathon.funding.calls import service
from hackathon.funding.calls.machine import OPEN_FOR_DRAFTS, SECOND_CLOSES, STAFF
from hackathon.funding.calls.model import Call, Description, Stage, Wanted
from hackathon.funding.calls.rules import is_staff, scopes_of
from hub_api.programme.funding.calls.words import choices_of, currencies, description_of, vocabulary
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    q, is_programme = request.query("q"), session.holds(STAFF, ())
    stages = [one for one in Stage if is_programme or one is not Stage.UNPUBLISHED]
    wanted = Wanted(q, next((one for one in stages if one == request.query("stage")), None))
    found = service.list_calls(session, wanted, request.query_id("after"))
    codes = {} if wanted.stage is None else {"stage": wanted.stage.value}
    return {
        "calls": found.calls,
        "after": found.after,
        "q": q,
        "stage": codes.get("stage", ""),
        "codes": codes,
        # What is not published is no news to anybody.
        "may_keep": bool(q.strip() or codes) and wanted.stage is not Stage.UNPUBLISHED,
        "stages": choices_of(stages, "stage", request),
        "may_create": is_programme,
    }


Page(
    router,
    "/calls",
    "funding/calls/list.html",
    look_at_list,
    guard=anybody,
    title="rooms.calls",
    here="calls",
    vocabulary=vocabulary,
)


def runs_calls(request: PortalRequest) -> None:
    """Who runs calls for the whole hub makes new ones; :class:`NotAllowed`."""
    if not holds_any(request.person.actor, STAFF, ()):
        raise NotAllowed


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"about": None, "currencies": currencies(request), "choices": find_choices(session, request)}


def create(session: Session, description: Description) -> Onward:
    return Onward(f"/calls/{service.create(session, description)}/desk")


Page(
    router,
    "/calls/new",
    "funding/calls/new.html",
    look_at_new,
    guard=runs_calls,
    title="calls.new",
    here="calls",
    vocabulary=vocabulary,
).post("", description_of, "saved", create)


def look(session: Session, request: PortalRequest, call_id: UUID) -> dict[str, Any]:
    """``hackathon`` is the one that it is for, if its visitor may know of it."""
    call, deadlines = service.get_call(session, call_id), session.deadlines(call_id)
    if call.description.terms.rounds == 1:
        deadlines = [one for one in deadlines if one.name != SECOND_CLOSES]
    return {
        "title": call.title(request.language),
        "call": call,
        "forms_asked": service.get_forms(session, call_id),
        "deadlines": sorted(deadlines, key=lambda deadline: deadline.instant),
        "extensions": session.extensions(call_id),
        "hackathon": hackathon_of(session, call),
        "is_staff": is_staff(session.actor, call_id),
        "is_open": call.state in OPEN_FOR_DRAFTS,
        "is_desk": False,
        "may_see_awards": may_see_awards(session, call_id),
    }


def hackathon_of(session: Session, call: Call) -> Hackathon | None:
    hackathon_id = call.description.terms.hackathon_id
    if hackathon_id is None:
        return None
    try:
        return get_hackathon(session, hackathon_id)
    except NoSuchObject:
        return None


Page(
    router,
    "/calls/{call_id}",
    "funding/calls/show.html",
    look,
    guard=anybody,
    here="calls",
    vocabulary=vocabulary,
)


def may_see_awards(session: Session, call_id: UUID) -> bool:
    """Whether the staff page of a call's awards is the visitor's: who runs the call, and who pays."""
    return session.holds(STAFF | {Role.FINANCE}, scopes_of(call_id))


class Choices(NamedTuple):
    """What the form of a call offers: who funds, and for the winners of which hackathon."""

    funders: list[tuple[str, str]]
    hackathons: list[tuple[str, str]]


def find_choices(session: Session, request: PortalRequest) -> Choices:
    return Choices(
        [
            (str(one.organisation_id), one.names.shown(request.language))
            for one in service.list_funders(session)
        ],
        [
            (str(one.hackathon_id), one.description.title(request.language))
            for one in list_hackathons(session)
        ],
    )
