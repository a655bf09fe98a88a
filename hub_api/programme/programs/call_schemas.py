"""What the programs of programme officers send and are answered about calls and their applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from casework.governorates.model import Governorate
from casework.workflow.model import Deadline
from citycore.language import Language
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Application, Prepared, Question
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import Call
from hub_api.programme.open_data.elements import both_languages
from hub_api.programme.programs.elements import stateful
from hub_api.programme.programs.need_schemas import DateElement
from hub_api.programme.programs.schemas import Instant, Sent, Stateful, Text
from hub_api.serving.schemas import Names, Schema


class CallStep(Sent):
    event: Literal["begin_reviewing", "open_second"]


class ScreeningSent(Sent):
    event: Literal["accept", "exclude"]
    reason: (
        Literal["out_of_scope", "not_eligible", "incomplete", "duplicate", "funded_elsewhere", "no_answer"]
        | None
    ) = Field(default=None, description="Needed to exclude")


class InquirySent(Sent):
    question: Text
    due_at: Instant = Field(json_schema_extra={"format": "date-time"})


class DeskCallElement(Stateful):
    call: UUID
    code: str = Field(description="Its name in addresses of open data")
    name: Names
    round: int = Field(description="Rounds that have been opened")
    rounds: int
    blind: bool
    budget_minor: int
    currency: str


class OneDeskCallElement(DeskCallElement):
    deadlines: list[DateElement]
    applications: dict[str, int] = Field(description="How many by state, drafts too")


class DeskApplicationElement(Stateful):
    application: UUID
    call: UUID
    reference: str
    round: int
    title: str
    summary: str
    amount_minor: int | None
    currency: str
    governorate: Governorate
    language: Language
    version_count: int = Field(description="How often it was handed in")
    sha256: str | None = Field(description="Of the version that was frozen at the close")


class InquiryElement(Schema):
    question: str
    asked_at: datetime
    due_at: datetime
    answer: str | None
    answered_at: datetime | None


class PreparedElement(Schema):
    event: str
    reason: str | None
    prepared_at: datetime


class OneDeskApplicationElement(DeskApplicationElement):
    answers: dict[str, str] = Field(description="By the codes of the form's fields of its round")
    confirmed: list[str] = Field(description="Codes of statements")
    organisation: UUID | None = Field(description="On whose behalf; null for one's own")
    questions: list[InquiryElement]
    prepared: PreparedElement | None = Field(
        description="What screening decided and nobody has been told yet"
    )


def call_element(one: Call) -> dict[str, Any]:
    texts, terms = one.description.texts, one.description.terms
    return {
        "call": str(one.call_id),
        "code": terms.code,
        "name": {"en": texts.title_en, "ar": texts.title_ar},
        "round": one.round,
        "rounds": terms.rounds,
        "blind": terms.is_blind,
        "budget_minor": terms.budget.minor,
        "currency": terms.budget.currency,
        **stateful(CALL, one.state, one.state_reason, one.version),
    }


def one_call_element(one: Call, deadlines: Sequence[Deadline], counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        **call_element(one),
        "deadlines": [
            {
                "deadline": each.name,
                "name": both_languages(CALL.label("deadline", each.name)),
                "instant": each.instant,
                "zone": each.zone,
            }
            for each in deadlines
        ],
        "applications": dict(counts),
    }


def desk_application_element(one: Application, call: Call) -> dict[str, Any]:
    """As officers see it: what was handed in, without who applies."""
    content = one.draft
    return {
        "application": str(one.application_id),
        "call": str(one.call_id),
        "reference": one.reference,
        "round": one.round,
        "title": content.title,
        "summary": content.summary,
        "amount_minor": content.amount_minor,
        "currency": call.description.terms.budget.currency,
        "governorate": content.governorate,
        "language": content.language,
        "version_count": one.versions,
        "sha256": one.frozen_digest,
        **stateful(APPLICATION, one.state, one.state_reason, one.version),
    }


def one_desk_application_element(
    one: Application, call: Call, questions: Sequence[Question], prepared: Prepared | None
) -> dict[str, Any]:
    content, decision = one.draft, None if prepared is None else prepared.decision
    return {
        **desk_application_element(one, call),
        "answers": dict(content.answers),
        "confirmed": list(content.confirmed),
        "organisation": None if content.organisation_id is None else str(content.organisation_id),
        "questions": [
            {
                "question": each.question,
                "asked_at": each.asked_at,
                "due_at": each.due_at,
                "answer": each.answer,
                "answered_at": each.answered_at,
            }
            for each in questions
        ],
        "prepared": None
        if decision is None
        else {"event": decision.event, "reason": decision.reason, "prepared_at": decision.prepared_at},
    }
