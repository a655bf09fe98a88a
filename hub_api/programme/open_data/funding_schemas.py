"""Calls for funding: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from hub_api.programme.open_data.schemas import (
    DeadlineDate,
    Governorate,
    InnovationList,
    InnovationMeta,
    OrganisationName,
    PlainExportQuery,
)
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

CallPath = Annotated[Name, Path()]
CallState = Literal[
    "forecasted", "open", "closed", "reviewing", "second_open", "announced", "archived", "cancelled"
]
ApplicantKind = Literal["person", "agency", "company", "university"]
FieldKind = Literal["line", "text", "link"]
Currency = Literal["OMR", "AED", "BHD", "EUR", "GBP", "INR", "JPY", "KWD", "QAR", "SAR", "USD"]
Amount = Annotated[
    str, Field(pattern=r"^\d+(\.\d+)?$", description="A decimal number with the currency's decimals")
]


class CallsParameters(PlainExportQuery):
    state: CallState | None = None
    organisation: Name | None = None


CallsQuery = Annotated[CallsParameters, Query()]


class StatementElement(Schema):
    statement: str
    name: Names


class EligibilityElement(Schema):
    kinds: list[ApplicantKind] = Field(description="On whose behalf one may apply")
    governorates: list[Governorate] = Field(description="Empty: all")
    statements: list[StatementElement] = Field(description="Confirmed by whoever applies")


class CriterionElement(Schema):
    criterion: str
    name: Names
    weight: float = Field(description="In percent; the weights sum to 100")
    may_be_not_applicable: bool


class QuestionElement(Schema):
    field: str
    name: Names
    kind: FieldKind
    required: bool
    characters_max: int
    identifying: bool = Field(
        description="Whether the answer is kept from reviewers who must not know who applies"
    )


class FormElement(Schema):
    round: int
    fields: list[QuestionElement]


class CallElement(Schema):
    call: str
    name: Names
    description: Names
    state: CallState
    state_name: Names
    state_reason: str | None
    state_reason_name: Names | None
    funder: OrganisationName | None = Field(description="null while its organisation is not verified")
    hackathon: str | None = Field(description="The hackathon whose winners it is for")
    currency: Currency
    budget: Amount
    award_min: Amount
    award_max: Amount
    rounds: int = Field(description="2: outlines first, then full proposals by invitation")
    blind: bool = Field(description="Whether reviewers do not learn who applies")
    reviews_each: int
    eligibility: EligibilityElement
    criteria: list[CriterionElement]
    forms: list[FormElement]
    deadlines: list[DeadlineDate] = Field(description="Empty once it is cancelled")
    published_at: datetime
    changed_at: datetime


class CallList(InnovationList):
    data: list[CallElement]


class OneCall(Schema):
    data: CallElement
    meta: InnovationMeta
