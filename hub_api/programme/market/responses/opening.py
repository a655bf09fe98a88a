"""``/portal/needs/…/opening``: openers make their keys, and bring them when responses have closed."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Programme, Session
from casework.sealing.keys import fingerprint_of, pair_from
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.market.needs import openers
from hackathon.market.needs.machine import UNPUBLISHED
from hackathon.market.needs.model import Need, Opener
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses.evaluation import count_handed_in
from hackathon.market.responses.opening import bring_key
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.needs.staff import inside_form
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal/needs/{need_id}/opening", include_in_schema=False)


@router.get("")
async def show_opening(request: CurrentRequest, need_id: UUID) -> Response:
    _ = request.person
    return await _page(request, need_id)


@router.post("/key")
async def make_key(request: CurrentRequest, need_id: UUID) -> Response:
    """The answer to this very request shows the key; no page does it again."""
    _ = await inside_form(request, need_id)
    try:
        words = await request.act(lambda session: openers.make_key(session, need_id))
    except FalajError as error:
        return await _page(request, need_id, error)
    need = await request.look(lambda session: get_own_need(session, need_id))
    fingerprint = fingerprint_of(pair_from(words).public)
    label = WORDS.text("responses.key_fingerprint", request.language)
    saved = b64encode(f"{words}\n\n{label}: {fingerprint}\n".encode()).decode()
    return render_page(
        request,
        "market/responses/key.html",
        title=WORDS.text("responses.key", request.language),
        here="marketplace",
        tab="needs",
        need=need,
        words=words,
        fingerprint=fingerprint,
        saved=saved,
        **vocabulary(request),
    )


@router.post("")
async def send_key(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)

    def work(programme: Programme) -> bool:
        opening = bring_key(programme, request.actor, need_id, form.text("key"))
        return opening.is_complete

    try:
        is_complete = await request.run(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _page(request, need_id, error)
    if is_complete:
        return request.go(f"/needs/{need_id}/evaluation", "responses_opened")
    return request.go(f"/needs/{need_id}/opening", "key_brought")


class Shown(NamedTuple):
    """Who holds keys, and how far the opening is."""

    need: Need
    openers: list[Opener]
    #: By opener, of the keys that were made so far.
    fingerprints: dict[UUID, str]
    own: Opener | None
    handed_in: int | None
    planned: dict[str, Any]


async def _page(request: PortalRequest, need_id: UUID, refused: FalajError | None = None) -> Response:
    shown = await request.look(lambda session: _look(session, request, need_id))
    if not shown.need.description.is_sealed:
        raise NoSuchObject
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "market/responses/opening.html",
        title=WORDS.text("responses.opening", request.language),
        here="marketplace",
        tab="needs",
        refused=refused,
        may_make=shown.need.state in UNPUBLISHED and shown.own is not None,
        may_bring=shown.need.state == "closed" and shown.own is not None and shown.own.opened_at is None,
        **values,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, need_id: UUID) -> Shown:
    need = get_own_need(session, need_id)
    found = openers.list_openers(session, need_id)
    fingerprints = {one.opener_id: fingerprint_of(one.public_key) for one in found if one.public_key}
    own = next((one for one in found if one.person_id == request.actor.person_id), None)
    planned = {one.name: one.instant for one in find_deadlines(session.connection, need_id)}
    return Shown(need, found, fingerprints, own, count_handed_in(session, need_id), planned)
