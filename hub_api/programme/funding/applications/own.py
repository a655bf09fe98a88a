"""``/v1/innovation/me/applications``: what somebody applies for funding with; and ``/v1/innovation/desk/calls``: what
was handed in, for the programs of those who run a call.

What is the officer's own, or in conflict with the officer, is not there, as among the staff's pages of the portal.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.governorates.model import Governorate
from casework.programme import Session
from citycore.language import Language
from hackathon.funding.applications import screening
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Application, Content, Version, Wanted
from hackathon.funding.applications.service import (
    get_application,
    get_call_of,
    get_own,
    get_questions_of,
    list_applications,
    list_own,
    list_questions,
    list_versions,
    require_of_call,
)
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.applications.writing import move, submit, write
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.service import get_run
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import (
    ContentDigest,
    FileElement,
    FormFieldElement,
    FrozenDigest,
    Sent,
    Stateful,
    VersionCount,
)
from hub_api.programme.programs.settings import ParticipationSettings
from hub_api.programme.programs.values import WHOLE, Most, Text
from hub_api.serving.parameters import Instant
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation")
OWN = Operations(router, TokenScope.APPLICATIONS_WRITE)
RUN = Operations(router, TokenScope.CALLS_WRITE)


def _public(state: str) -> str:
    return APPLICATION.state(state).public or state


class ApplicationSent(Sent):
    title: Annotated[Text, Most(ApplicationSettings, "title_characters_max")]
    summary: Annotated[Text, Most(ApplicationSettings, "summary_characters_max")]
    answers: dict[Text, Text] = Field(
        default_factory=dict, description="By the codes of the form's fields of this round"
    )
    confirmed: list[Text] = Field(default_factory=list, description="Codes of statements", max_length=100)
    amount_minor: Annotated[int, Field(strict=True, ge=1, le=10**15), WHOLE] | None = Field(
        default=None, description="In minor units of the call's currency: 1 OMR is 1000"
    )
    organisation_id: UUID | None = Field(
        default=None, alias="organisation", description="On whose behalf; null for one's own"
    )
    governorate: Governorate
    language: Language


class ScreeningSent(Sent):
    event: Literal["accept", "exclude"]
    reason: (
        Literal["out_of_scope", "not_eligible", "incomplete", "duplicate", "funded_elsewhere", "no_answer"]
        | None
    ) = Field(default=None, description="Needed to exclude")


class InquirySent(Sent):
    question: Annotated[Text, Most(ApplicationSettings, "question_characters_max", least=1)]
    due_at: Instant


#: As applicants may know it: that a decision is near says the state to nobody.
class ApplicationElement(Stateful):
    state: Annotated[str, From("state", _public)]
    state_name: Annotated[Names, Worded(APPLICATION.public_label)]
    application: Annotated[UUID, From("application_id")]
    call: Annotated[str, From("call.description.terms.code")] = Field(
        description="The call's name in addresses"
    )
    reference: str
    round: int
    title: Annotated[str, From("draft.title")]
    summary: Annotated[str, From("draft.summary")]
    version_count: VersionCount
    sha256: FrozenDigest


class StatementElement(Schema):
    code: str
    name: Names


class MyApplicationElement(ApplicationElement):
    answers: Annotated[dict[str, str], From("draft.answers")]
    confirmed: Annotated[list[str], From("draft.confirmed")]
    amount_minor: Annotated[int | None, From("draft.amount_minor")]
    currency: Annotated[str, From("call.description.terms.award_min.currency")]
    amount_min_minor: Annotated[int, From("call.description.terms.award_min.minor")]
    amount_max_minor: Annotated[int, From("call.description.terms.award_max.minor")]
    organisation: Annotated[UUID | None, From("draft.organisation_id")]
    governorate: Annotated[Governorate, From("draft.governorate")]
    language: Annotated[Language, From("draft.language")]
    late_until: datetime | None
    form: list[FormFieldElement] = Field(description="What the call asks in this round")
    statements: Annotated[list[StatementElement], From("call.eligibility.statements")] = Field(
        description="What has to be confirmed"
    )


#: What was handed in for funding.
class ProposalElement(Schema):
    number: int
    round: int
    title: Annotated[str, From("content.title")]
    summary: Annotated[str, From("content.summary")]
    answers: Annotated[dict[str, str], From("content.answers")]
    confirmed: Annotated[list[str], From("content.confirmed")]
    amount_minor: Annotated[int | None, From("content.amount_minor")]
    organisation: Annotated[UUID | None, From("content.organisation_id")]
    governorate: Annotated[Governorate, From("content.governorate")]
    language: Annotated[Language, From("content.language")]
    files: list[FileElement]
    sha256: ContentDigest
    submitted_at: datetime


#: As officers see it: what was handed in, without who applies.
class DeskApplicationElement(Stateful):
    state_name: Annotated[Names, Worded(partial(APPLICATION.label, "state"))]
    application: Annotated[UUID, From("application_id")]
    call: Annotated[UUID, From("call_id")]
    reference: str
    round: int
    title: Annotated[str, From("draft.title")]
    summary: Annotated[str, From("draft.summary")]
    amount_minor: Annotated[int | None, From("draft.amount_minor")]
    currency: Annotated[str, From("call.description.terms.budget.currency")]
    governorate: Annotated[Governorate, From("draft.governorate")]
    language: Annotated[Language, From("draft.language")]
    version_count: VersionCount
    sha256: FrozenDigest


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
    answers: Annotated[dict[str, str], From("draft.answers")] = Field(
        description="By the codes of the form's fields of its round"
    )
    confirmed: Annotated[list[str], From("draft.confirmed")] = Field(description="Codes of statements")
    organisation: Annotated[UUID | None, From("draft.organisation_id")] = Field(
        description="On whose behalf; null for one's own"
    )
    questions: list[InquiryElement]
    prepared: PreparedElement | None = Field(
        description="What screening decided and nobody has been told yet"
    )


@OWN.get("/me/applications", ApplicationElement)
def my_applications(session: Session) -> list[Result]:
    return [Result(each, call=get_call_of(session, each)) for each in list_own(session)]


@OWN.get("/me/applications/{application}", MyApplicationElement)
def my_application(session: Session, application: UUID) -> Result:
    known = get_own(session, application)
    call, form = get_call_of(session, known), get_questions_of(session, known)[known.round]
    return Result(known, known.version, call=call, form=form)


@OWN.put(
    "/me/applications/{application}",
    my_application,
    {
        "title": "Water for Ruwi",
        "summary": "Where water is lost",
        "answers": {"plan": "Listen to pipes"},
        "confirmed": ["ethics"],
        "amount_minor": 2_000_000,
        "organisation": None,
        "governorate": "OM-MA",
        "language": "en",
    },
)
def write_application(session: Session, application: UUID, sent: ApplicationSent, seen: int) -> None:
    """The whole draft of its round."""
    confirmed, governorate = tuple(sorted(set(sent.confirmed))), sent.governorate.value
    content = sent.value(Content, confirmed=confirmed, governorate=governorate)
    write(session, application, content, seen)


@OWN.post("/me/applications/{application}/reopen", my_application)
def reopen_application(session: Session, application: UUID, seen: int) -> None:
    move(session, application, "reopen", seen)


@OWN.get("/me/applications/{application}/versions", ProposalElement)
def my_proposals(session: Session, application: UUID) -> list[Version]:
    get_own(session, application)
    return list_versions(session, application)


@OWN.post("/me/applications/{application}/versions", ProposalElement)
def hand_in_application(session: Session, application: UUID, seen: int) -> Result:
    """The draft as it is; its ETag is that of the application afterwards."""
    handed_in = submit(session, application, seen)
    return Result(handed_in, get_application(session, application).version)


@RUN.get("/desk/calls/{call}/applications", DeskApplicationElement)
def desk_applications(session: Session, call: UUID, after: UUID | None) -> tuple[list[Result], UUID | None]:
    known, rows = get_run(session, call), session.of(ParticipationSettings).page_rows
    found = list_applications(session, call, Wanted(after=after, rows=rows))
    return [Result(each, call=known) for each in found.applications], found.after


@RUN.get("/desk/calls/{call}/applications/{application}", OneDeskApplicationElement)
def desk_application(session: Session, call: UUID, application: UUID) -> Result:
    known_call, known = _find(session, call, application)
    decisions = [each.decision for each in screening.list_prepared(session, call)]
    return Result(
        known,
        known.version,
        call=known_call,
        questions=list_questions(session, application),
        prepared=next((each for each in decisions if each.object_id == application), None),
    )


@RUN.post(
    "/desk/calls/{call}/applications/{application}/decision",
    desk_application,
    {"event": "exclude", "reason": "not_eligible"},
)
def decide_application(
    session: Session, call: UUID, application: UUID, sent: ScreeningSent, seen: int
) -> None:
    """Quietly: applicants are told from the portal, all together."""
    _find(session, call, application)
    screening.prepare(session, application, sent.event, seen, sent.reason)


@RUN.post(
    "/desk/calls/{call}/applications/{application}/questions",
    desk_application,
    {"question": "Who owns the wells?", "due_at": "2026-12-05T09:00:00+04:00"},
)
def ask_applicants(session: Session, call: UUID, application: UUID, sent: InquirySent, seen: int) -> None:
    _find(session, call, application)
    screening.ask(session, application, sent.question, sent.due_at, seen)


def _find(session: Session, call_id: UUID, application_id: UUID) -> tuple[Call, Application]:
    """Of this call, and not the officer's own; :class:`NoSuchObject`."""
    call = get_run(session, call_id)
    return call, require_of_call(session, call_id, get_application(session, application_id))
