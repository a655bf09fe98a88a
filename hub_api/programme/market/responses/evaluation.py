"""``/portal/needs/…/evaluation`` and ``/portal/responses/…``: what was opened, marks, who is meant to win."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response as Answer

from casework.access.rules import holds_any
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.challenges.machine import BEFORE_THE_START
from hackathon.contest.hackathons.service import list_hackathons
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.market.needs.machine import AGENCY
from hackathon.market.needs.model import Need
from hackathon.market.needs.rules import scopes_of
from hackathon.market.needs.service import get_own_need
from hackathon.market.responses import evaluation, outcome
from hackathon.market.responses.evaluation import Evaluation
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Content, Response
from hackathon.market.responses.ranking import SCALE
from hackathon.market.responses.repository import RESPONSES
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of
from hub_api.programme.market.needs.staff import inside_form
from hub_api.programme.market.needs.words import vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What an evaluator decides about a response; the other steps follow from those of the need.
_DECIDED = frozenset({"accept", "disqualify", "reinstate"})
_NOT_APPLICABLE = "na"


@router.get("/needs/{need_id}/evaluation")
async def show_evaluation(request: CurrentRequest, need_id: UUID) -> Answer:
    _ = request.person
    return await _page(request, need_id, Form())


@router.post("/needs/{need_id}/evaluation/intended")
async def send_intended(request: CurrentRequest, need_id: UUID) -> Answer:
    form = await inside_form(request, need_id)
    version = form.number("version")
    intended = evaluation.Intended(form.id("response"), form.text("debrief_ar"), form.text("debrief_en"))

    def work(session: Session) -> None:
        evaluation.prepare(session, need_id, intended, version)

    return await _attempt(request, need_id, form, work, "award_prepared")


@router.post("/needs/{need_id}/challenge")
async def send_challenge(request: CurrentRequest, need_id: UUID) -> Answer:
    form = await inside_form(request, need_id)
    hackathon_id, version = form.id("hackathon"), form.number("version")
    made: list[UUID] = []

    def work(session: Session) -> None:
        made.append(outcome.make_challenge(session, need_id, hackathon_id, version))

    answer = await _attempt(request, need_id, form, work, "saved")
    return request.go(f"/challenges/{made[0]}", "challenge_made") if made else answer


@router.get("/responses/{response_id}")
async def show_response(request: CurrentRequest, response_id: UUID) -> Answer:
    _ = request.person
    return await _response_page(request, response_id, Form())


@router.get("/responses/{response_id}/files/{number}")
async def send_file(request: CurrentRequest, response_id: UUID, number: Numbered) -> Answer:
    _ = request.person
    name, media_type, content = await request.act(
        lambda session: evaluation.find_file(session, response_id, number)
    )
    fields = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}",
    }
    return Answer(content, media_type=media_type, headers=fields)


@router.post("/responses/{response_id}/step")
async def take_step(request: CurrentRequest, response_id: UUID) -> Answer:
    form = await _own_form(request, response_id)
    event, version = form.text("event"), form.number("version")
    if event not in _DECIDED:
        raise FormUnreadable

    def work(session: Session) -> None:
        evaluation.decide(session, response_id, event, version, form.optional("reason"))

    return await _attempt_response(request, response_id, form, work, "step_taken")


@router.post("/responses/{response_id}/marks")
async def send_marks(request: CurrentRequest, response_id: UUID) -> Answer:
    form = await _own_form(request, response_id)

    def work(session: Session) -> None:
        response, _ = evaluation.read(session, response_id)
        need = get_own_need(session, response.need_id)
        marks = _marks_of(form, need)
        evaluation.mark(session, response_id, marks, form.text("comment"))

    return await _attempt_response(request, response_id, form, work, "marks_saved")


async def _own_form(request: PortalRequest, response_id: UUID) -> Form:
    """Only of those who may read the response."""
    _, form = request.person, await request.form()
    await request.look(lambda session: evaluation.read(session, response_id))
    return form


async def _attempt(
    request: PortalRequest, need_id: UUID, form: Form, work: Callable[[Session], None], notice: str
) -> Answer:
    try:
        await request.act(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _page(request, need_id, form, error)
    return request.go(f"/needs/{need_id}/evaluation", notice)


async def _attempt_response(
    request: PortalRequest, response_id: UUID, form: Form, work: Callable[[Session], None], notice: str
) -> Answer:
    try:
        await request.act(work)
    except (FormUnreadable, NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _response_page(request, response_id, form, error)
    return request.go(f"/responses/{response_id}", notice)


class Shown(NamedTuple):
    """Who responded and how they stand."""

    need: Need
    responses: list[Response]
    result: Evaluation
    hackathons: list[tuple[str, str]]


async def _page(
    request: PortalRequest, need_id: UUID, form: Form, refused: FalajError | None = None
) -> Answer:
    shown = await request.look(lambda session: _look(session, request, need_id))
    need = shown.need
    values: dict[str, Any] = shown._asdict()
    is_agency = holds_any(request.actor, AGENCY, scopes_of(need_id, need.organisation_id))
    return render_page(
        request,
        "market/responses/evaluation.html",
        title=WORDS.text("responses.evaluation", request.language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        is_agency=is_agency,
        named={one.response_id: Names(ar=one.company_ar, en=one.company_en) for one in shown.responses},
        may_prepare=is_agency and need.state == "evaluating" and bool(shown.result.ranked),
        evaluators_min=request.office.settings.responses.evaluators_min,
        **_labels(),
        **values,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, need_id: UUID) -> Shown:
    need = get_own_need(session, need_id)
    if not need.description.is_sealed:
        raise NoSuchObject
    found = evaluation.list_responses(session, need_id)
    result = evaluation.evaluate(session, need_id)
    hackathons = []
    if need.state == "none_suitable" and need.challenge_id is None:
        listed = list_hackathons(session)
        hackathons = [
            (
                str(one.hackathon_id),
                one.description.title_ar if request.language == "ar" else one.description.title_en,
            )
            for one in listed
            if one.state in BEFORE_THE_START and one.state != "draft"
        ]
    return Shown(need, found, result, hackathons)


async def _response_page(
    request: PortalRequest, response_id: UUID, form: Form, refused: FalajError | None = None
) -> Answer:
    def work(session: Session) -> tuple[Response, Content | None, Need, list[Step], Evaluation]:
        response, content = evaluation.read(session, response_id)
        need = get_own_need(session, response.need_id)
        offers = session.steps(RESPONSES, response_id)
        steps = steps_of(RESPONSE, [one for one in offers if one.step.event in _DECIDED], request)
        return response, content, need, steps, evaluation.evaluate(session, need.need_id)

    response, content, need, steps, result = await request.act(work)
    is_agency = holds_any(request.actor, AGENCY, scopes_of(need.need_id, need.organisation_id))
    return render_page(
        request,
        "market/responses/one.html",
        title=Names(ar=response.company_ar, en=response.company_en).shown(request.language),
        here="marketplace",
        tab="needs",
        form=form,
        refused=refused,
        response=response,
        content=content,
        need=need,
        steps=steps,
        given=_given(form, need, result, response_id),
        comment=_comment(form, result, response_id),
        may_mark=is_agency and need.state == "evaluating" and response.state == "compliant",
        choices=_choices(),
        **_labels(),
        **vocabulary(request),
    )


def _marks_of(form: Form, need: Need) -> Mapping[str, Mark]:
    marks: dict[str, Mark] = {}
    for one in need.description.criteria:
        text = form.text(f"mark_{one.code}")
        try:
            if text:
                marks[one.code] = NOT_APPLICABLE if text == _NOT_APPLICABLE else Decimal(text)
        except InvalidOperation as error:
            raise FormUnreadable from error
    return marks


def _given(form: Form, need: Need, result: Evaluation, response_id: UUID) -> dict[str, str]:
    """What was just sent, else what the evaluator has stored."""
    if form.fields:
        return {one.code: form.text(f"mark_{one.code}") for one in need.description.criteria}
    own = result.own.get(response_id)
    blank = {one.code: "" for one in need.description.criteria}
    return blank if own is None else blank | {code: _sent(mark) for code, mark in own.marks.items()}


def _sent(mark: Mark) -> str:
    """As it is sent."""
    return f"{mark.normalize():f}" if isinstance(mark, Decimal) else _NOT_APPLICABLE


def _comment(form: Form, result: Evaluation, response_id: UUID) -> str:
    own = result.own.get(response_id)
    return form.text("comment") or ("" if own is None else own.comment)


def _choices() -> list[str]:
    """Every mark of the scale, as it is sent."""
    count = int((SCALE.highest - SCALE.lowest) / SCALE.step)
    return [f"{(SCALE.lowest + SCALE.step * number).normalize():f}" for number in range(count + 1)]


def _labels() -> dict[str, Any]:
    return {
        "response_state": partial(RESPONSE.label, "state"),
        "response_reason": partial(RESPONSE.label, "reason"),
        "figure": lambda value: "–" if value is None else f"{value:.2f}",
    }
