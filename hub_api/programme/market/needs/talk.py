"""``/portal/needs/…/desk``: answers to everybody, addenda, and who holds keys."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hackathon.market.needs import asking, openers
from hackathon.market.needs.model import Answer
from hub_api.programme.kit.request import CurrentRequest
from hub_api.programme.market.needs.desk import attempt, inside_form

router = APIRouter(prefix="/portal/needs/{need_id}/desk", include_in_schema=False)


@router.post("/questions/{question_id}/answer")
async def send_answer(request: CurrentRequest, need_id: UUID, question_id: UUID) -> Response:
    form = await inside_form(request, need_id)
    given = Answer(form.text("shown").strip(), form.text("answer_ar").strip(), form.text("answer_en").strip())

    def work(session: Session) -> None:
        asking.answer(session, need_id, question_id, given)

    return await attempt(request, need_id, form, work, "question_answered")


@router.post("/addenda")
async def send_addendum(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)

    def work(session: Session) -> None:
        asking.add(session, need_id, form.text("text_ar"), form.text("text_en"))

    return await attempt(request, need_id, form, work, "addendum_added")


@router.post("/openers")
async def send_opener(request: CurrentRequest, need_id: UUID) -> Response:
    form = await inside_form(request, need_id)

    def work(session: Session) -> None:
        openers.add_opener(session, need_id, form.text("email"))

    return await attempt(request, need_id, form, work, "opener_added")


@router.post("/openers/{opener_id}/remove")
async def remove_opener(request: CurrentRequest, need_id: UUID, opener_id: UUID) -> Response:
    form = await inside_form(request, need_id)

    def work(session: Session) -> None:
        openers.remove_opener(session, need_id, opener_id)

    return await attempt(request, need_id, form, work, "step_taken")
