"""``/portal/calls``: what everybody sees of them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role
from casework.access.rules import holds_any
from casework.forms.model import FormField
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Extension
from casework.workflow.repository import find_deadlines, find_extensions
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon, list_hackathons
from hackathon.funding.calls.machine import OPEN_FOR_DRAFTS, SECOND_CLOSES, STAFF
from hackathon.funding.calls.model import Call, Funder, Stage, Wanted
from hackathon.funding.calls.rules import is_staff, scopes_of
from hackathon.funding.calls.service import create, get_call, get_forms, list_calls, list_funders
from hub_api.programme.funding.calls.words import currencies, description_of, title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/calls", include_in_schema=False)


@router.get("")
async def show_list(
    request: CurrentRequest, q: str = "", stage: str = "", after: UUID | None = None
) -> Response:
    is_programme = holds_any(request.actor, STAFF, ())
    stages = [one for one in Stage if is_programme or one is not Stage.UNPUBLISHED]
    wanted = Wanted(q, next((one for one in stages if one == stage), None))
    found = await request.do(
        lambda connection: list_calls(connection, request.office.calls, request.actor, wanted, after)
    )
    language = request.language
    codes = {} if wanted.stage is None else {"stage": wanted.stage.value}
    # What is not published is no news to anybody.
    may_keep = bool(q.strip() or codes) and wanted.stage is not Stage.UNPUBLISHED
    return render_page(
        request,
        "funding/calls/list.html",
        title=WORDS.text("rooms.calls", language),
        here="calls",
        calls=found.calls,
        after=found.after,
        q=q,
        stage=codes.get("stage", ""),
        codes=codes,
        may_keep=may_keep,
        stages=[(one.value, WORDS.text(f"calls.stage_{one}", language)) for one in stages],
        may_create=is_programme,
        **vocabulary(request),
    )


@router.get("/new")
async def show_new(request: CurrentRequest) -> Response:
    _require_programme(request)
    return await _new_page(request, Form())


@router.post("/new")
async def send_new(request: CurrentRequest) -> Response:
    _require_programme(request)
    form = await request.form()
    try:
        description = description_of(form)
        call_id = await request.do(
            lambda connection: create(connection, request.office.calls, request.actor, description)
        )
    except FormUnreadable:
        raise
    except FalajError as error:
        return await _new_page(request, form, error)
    return request.go(f"/calls/{call_id}/desk", "saved")


class Shown(NamedTuple):
    """A call as its visitor sees it; ``hackathon`` is the one that it is for, if the visitor may know of it."""

    call: Call
    forms_asked: tuple[tuple[FormField, ...], ...]
    deadlines: list[Deadline]
    extensions: list[Extension]
    hackathon: Hackathon | None


@router.get("/{call_id}")
async def show_call(request: CurrentRequest, call_id: UUID) -> Response:
    shown = await request.do(lambda connection: _look(connection, request, call_id))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "funding/calls/show.html",
        title=title_of(shown.call, request),
        here="calls",
        is_staff=is_staff(request.actor, call_id),
        is_open=shown.call.state in OPEN_FOR_DRAFTS,
        is_desk=False,
        may_see_awards=may_see_awards(request, call_id),
        **values,
        **vocabulary(request),
    )


def may_see_awards(request: PortalRequest, call_id: UUID) -> bool:
    """Whether the desk of a call's awards is the visitor's: who runs the call, and who pays."""
    return holds_any(request.actor.at(request.office.clock()), STAFF | {Role.FINANCE}, scopes_of(call_id))


class Choices(NamedTuple):
    """What the form of a call offers: who funds, and for the winners of which hackathon."""

    funders: list[tuple[str, str]]
    hackathons: list[tuple[str, str]]


def find_choices(connection: Connection, request: PortalRequest) -> Choices:
    funders: list[Funder] = list_funders(connection, request.office.calls)
    hackathons = list_hackathons(request.office.programme.within(connection, request.actor))
    return Choices(
        [(str(one.organisation_id), one.names.shown(request.language)) for one in funders],
        [(str(one.hackathon_id), _title(one, request)) for one in hackathons],
    )


def _title(hackathon: Hackathon, request: PortalRequest) -> str:
    about = hackathon.description
    return about.title_ar if request.language == "ar" else about.title_en


def _require_programme(request: PortalRequest) -> None:
    """Who runs calls for the whole hub makes new ones; :class:`NotAllowed`."""
    _ = request.person
    if not holds_any(request.actor, STAFF, ()):
        raise NotAllowed


def _look(connection: Connection, request: PortalRequest, call_id: UUID) -> Shown:
    call = get_call(connection, call_id, request.actor)
    asked = get_forms(connection, call_id, request.actor)
    with connection.transaction():
        deadlines = find_deadlines(connection, call_id)
        extensions = find_extensions(connection, call_id)
    if call.description.terms.rounds == 1:
        deadlines = [one for one in deadlines if one.name != SECOND_CLOSES]
    deadlines.sort(key=lambda deadline: deadline.instant)
    return Shown(call, asked, deadlines, extensions, _hackathon_of(connection, request, call))


def _hackathon_of(connection: Connection, request: PortalRequest, call: Call) -> Hackathon | None:
    hackathon_id = call.description.terms.hackathon_id
    if hackathon_id is None:
        return None
    try:
        return get_hackathon(request.office.programme.within(connection, request.actor), hackathon_id)
    except NoSuchObject:
        return None


async def _new_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    choices = await request.do(lambda connection: find_choices(connection, request))
    return render_page(
        request,
        "funding/calls/new.html",
        title=WORDS.text("calls.new", request.language),
        here="calls",
        refused=refused,
        form=form,
        about=None,
        currencies=currencies(request),
        choices=choices,
        **vocabulary(request),
    )
