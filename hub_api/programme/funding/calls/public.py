"""``/v1/innovation/calls``: calls for funding that were announced."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from casework.forms.model import WRITTEN
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import ApplicantKind
from hub_api.programme.casework.organisations.public import organisation_named
from hub_api.programme.open_data.elements import (
    BY_ROLE,
    NO_CELLS,
    Cells,
    Dates,
    From,
    Minor,
    Worded,
    cell_of,
    converter_of,
)
from hub_api.programme.open_data.lists import OpenList, by_text
from hub_api.programme.open_data.shapes import (
    Amount,
    Currency,
    DeadlineDate,
    Governorate,
    OneOf,
    OrganisationName,
    PlainExportQuery,
    WeighedElement,
    weights_text,
)
from hub_api.serving.lists.model import Column, Element
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

CallState = Literal[
    "forecasted", "open", "closed", "reviewing", "second_open", "announced", "archived", "cancelled"
]
ApplicantCode = Annotated[str, OneOf(ApplicantKind)]
FieldCode = Annotated[str, OneOf(WRITTEN)]


class CallsParameters(PlainExportQuery):
    state: CallState | None = None
    organisation: Name | None = None


class StatementElement(Schema):
    statement: Annotated[str, From("code")]
    name: Names


class EligibilityElement(Schema):
    kinds: list[ApplicantCode] = Field(description="On whose behalf one may apply")
    governorates: list[Governorate] = Field(description="Empty: all")
    statements: list[StatementElement] = Field(description="Confirmed by whoever applies")


class CriterionElement(WeighedElement): ...


class QuestionElement(Schema):
    field: Annotated[str, From("code")]
    name: Names
    kind: FieldCode
    required: Annotated[bool, From("is_required")]
    characters_max: int
    identifying: Annotated[bool, From("is_identifying")] = Field(
        description="Whether the answer is kept from reviewers who must not know who applies"
    )


class FormElement(Schema):
    round: int
    fields: list[QuestionElement]


def _forms(rounds: list[Any]) -> list[Element]:
    make = converter_of(list[QuestionElement])
    return [{"round": number, "fields": make(fields)} for number, fields in enumerate(rounds, 1)]


class CallElement(Schema):
    call: Annotated[str, From("code")]
    name: Annotated[Names, From("title")]
    description: Annotated[Names, From("summary")]
    state: CallState
    state_name: Annotated[Names, Worded(CALL.public_label)]
    state_reason: str | None
    state_reason_name: Annotated[Names | None, Worded(partial(CALL.label, "reason")), NO_CELLS]
    funder: Annotated[OrganisationName | None, From("organisation"), BY_ROLE] = Field(
        description="null while its organisation is not verified"
    )
    hackathon: Annotated[str | None, From("hackathon_code")] = Field(
        description="The hackathon whose winners it is for"
    )
    currency: Currency
    budget: Annotated[Amount, Minor()]
    award_min: Annotated[Amount, Minor()]
    award_max: Annotated[Amount, Minor()]
    rounds: int = Field(description="2: outlines first, then full proposals by invitation")
    blind: Annotated[bool, From("is_blind")] = Field(description="Whether reviewers do not learn who applies")
    reviews_each: int
    eligibility: Annotated[
        EligibilityElement,
        Cells(
            lambda field: [Column(key, "text", (field, key), " ".join) for key in ("kinds", "governorates")]
        ),
    ]
    criteria: Annotated[list[CriterionElement], cell_of(weights_text)]
    forms: Annotated[list[FormElement], From("forms", _forms), NO_CELLS]
    deadlines: Annotated[list[DeadlineDate], Dates(CALL, "dates")] = Field(
        description="Empty once it is cancelled"
    )
    published_at: datetime
    changed_at: datetime


CALLS = OpenList(
    name="calls",
    package="hub_api.programme.funding.calls",
    element=CallElement,
    parameters=CallsParameters,
    position=by_text,
    noun="call",
    checks={"organisation": organisation_named},
    beside=frozenset({"call_id"}),
)
router = CALLS.router()
