"""``/portal/needs/…/evaluation`` and ``/portal/responses/…``: what was opened, marks, who is meant to win."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response as Answer

from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.challenges.machine import BEFORE_THE_START
from hackathon.contest.hackathons.service import list_hackathons
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.market.needs.machine import AGENCY
from hackathon.market.needs.model import Need
from hackathon.market.needs.rules import scopes_of
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses import evaluation, outcome
from hackathon.market.responses.evaluation import DECIDED, Intended
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Marking
from hackathon.market.responses.ranking import SCALE
from hackathon.market.responses.settings import ResponseSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.market.needs.words import vocabulary as need_words

router = APIRouter(prefix="/portal", include_in_schema=False)
_NOT_APPLICABLE = "na"
INTENDED = ValueForm(Intended, {"response_id": "response"})


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    return {
        **need_words(request),
        "figure": lambda value: "–" if value is None else f"{value:.2f}",
    }


def look(session: Session, request: PortalRequest, need_id: UUID) -> dict[str, Any]:
    """Who responded and how they stand; ``hackathons`` are those that still take challenges."""
    need = get_own_need(session, need_id)
    if not need.description.is_sealed:
        raise NoSuchObject
    found, result = evaluation.list_responses(session, need_id), evaluation.evaluate(session, need_id)
    is_agency = session.holds(AGENCY, scopes_of(need_id, need.organisation_id))
    evaluators_min = session.of(ResponseSettings).evaluators_min
    is_marked = bool(result.ranked) and result.evaluators >= evaluators_min
    return {
        "need": need,
        "responses": found,
        "result": result,
        "hackathons": hackathons_for(session, request, need),
        "is_agency": is_agency,
        "named": {one.response_id: one.company for one in found},
        "may_prepare": is_agency and need.state == "evaluating" and is_marked,
        "evaluators_min": evaluators_min,
    }


def hackathons_for(session: Session, request: PortalRequest, need: Need) -> list[tuple[str, str]]:
    if need.state != "none_suitable" or need.challenge_id is not None:
        return []
    taking = [one for one in list_hackathons(session) if one.state in BEFORE_THE_START - {"draft"}]
    return [(str(one.hackathon_id), one.description.title(request.language)) for one in taking]


def make_challenge(session: Session, need_id: UUID, hackathon_id: UUID, version: int) -> Onward:
    return Onward(f"/challenges/{outcome.make_challenge(session, need_id, hackathon_id, version)}")


#: What was sealed stands here: no script is on these pages.
page = partial(
    Page,
    router,
    guard=signed_in,
    here="marketplace",
    tab="needs",
    vocabulary=vocabulary,
    keeping=Keeping.PRESSING,
)
PAGE = page(
    "/needs/{need_id}/evaluation",
    "market/responses/evaluation.html",
    look,
    object_guard=get_own_need,
    title="responses.evaluation",
)
PAGE.edit("intended", INTENDED, "award_prepared", evaluation.prepare)
PAGE.edit("/needs/{need_id}/challenge", lambda form: form.id("hackathon"), "challenge_made", make_challenge)


def look_at_response(session: Session, request: PortalRequest, response_id: UUID) -> dict[str, Any]:
    response, content = evaluation.read(session, response_id)
    need = get_own_need(session, response.need_id)
    own = evaluation.evaluate(session, need.need_id).own.get(response_id)
    is_agency = session.holds(AGENCY, scopes_of(need.need_id, need.organisation_id))
    return {
        "title": response.company.shown(request.language),
        "response": response,
        "content": content,
        "need": need,
        "steps": steps_on(session, request, RESPONSE, response_id, DECIDED),
        "given": given_in(request.typed, need, own),
        "comment": request.typed.text("comment") or ("" if own is None else own.comment),
        "may_mark": is_agency and need.state == "evaluating" and response.state == "compliant",
        "choices": choices(),
    }


def save_marks(session: Session, response_id: UUID, form: Form) -> None:
    response, _ = evaluation.read(session, response_id)
    marks = marks_of(form, get_own_need(session, response.need_id))
    evaluation.mark(session, response_id, marks, form.text("comment"))


RESPONSE_PAGE = page(
    "/responses/{response_id}",
    "market/responses/one.html",
    look_at_response,
    object_guard=evaluation.read,
    subject=Subject(RESPONSE, "response", without_dates),
)
RESPONSE_PAGE.steps(evaluation.decide, DECIDED)
RESPONSE_PAGE.post("marks", as_sent, "marks_saved", save_marks)


@router.get("/responses/{response_id}/files/{number}")
async def send_file(request: CurrentRequest, response_id: UUID, number: Numbered) -> Answer:
    _ = request.person
    name, media_type, content = await request.act(evaluation.find_file, response_id, number)
    fields = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}",
    }
    return Answer(content, media_type=media_type, headers=fields)


def marks_of(form: Form, need: Need) -> Mapping[str, Mark]:
    marks: dict[str, Mark] = {}
    for one in need.description.criteria:
        text = form.text(f"mark_{one.code}")
        try:
            if text:
                marks[one.code] = NOT_APPLICABLE if text == _NOT_APPLICABLE else Decimal(text)
        except InvalidOperation as error:
            raise FormUnreadable from error
    return marks


def given_in(form: Form, need: Need, own: Marking | None) -> dict[str, str]:
    """What was just sent, else what the evaluator has stored."""
    codes = [one.code for one in need.description.criteria]
    if form.fields:
        return {code: form.text(f"mark_{code}") for code in codes}
    blank = dict.fromkeys(codes, "")
    return blank if own is None else blank | {code: as_typed(mark) for code, mark in own.marks.items()}


def as_typed(mark: Mark) -> str:
    """As it is sent."""
    return f"{mark.normalize():f}" if isinstance(mark, Decimal) else _NOT_APPLICABLE


def choices() -> list[str]:
    """Every mark of the scale, as it is sent."""
    count = int((SCALE.highest - SCALE.lowest) / SCALE.step)
    return [as_typed(SCALE.lowest + SCALE.step * number) for number in range(count + 1)]
