"""``/portal/drafts`` and ``/portal/account/drafts``: what forms of all pages send while somebody writes, and all of it in a list.

A page is told where it stands by its own mark (:mod:`hub_api.programme.kit.places`). Our script sends the same form as the
button does, and asks for JSON: ``{"said", "draft", "token"}``, or ``{"said", "there"}`` where another window keeps something else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from casework.drafts import service
from casework.drafts.errors import DraftElsewhere, DraftOver, DraftRefusal
from casework.drafts.model import Draft, NewDraft
from casework.drafts.settings import DraftSettings
from casework.programme import Session
from hub_api.programme.kit.drafts import sent_mark, shown_at, texts_in
from hub_api.programme.kit.errors import FormForeign, FormTooLarge, FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.places import Mark, typed_in, whose
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.serving.kinds import status_of

router = APIRouter(prefix="/portal", include_in_schema=False)
JSON: Final = "application/json"


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``rows`` are what is kept, with what was written and the mark of its form."""
    drafts = service.list_own(session)
    now, language = session.now(), request.language
    return {
        "rows": [
            (one, shown_at(one.saved_at, now, language), texts_in(one.fields or {}), _text_of(session, one))
            for one in drafts
        ],
        "days": f"{session.of(DraftSettings).days_kept:g}",
        "typed_now": {},
        "there": "",
    }


PAGE = Page(
    router,
    "/account/drafts",
    "casework/drafts/own.html",
    look,
    guard=signed_in,
    title="drafts.title",
    here="account",
)


@router.post("/drafts")
async def keep(request: CurrentRequest) -> Response:
    """What was typed so far. It may come from a page that is older than the session: somebody signed in again beside it."""
    _ = request.person
    is_script = JSON in request.http.headers.get("accept", "")
    try:
        form = await _read(request)
    except FormTooLarge as refused:
        if is_script:
            return _json(request, {"said": refused.text(request.language)}, status_of(refused))
        raise
    mark = sent_mark(request)
    if mark is None:
        raise FormForeign if form.mark else FormUnreadable
    try:
        kept = await request.act(service.keep, NewDraft(mark.place, typed_in(form), mark.base, mark.number))
    except DraftRefusal as refused:
        if is_script:
            return _refuse(request, mark, refused)
        if isinstance(refused, DraftOver):  # pressing the button says that it is wanted all the same
            again = NewDraft(mark.place, typed_in(form), mark.base, _number_of(refused))
            await request.act(service.keep, again)
            return request.go(mark.place.page, "draft_kept")
        there = replace(mark, number=_number_of(refused)).text
        return await PAGE.show(request, refused=refused, typed_now=typed_in(form), there=there)
    if not is_script:
        return request.go(mark.place.page, "draft_kept")
    at = shown_at(kept.saved_at, request.office.clock(), request.language)
    said = WORDS.text("drafts.saved", request.language, at=at)
    told = {
        "said": said,
        "draft": replace(mark, number=kept.number).text,
        "token": request.form_token(),
    }
    return _json(request, told, 200)


@router.post("/drafts/discard")
async def discard(request: CurrentRequest) -> Response:
    """What stands in the form goes back to what is stored."""
    _ = request.person
    form = await request.form()
    mark = sent_mark(request)
    if mark is None:
        raise FormUnreadable
    await request.act(service.forget, mark.place)
    path = PAGE.path if form.text("from") == "list" else mark.place.page
    return request.go(path, "draft_discarded")


async def _read(request: PortalRequest) -> Form:
    """What a page of ours sent: by its token, or because the browser says that it comes from here, which no page can pretend."""
    try:
        return await request.form()
    except FormForeign:
        if request.unsent is None:
            raise
        request.sent = request.unsent
        return request.sent


def _refuse(request: PortalRequest, mark: Mark, refused: DraftRefusal) -> Response:
    """What our script tells, and whether it goes on."""
    told: dict[str, object] = {"said": refused.text(request.language)}
    number = _number_of(refused)
    if isinstance(refused, DraftOver):
        told |= {"draft": replace(mark, number=number).text, "again": True}
    if isinstance(refused, DraftElsewhere):
        told |= {
            "said": f"{told['said']} {WORDS.text('drafts.replace', request.language)}",
            "there": replace(mark, number=number).text,
        }
    return _json(request, told, status_of(refused))


def _number_of(refused: DraftRefusal) -> int:
    """That of what is kept now."""
    return int(str(refused.details.get("number", 0)))


def _json(request: PortalRequest, told: dict[str, object] | dict[str, str], status: int) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return request.finish(JSONResponse(told, status, headers=headers))


def _text_of(session: Session, draft: Draft) -> str:
    return Mark(draft.place, draft.base, draft.number, whose(session.person_id)).text
