"""The register of awards: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from hub_api.programme.open_data.funding_schemas import Amount, Currency
from hub_api.programme.open_data.schemas import (
    Governorate,
    InnovationList,
    InnovationMeta,
    OrganisationName,
    PlainExportQuery,
)
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

FundingAwardPath = Annotated[Name, Path()]
FundingAwardState = Literal[
    "accepted", "contracted", "active", "suspended", "completed", "closed", "terminated"
]


class FundingAwardsParameters(PlainExportQuery):
    call: Name | None = None
    state: FundingAwardState | None = None
    governorate: Governorate | None = None


FundingAwardsQuery = Annotated[FundingAwardsParameters, Query()]


class FundingAwardElement(Schema):
    funding_award: str
    name: Names
    description: Names
    state: FundingAwardState
    state_name: Names
    currency: Currency
    amount: Amount
    paid: Amount
    first_date: date
    last_date: date
    contract_date: date | None
    governorate: Governorate
    governorate_name: Names
    call: str
    call_name: Names
    recipient: OrganisationName | None = Field(description="null for people who applied for themselves")
    funder: OrganisationName | None
    submission: str | None = Field(description="What won in a hackathon, where it began there")
    awarded_at: datetime
    changed_at: datetime


class FundingAwardList(InnovationList):
    data: list[FundingAwardElement]


class OneFundingAward(Schema):
    data: FundingAwardElement
    meta: InnovationMeta


class GrantPackage(Schema):
    """The 360Giving shape; its grants are described by that standard."""

    publisher: dict[str, str]
    license: str
    license_name: str
    grants: list[dict[str, object]]
