"""What programs send and what they are answered, as documented; the tests hold the answers against it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from casework.governorates.model import Governorate
from citycore.language import Language
from hackathon.funding.reviewing.model import Confidence, Recommendation
from hackathon.outreach.activities.model import Audience, Mode, Topic
from hub_api.serving.parameters import AnyQuery, checked_instant
from hub_api.serving.schemas import Names, Schema

#: PostgreSQL stores no NUL, and a lone surrogate is no text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Instant = Annotated[datetime, BeforeValidator(checked_instant)]
NUMBER_MAX = 2**31 - 1


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AfterParameters(AnyQuery):
    after: UUID | None = None


AfterQuery = Annotated[AfterParameters, Query()]


class ContentSent(Sent):
    title: Text
    summary: Text
    answers: dict[Text, Text] = Field(default_factory=dict, description="By the codes of the form's fields")


class ApplicationSent(Sent):
    title: Text
    summary: Text
    answers: dict[Text, Text] = Field(
        default_factory=dict, description="By the codes of the form's fields of this round"
    )
    confirmed: list[Text] = Field(default_factory=list, description="Codes of statements", max_length=100)
    amount_minor: Annotated[int, Field(ge=1, le=10**15)] | None = Field(
        default=None, description="In minor units of the call's currency: 1 OMR is 1000"
    )
    organisation: UUID | None = Field(default=None, description="On whose behalf; null for one's own")
    governorate: Governorate
    language: Language


class SheetSent(Sent):
    marks: dict[
        Text, Literal["n/a"] | Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000, max_digits=12)]
    ] = Field(
        default_factory=dict, description="By the codes of the criteria; a criterion that is missing is blank"
    )
    comments: dict[Text, Text] = Field(default_factory=dict)
    remark: Text = ""


class SheetStep(Sent):
    event: Literal["accept", "decline", "submit", "recuse"]
    reason: Literal["conflict", "no_time", "other"] | None = Field(
        default=None, description="Needed to decline and to recuse oneself"
    )


class ReviewSent(Sent):
    marks: dict[
        Text, Literal["n/a"] | Annotated[Decimal, Field(ge=-1_000_000, le=1_000_000, max_digits=12)]
    ] = Field(
        default_factory=dict, description="By the codes of the criteria; a criterion that is missing is blank"
    )
    advice: Text = Field(default="", description="For the applicants, without the reviewer's name")
    remark: Text = Field(default="", description="For the panel alone")
    confidence: Confidence | None = None
    recommendation: Recommendation | None = None


class ReviewStep(Sent):
    event: Literal["submit", "recuse"]
    reason: Literal["conflict", "no_time", "not_my_field", "other"] | None = Field(
        default=None, description="Needed to recuse oneself"
    )


class EventSent(Sent):
    title: Text
    language: Language
    mode: Mode
    governorate: Governorate | None = Field(default=None, description="null exactly if it is online")
    topic: Topic
    audience: Audience
    starts_at: Instant = Field(json_schema_extra={"format": "date-time"})
    ends_at: Instant = Field(json_schema_extra={"format": "date-time"})


class ReportSent(Sent):
    reached: Annotated[int, Field(ge=0, le=NUMBER_MAX)]
    minutes: Annotated[int, Field(ge=0, le=NUMBER_MAX)]
    account: Text


class ActivityStep(Sent):
    event: Literal["hold", "report", "cancel"]
    reason: Literal["called_off", "by_ambassador"] | None = Field(
        default=None, description="Needed to cancel"
    )


class Stateful(Schema):
    state: str
    state_name: Names
    state_reason: str | None
    version: int = Field(description="Also the ETag")


class TeamElement(Stateful):
    team: UUID
    hackathon: UUID
    name: str
    pitch: str
    open_roles: list[str]
    challenge: UUID | None
    member_count: int
    short: bool = Field(description="Whether it has fewer members than its hackathon asks for")


class MyTeamElement(TeamElement):
    role: Literal["captain", "member"]


class OneTeamElement(MyTeamElement):
    submission: UUID | None


class FormFieldElement(Schema):
    code: str
    name: Names
    kind: Literal["line", "text", "link"]
    required: bool
    characters_max: int


class SubmissionElement(Stateful):
    submission: UUID
    hackathon: UUID
    team: UUID
    challenge: UUID | None
    title: str
    summary: str
    version_count: int = Field(description="How often it was handed in")
    sha256: str | None = Field(description="Of the version that was frozen at the close")


class MySubmissionElement(SubmissionElement):
    answers: dict[str, str]
    late_until: datetime | None
    form: list[FormFieldElement] = Field(description="What the hackathon asks")


class FileElement(Schema):
    file: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str


class VersionElement(Schema):
    number: int
    title: str
    summary: str
    answers: dict[str, str]
    files: list[FileElement]
    sha256: str = Field(description="Over the canonical content, digests of files included")
    submitted_at: datetime


class ApplicationElement(Stateful):
    application: UUID
    call: str = Field(description="The call's name in addresses")
    reference: str
    round: int
    title: str
    summary: str
    version_count: int = Field(description="How often it was handed in")
    sha256: str | None = Field(description="Of the version that was frozen at the close")


class StatementElement(Schema):
    code: str
    name: Names


class MyApplicationElement(ApplicationElement):
    answers: dict[str, str]
    confirmed: list[str]
    amount_minor: int | None
    currency: str
    amount_min_minor: int
    amount_max_minor: int
    organisation: UUID | None
    governorate: Governorate
    language: Language
    late_until: datetime | None
    form: list[FormFieldElement] = Field(description="What the call asks in this round")
    statements: list[StatementElement] = Field(description="What has to be confirmed")


class ProposalElement(Schema):
    number: int
    round: int
    title: str
    summary: str
    answers: dict[str, str]
    confirmed: list[str]
    amount_minor: int | None
    organisation: UUID | None
    governorate: Governorate
    language: Language
    files: list[FileElement]
    sha256: str = Field(description="Over the canonical content, digests of files included")
    submitted_at: datetime


class CriterionElement(Schema):
    code: str
    name: Names
    weight: float = Field(description="Percent")
    may_be_not_applicable: bool


class RubricElement(Schema):
    lowest: float
    highest: float
    step: float
    criteria: list[CriterionElement]


class SheetElement(Schema):
    sheet: UUID
    hackathon: UUID
    round: int
    submission: UUID
    title: str | None
    state: str
    state_name: Names
    version: int = Field(description="Also the ETag")
    submitted_at: datetime | None


class OneSheetElement(SheetElement):
    marks: dict[str, float | Literal["n/a"]]
    comments: dict[str, str]
    remark: str
    rubric: RubricElement


class ReviewElement(Schema):
    review: UUID
    call: UUID
    round: int
    code: str = Field(description="Of the copy: it stands in for the application")
    state: str
    state_name: Names
    version: int = Field(description="Also the ETag")


class CopyElement(Schema):
    title: str
    summary: str
    answers: dict[str, str] = Field(
        description="By the codes of the form's fields; what was blanked is empty"
    )
    amount_minor: int | None = Field(description="In minor units of the currency")
    currency: str
    files: list[str] = Field(description="Names; the portal has the files")


class OneReviewElement(ReviewElement):
    marks: dict[str, float | Literal["n/a"]]
    advice: str
    remark: str
    confidence: Confidence | None
    recommendation: Recommendation | None
    copy_read: CopyElement
    rubric: RubricElement


class ReportElement(Schema):
    reached: int
    minutes: int
    account: str


class ActivityElement(Stateful):
    activity: UUID
    event: UUID
    title: str
    language: Language
    mode: Mode
    governorate: Governorate | None
    topic: Topic
    audience: Audience
    starts_at: datetime
    ends_at: datetime
    report: ReportElement | None
    counted: int | None = Field(description="What the verification found of the reach")


class ProgressElement(Schema):
    judge: UUID
    name: Names | None
    sheets: dict[str, int] = Field(description="By state")
    last_submitted_at: datetime | None
