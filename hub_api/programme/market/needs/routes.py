"""``/portal/needs``: what agencies look for, for everybody, and the questions of vendors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.organisations.errors import OrganisationNotFound
from casework.organisations.service import find as find_organisation
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.model import Deadline, Extension
from casework.workflow.repository import find_deadlines, find_extensions
from citycore.errors import FalajError
from hackathon.market.introductions.matches import may_match
from hackathon.market.journeys.model import Kind
from hackathon.market.needs import asking
from hackathon.market.needs.machine import ANSWERED_IN
from hackathon.market.needs.model import Addendum, FixedKey, Need, Question
from hackathon.market.needs.openers import shown_keys
from hackathon.market.needs.rules import FILTER_NAMES, agencies_of, is_inside, is_public, search_of
from hackathon.market.needs.service import create, get_need, search_needs
from hackathon.market.responses.service import is_vendor
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.needs.words import description_of, vocabulary

router = APIRouter(prefix="/portal/needs", include_in_schema=False)


@router.get("")
async def show_needs(request: CurrentRequest, after: UUID | None = None) -> Response:
    query = request.http.query_params
    codes = {name: query[name] for name in FILTER_NAMES if query.get(name)}
    words = query.get("q", "")
    asked = {"q": words, **codes} if words else codes
    try:
        wanted = search_of(words, codes)
    except ValueError as error:
        raise FormUnreadable from error
    needs, onward = await request.look(lambda session: search_needs(session, wanted, after))
    return render_page(
        request,
        "market/needs/list.html",
        title=WORDS.text("marketplace.title", request.language),
        here="marketplace",
        tab="needs",
        needs=needs,
        wanted=asked,
        words=words,
        codes=codes,
        is_officer=bool(agencies_of(request.actor)),
        onward=onward and urlencode({**asked, "after": str(onward)}),
        **vocabulary(request),
    )


@router.get("/new")
async def show_new(request: CurrentRequest) -> Response:
    _ = request.person
    return await _new_page(request, Form())


@router.post("/new")
async def send_new(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    if not agencies_of(request.actor):
        raise NotAllowed
    organisation_id = form.id("organisation")
    try:
        about = description_of(form)
        made = await request.act(lambda session: create(session, organisation_id, about))
    except FormUnreadable:
        raise
    except FalajError as error:
        return await _new_page(request, form, error)
    return request.go(f"/needs/{made}/desk", "saved")


@router.get("/{need_id}")
async def show_need(request: CurrentRequest, need_id: UUID) -> Response:
    return await _need_page(request, need_id, Form())


@router.post("/{need_id}/questions")
async def send_question(request: CurrentRequest, need_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        asking.ask(session, need_id, form.text("text"), request.language)

    try:
        await request.act(work)
    except FalajError as error:
        return await _need_page(request, need_id, form, error)
    return request.go(f"/needs/{need_id}", "question_asked")


class Shown(NamedTuple):
    """A need as everybody sees it."""

    need: Need
    questions: Sequence[Question]
    own_questions: Sequence[Question]
    addenda: Sequence[Addendum]
    deadlines: Sequence[Deadline]
    extensions: Sequence[Extension]
    may_ask: bool
    is_vendor: bool
    has_keys: bool
    opener_keys: Sequence[FixedKey] | None


async def _need_page(
    request: PortalRequest, need_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, need_id))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "market/needs/show.html",
        title=shown.need.title(request.language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        is_inside=is_inside(request.actor, shown.need),
        is_answered=shown.need.state in ANSWERED_IN and shown.need.description.is_sealed,
        may_match=may_match(request.actor, shown.need),
        journey=await journey_of(request, Kind.NEED, need_id),
        **values,
        **vocabulary(request),
    )


def _look(session: Session, need_id: UUID) -> Shown:
    need = get_need(session, need_id)
    questions = asking.list_questions(session, need_id)
    deadlines = find_deadlines(session.connection, need_id)
    extensions = find_extensions(session.connection, need_id)
    has_keys = need.description.is_sealed and is_public(need)
    return Shown(
        need,
        [one for one in questions if one.answered_at is not None],
        asking.list_own_questions(session, need_id),
        asking.list_addenda(session, need_id),
        deadlines,
        extensions,
        asking.may_ask(session, need) and need.state == "published",
        is_vendor(session),
        has_keys,
        shown_keys(session, need_id) if has_keys else None,
    )


async def _new_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    own = agencies_of(request.actor)
    if not own or isinstance(refused, NotAllowed):
        raise NotAllowed

    def work(session: Session) -> list[tuple[str, str]]:
        return [(str(one), _agency(session, request, one)) for one in own]

    agencies = await request.act(work)
    return render_page(
        request,
        "market/needs/new.html",
        title=WORDS.text("needs.new", request.language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        agencies=agencies,
        about=None,
        spare=request.office.settings.portal.rows_spare,
        **vocabulary(request),
    )


def _agency(session: Session, request: PortalRequest, organisation_id: UUID) -> str:
    """Its name; nothing of one that is not open to see any more."""
    try:
        return find_organisation(session.connection, request.actor, organisation_id).names.shown(
            request.language
        )
    except OrganisationNotFound:
        return ""
