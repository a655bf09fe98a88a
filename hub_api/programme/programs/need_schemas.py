"""What the programs of agencies and of vendors send and are answered about needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from casework.workflow.model import Deadline
from citycore.language import Language
from hackathon.market.needs.machine import NEED, TOLD
from hackathon.market.needs.model import CURRENCY, Addendum, Need, Question
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Response
from hub_api.programme.open_data.elements import both_languages, filled_names
from hub_api.programme.programs.elements import stateful
from hub_api.programme.programs.schemas import CriterionElement, Sent, Stateful, Text
from hub_api.serving.schemas import Names, Schema


class AnswerSent(Sent):
    shown: Text = Field(description="The question as everybody reads it, in words that do not tell who asked")
    answer_ar: Text
    answer_en: Text


class AddendumSent(Sent):
    text_ar: Text
    text_en: Text


class QuestionSent(Sent):
    text: Text = Field(description="Do not say who asks")
    language: Language


class DateElement(Schema):
    deadline: str
    name: Names
    instant: datetime
    zone: str = Field(description="In which it was announced")


class AskedElement(Schema):
    question: UUID
    text: str = Field(description="As everybody reads it; as it was asked while nobody has answered it")
    language: Language = Field(description="In which it was asked")
    asked_at: datetime
    answer: Names | None = Field(description="null while nobody has answered it")
    answered_at: datetime | None


class AddendumElement(Schema):
    text: Names
    published_at: datetime


class NeedFacts(Stateful):
    need: UUID
    code: str = Field(description="Its name in addresses of open data")
    name: Names
    agency_name: Names
    published_at: datetime | None
    sealed: bool = Field(description="Whether it is answered by sealed responses")
    sme_only: bool = Field(description="Only small and medium enterprises respond")
    budget_minor: int | None = Field(description="In minor units of the currency; null where it is not told")
    currency: str


class NeedTexts(NeedFacts):
    description: Names
    criteria: list[CriterionElement]
    deadlines: list[DateElement]
    questions: list[AskedElement]
    addenda: list[AddendumElement]


class MyNeedElement(NeedFacts):
    organisation: UUID


class OneNeedElement(NeedTexts):
    organisation: UUID
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
    response: OwnResponseElement | None = Field(description="That of your company, if it has begun one")


def need_element(one: Need) -> dict[str, Any]:
    """As the person may know it: what others do not see has been taken out of it before."""
    about = one.description
    return {
        "need": str(one.need_id),
        "code": one.code,
        "name": {"en": about.title_en, "ar": about.title_ar},
        "agency_name": filled_names(one.agency_en, one.agency_ar),
        "published_at": one.published_at,
        "sealed": about.is_sealed,
        "sme_only": about.sme_only,
        "budget_minor": about.budget_minor,
        "currency": CURRENCY,
        **stateful(NEED, one.state, one.state_reason, one.version),
    }


def own_need_element(one: Need) -> dict[str, Any]:
    return need_element(one) | {"organisation": str(one.organisation_id)}


def need_texts(
    one: Need, deadlines: Sequence[Deadline], questions: Sequence[Question], addenda: Sequence[Addendum]
) -> dict[str, Any]:
    """What belongs to one need and is too much for a list."""
    about = one.description
    return {
        "description": {"en": about.problem_en, "ar": about.problem_ar},
        "criteria": [
            {
                "code": each.code,
                "name": {"en": each.name_en, "ar": each.name_ar},
                "weight": float(each.weight),
                "may_be_not_applicable": each.may_be_not_applicable,
            }
            for each in about.criteria
        ],
        "deadlines": [
            {
                "deadline": each.name,
                "name": both_languages(NEED.label("deadline", each.name)),
                "instant": each.instant,
                "zone": each.zone,
            }
            for each in deadlines
        ],
        "questions": [question_element(each) for each in questions],
        "addenda": [addendum_element(each) for each in addenda],
    }


def question_element(one: Question) -> dict[str, Any]:
    """``shown`` takes the place of the words of who asked."""
    is_answered = one.answered_at is not None
    return {
        "question": str(one.question_id),
        "text": one.shown if is_answered else one.text,
        "language": one.language,
        "asked_at": one.asked_at,
        "answer": {"en": one.answer_en, "ar": one.answer_ar} if is_answered else None,
        "answered_at": one.answered_at,
    }


def addendum_element(one: Addendum) -> dict[str, Any]:
    return {"text": {"en": one.text_en, "ar": one.text_ar}, "published_at": one.published_at}


def own_response_element(one: Response | None, need: Need) -> dict[str, Any] | None:
    """That it was handed in, and nothing of what it says: that is sealed. How it was judged when all vendors are told."""
    if one is None:
        return None
    is_told = need.state in TOLD
    label = RESPONSE.label("state", one.state) if is_told else RESPONSE.public_label(one.state)
    return {
        "response": str(one.response_id),
        "sealed_at": one.sealed_at,
        "sha256": one.digest,
        "state": one.state if is_told else RESPONSE.state(one.state).public or one.state,
        "state_name": both_languages(label),
        "state_reason": one.state_reason if is_told else None,
    }
