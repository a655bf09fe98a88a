"""``/v1/innovation/me/needs`` for an agency's people, and ``/v1/innovation/me/marketplace/needs`` for vendors.

Responses are handed in, withdrawn and opened on the portal alone: docs/decisions/0016-sealed-responses.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.organisations.speakers import agencies_of
from casework.programme import Session
from citycore.language import Language
from hackathon.market.needs import asking
from hackathon.market.needs.errors import VendorNotVerified
from hackathon.market.needs.machine import NEED, TOLD
from hackathon.market.needs.model import CURRENCY, Addendum, Answer, Need, Question
from hackathon.market.needs.service import get_need, get_own_need, list_own
from hackathon.market.needs.settings import NeedSettings
from hackathon.market.responses.evaluation import count_handed_in
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Response
from hackathon.market.responses.service import find_own, is_vendor, list_answerable
from hub_api.programme.open_data.elements import Filled, From, Worded, both_languages
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import CriterionElement, DateElement, Sent, Stateful, dates_of
from hub_api.programme.programs.values import Most, Text, TrimmedText
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation/me")
AGENCY = Operations(router, TokenScope.NEEDS_WRITE)
VENDOR = Operations(router, TokenScope.QUESTIONS_WRITE)


Answered = Annotated[TrimmedText, Most(NeedSettings, "answer_characters_max", least=1)]


class AnswerSent(Sent):
    shown: Annotated[TrimmedText, Most(NeedSettings, "question_characters_max", least=1)] = Field(
        description="The question as everybody reads it, in words that do not tell who asked"
    )
    answer_ar: Answered
    answer_en: Answered


class AddendumSent(Sent):
    text_ar: Answered
    text_en: Answered


class QuestionSent(Sent):
    text: Annotated[Text, Most(NeedSettings, "question_characters_max", least=1)] = Field(
        description="Do not say who asks"
    )
    language: Language


class AskedElement(Schema):
    question: Annotated[UUID, From("question_id")]
    text: Annotated[str, From("wording")] = Field(
        description="As everybody reads it; as it was asked while nobody has answered it"
    )
    language: Language = Field(description="In which it was asked")
    asked_at: datetime
    answer: Names | None = Field(description="null while nobody has answered it")
    answered_at: datetime | None


class AddendumElement(Schema):
    text: Names
    published_at: datetime


#: As the person may know it: what others do not see has been taken out of it before.
class NeedFacts(Stateful):
    state_name: Annotated[Names, Worded(partial(NEED.label, "state"))]
    need: Annotated[UUID, From("need_id")]
    code: str = Field(description="Its name in addresses of open data")
    name: Annotated[Names, From("description.title")]
    agency_name: Annotated[Names, Filled("agency")]
    published_at: datetime | None
    sealed: Annotated[bool, From("description.is_sealed")] = Field(
        description="Whether it is answered by sealed responses"
    )
    sme_only: Annotated[bool, From("description.sme_only")] = Field(
        description="Only small and medium enterprises respond"
    )
    budget_minor: Annotated[int | None, From("description.budget_minor")] = Field(
        description="In minor units of the currency; null where it is not told"
    )
    currency: Annotated[str, From("code", lambda _: CURRENCY)]


class NeedTexts(NeedFacts):
    description: Annotated[Names, From("description.problem")]
    criteria: Annotated[list[CriterionElement], From("description.criteria")]
    deadlines: Annotated[list[DateElement], dates_of(NEED)]
    questions: list[AskedElement]
    addenda: list[AddendumElement]


class MyNeedElement(NeedFacts):
    organisation: Annotated[UUID, From("organisation_id")]


class OneNeedElement(NeedTexts):
    organisation: Annotated[UUID, From("organisation_id")]
    response_count: int | None = Field(
        description="Handed in and not withdrawn; null before the close, when nobody knows"
    )


class MarketNeedElement(NeedFacts):
    pass


class OwnResponseElement(Schema):
    """Without its version: it would tell that the evaluation did something."""

    response: UUID
    state: str
    state_name: Names
    state_reason: str | None
    sealed_at: datetime | None
    sha256: str | None = Field(description="Of the document that is sealed, as the receipt has it")


class OneMarketNeedElement(NeedTexts):
    response: Annotated[OwnResponseElement | None, From("response", dict)] = Field(
        description="That of your company, if it has begun one"
    )


@AGENCY.get("/needs", MyNeedElement)
def my_needs(session: Session, after: UUID | None) -> tuple[list[Need], UUID | None]:
    """In any state; none for whoever speaks for no agency."""
    return list_own(session, after=after) if agencies_of(session.actor) else ([], None)


@AGENCY.get("/needs/{need}", OneNeedElement)
def my_need(session: Session, need: UUID) -> Result:
    known = get_own_need(session, need)
    return Result(known, response_count=count_handed_in(session, need), **_parts(session, need))


@AGENCY.post(
    "/needs/{need}/questions/{question}/answer",
    my_need,
    {"shown": "How deep are the pipes?", "answer_ar": "متر واحد.", "answer_en": "One metre."},
)
def answer_question(session: Session, need: UUID, question: UUID, sent: AnswerSent) -> None:
    """Once: a second answer is refused."""
    get_own_need(session, need)
    asking.answer(session, need, question, Answer(sent.shown, sent.answer_ar, sent.answer_en))


@AGENCY.post(
    "/needs/{need}/addenda",
    AddendumElement,
    {"text_ar": "الأنابيب كلها من الحديد.", "text_en": "All pipes are of iron."},
)
def add_addendum(session: Session, need: UUID, sent: AddendumSent) -> Addendum:
    return asking.add_once(session, need, sent.text_ar, sent.text_en)


@VENDOR.get("/marketplace/needs", MarketNeedElement)
def market_needs(session: Session, after: UUID | None) -> tuple[list[Need], UUID | None]:
    """What a vendor can ask about and answer now; nothing for whoever speaks for no verified one."""
    return list_answerable(session, after)


@VENDOR.get("/marketplace/needs/{need}", OneMarketNeedElement)
def market_need(session: Session, need: UUID) -> Result:
    """Also once it is closed; with the vendor's own questions that wait, and with how its own response stands."""
    known = get_need(session, need)
    if not is_vendor(session):
        raise VendorNotVerified
    parts = _parts(session, need, asking.list_own_questions(session, need))
    return Result(known, response=_own_response(find_own(session, need), known), **parts)


@VENDOR.post(
    "/marketplace/needs/{need}/questions",
    AskedElement,
    {"text": "How deep are the pipes?", "language": "en"},
)
def ask_question(session: Session, need: UUID, sent: QuestionSent) -> Question:
    return asking.ask_once(session, need, sent.text, sent.language)


def _parts(session: Session, need_id: UUID, waiting: Sequence[Question] = ()) -> dict[str, Any]:
    """What belongs to one need and is too much for a list, as far as the actor may read it."""
    return {
        "questions": [*asking.list_questions(session, need_id), *waiting],
        "addenda": asking.list_addenda(session, need_id),
        "deadlines": session.deadlines(need_id),
    }


def _own_response(response: Response | None, need: Need) -> dict[str, Any] | None:
    """That it was handed in, and nothing of what it says: that is sealed. How it was judged when all vendors are told."""
    if response is None:
        return None
    is_told, state = need.state in TOLD, response.state
    label = RESPONSE.label("state", state) if is_told else RESPONSE.public_label(state)
    return {
        "response": response.response_id,
        "state": state if is_told else RESPONSE.state(state).public or state,
        "state_name": both_languages(label),
        "state_reason": response.state_reason if is_told else None,
        "sealed_at": response.sealed_at,
        "sha256": response.digest,
    }
