"""``/portal/needs/…/opening``: openers make their keys, and bring them when responses have closed."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.sealing.keys import fingerprint_of, pair_from
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.market.needs import openers
from hackathon.market.needs.machine import UNPUBLISHED
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses.evaluation import count_handed_in
from hackathon.market.responses.opening import bring_key
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, _: PortalRequest, need_id: UUID) -> dict[str, Any]:
    """Who holds keys, how far the opening is, and by opener the fingerprints of the keys that were made so far."""
    need, named = get_own_need(session, need_id), openers.list_openers(session, need_id)
    if not need.description.is_sealed:
        raise NoSuchObject
    own = next((one for one in named if one.person_id == session.actor.person_id), None)
    return {
        "need": need,
        "openers": named,
        "fingerprints": {one.opener_id: fingerprint_of(one.public_key) for one in named if one.public_key},
        "own": own,
        "handed_in": count_handed_in(session, need_id),
        "planned": session.planned(need_id),
        "may_make": need.state in UNPUBLISHED and own is not None,
        "may_bring": need.state == "closed" and own is not None and own.opened_at is None,
    }


PAGE = Page(
    router,
    "/needs/{need_id}/opening",
    "market/responses/opening.html",
    look,
    guard=signed_in,
    title="responses.opening",
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
)


@router.post("/needs/{need_id}/opening/key")
async def make_key(request: CurrentRequest, need_id: UUID) -> Response:
    """The answer to this very request shows the key; no page does it again."""
    _ = await inside_form(request, need_id)
    try:
        words = await request.act(openers.make_key, need_id)
    except FalajError as error:
        return await PAGE.show(request, need_id, refused=error)
    fingerprint = fingerprint_of(pair_from(words).public)
    label = WORDS.text("responses.key_fingerprint", request.language)
    return await PAGE.show(
        request,
        need_id,
        template="market/responses/key.html",
        title=WORDS.text("responses.key", request.language),
        words=words,
        fingerprint=fingerprint,
        saved=b64encode(f"{words}\n\n{label}: {fingerprint}\n".encode()).decode(),
    )


@router.post("/needs/{need_id}/opening")
async def send_key(request: CurrentRequest, need_id: UUID) -> Response:
    """A wrong key stays in the log, so the service opens its own transactions."""
    form = await inside_form(request, need_id)
    try:
        opening = await request.run(bring_key, request.actor, need_id, form.text("key"))
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await PAGE.show(request, need_id, refused=error)
    if opening.is_complete:
        return request.go(f"/needs/{need_id}/evaluation", "responses_opened")
    return request.go(f"/needs/{need_id}/opening", "key_brought")


async def inside_form(request: PortalRequest, need_id: UUID) -> Form:
    """A stranger does not learn what is wrong with a form."""
    _ = request.person
    await request.look(get_own_need, need_id)
    return await request.form()
