"""``/v1/innovation/funding-awards``: the register of what was granted and accepted."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from hackathon.funding.awards.machine import AWARD
from hub_api.programme.open_data.elements import BY_ROLE, From, Minor, Worded, day_before
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import (
    Amount,
    Currency,
    Governorate,
    OrganisationName,
    PlainExportQuery,
    governorate_label,
)
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

FundingAwardState = Literal[
    "accepted", "contracted", "active", "suspended", "completed", "closed", "terminated"
]


class FundingAwardsParameters(PlainExportQuery):
    call: Name | None = None
    state: FundingAwardState | None = None
    governorate: Governorate | None = None


class FundingAwardElement(Schema):
    funding_award: Annotated[str, From("award_id")]
    name: Annotated[Names, From("title")]
    description: Annotated[Names, From("abstract")]
    state: FundingAwardState
    state_name: Annotated[Names, Worded(partial(AWARD.label, "state"))]
    currency: Currency
    amount: Annotated[Amount, Minor()]
    paid: Annotated[Amount, Minor()]
    first_date: Annotated[date, From("starts_on")]
    last_date: Annotated[date, From("ends_on", day_before)]
    contract_date: Annotated[date | None, From("contracted_on")]
    governorate: Governorate
    governorate_name: Annotated[Names, Worded(governorate_label)]
    call: Annotated[str, From("call_code")]
    call_name: Annotated[Names, From("call_title")]
    recipient: Annotated[OrganisationName | None, BY_ROLE] = Field(
        description="null for people who applied for themselves"
    )
    funder: Annotated[OrganisationName | None, BY_ROLE]
    submission: Annotated[str | None, From("submission_id")] = Field(
        description="What won in a hackathon, where it began there"
    )
    awarded_at: datetime
    changed_at: datetime


FUNDING_AWARDS = OpenList(
    name="funding_awards",
    package="hub_api.programme.funding.awards",
    element=FundingAwardElement,
    parameters=FundingAwardsParameters,
    position=by_identifier,
    noun="funding_award",
)
router = FUNDING_AWARDS.router()
