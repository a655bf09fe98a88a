"""``/v1/innovation/me/needs`` for an agency's people, and ``/v1/innovation/me/marketplace/needs`` for vendors.

Responses are handed in, withdrawn and opened on the portal alone: docs/decisions/0016-sealed-responses.md.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from casework.workflow.repository import find_deadlines
from hackathon.market.needs import asking
from hackathon.market.needs.errors import NotVerifiedVendor
from hackathon.market.needs.model import Addendum, Answer, Need, Question
from hackathon.market.needs.rules import agencies_of
from hackathon.market.needs.service import get_need, get_own_need, list_own
from hackathon.market.responses.evaluation import count_handed_in
from hackathon.market.responses.service import find_own, is_vendor, list_answerable
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import reads, sends
from hub_api.programme.programs.need_schemas import (
    AddendumElement,
    AddendumSent,
    AnswerSent,
    AskedElement,
    MarketNeedElement,
    MyNeedElement,
    OneMarketNeedElement,
    OneNeedElement,
    QuestionSent,
    addendum_element,
    need_element,
    need_texts,
    own_need_element,
    own_response_element,
    question_element,
)
from hub_api.programme.programs.schemas import AfterQuery
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me", include_in_schema=False)
Agency = Annotated[Party, allowed(TokenScope.NEEDS_WRITE)]
Vendor = Annotated[Party, allowed(TokenScope.QUESTIONS_WRITE)]


@router.get(
    "/needs", operation_id="my_needs", openapi_extra=reads(MyNeedElement, is_list=True, has_pages=True)
)
async def show_needs(party: Agency, query: AfterQuery) -> Response:
    """In any state; none for whoever speaks for no agency."""

    def work(session: Session) -> tuple[list[Need], UUID | None]:
        if not agencies_of(session.actor):
            return [], None
        return list_own(session, after=query.after)

    found, after = await party.act(work)
    return party.answer_list([own_need_element(one) for one in found], after)


@router.get("/needs/{need}", operation_id="my_need", openapi_extra=reads(OneNeedElement))
async def show_need(party: Agency, need: UUID, _: NoParameters) -> Response:
    return await _shown(party, need)


@router.post(
    "/needs/{need}/questions/{question}/answer",
    operation_id="answer_question",
    openapi_extra=reads(OneNeedElement) | sends(AnswerSent),
)
async def answer_question(party: Agency, need: UUID, question: UUID, _: NoParameters) -> Response:
    """Once: a second answer is refused."""
    sent = await party.body(AnswerSent)
    given = Answer(sent.shown.strip(), sent.answer_ar.strip(), sent.answer_en.strip())

    def work(session: Session) -> None:
        get_own_need(session, need)
        asking.answer(session, need, question, given)

    await party.act(work)
    return await _shown(party, need)


@router.post(
    "/needs/{need}/addenda",
    operation_id="add_addendum",
    openapi_extra=reads(AddendumElement) | sends(AddendumSent),
)
async def add_addendum(party: Agency, need: UUID, _: NoParameters) -> Response:
    sent = await party.body(AddendumSent)

    def work(session: Session) -> Addendum:
        return asking.add_once(session, need, sent.text_ar, sent.text_en)

    return party.answer(addendum_element(await party.act(work)))


@router.get(
    "/marketplace/needs",
    operation_id="market_needs",
    openapi_extra=reads(MarketNeedElement, is_list=True, has_pages=True),
)
async def show_market(party: Vendor, query: AfterQuery) -> Response:
    """What a vendor can ask about and answer now; nothing for whoever speaks for no verified one."""

    def work(session: Session) -> tuple[list[Need], UUID | None]:
        return list_answerable(session, query.after)

    found, after = await party.act(work)
    return party.answer_list([need_element(one) for one in found], after)


@router.get(
    "/marketplace/needs/{need}", operation_id="market_need", openapi_extra=reads(OneMarketNeedElement)
)
async def show_market_need(party: Vendor, need: UUID, _: NoParameters) -> Response:
    """Also once it is closed; with the vendor's own questions that wait, and with how its own response stands."""

    def work(session: Session) -> dict[str, Any]:
        found = get_need(session, need)
        if not is_vendor(session):
            raise NotVerifiedVendor
        waiting = asking.list_own_questions(session, need)
        response = find_own(session, need)
        return _told(session, found, waiting) | {"response": own_response_element(response, found)}

    return party.answer(await party.act(work))


@router.post(
    "/marketplace/needs/{need}/questions",
    operation_id="ask_question",
    openapi_extra=reads(AskedElement) | sends(QuestionSent),
)
async def ask_question(party: Vendor, need: UUID, _: NoParameters) -> Response:
    sent = await party.body(QuestionSent)

    def work(session: Session) -> Question:
        return asking.ask_once(session, need, sent.text, sent.language)

    return party.answer(question_element(await party.act(work)))


def _told(session: Session, need: Need, waiting: list[Question] | None = None) -> dict[str, Any]:
    """With all that belongs to it and the actor may read."""
    questions = asking.list_questions(session, need.need_id) + (waiting or [])
    addenda = asking.list_addenda(session, need.need_id)
    deadlines = find_deadlines(session.connection, need.need_id)
    return need_element(need) | need_texts(need, deadlines, questions, addenda)


async def _shown(party: Party, need_id: UUID) -> Response:
    def work(session: Session) -> dict[str, Any]:
        need = get_own_need(session, need_id)
        return {
            **_told(session, need),
            "organisation": str(need.organisation_id),
            "response_count": count_handed_in(session, need_id),
        }

    return party.answer(await party.act(work))
