"""Opportunities in the shape of the CommonGrants protocol: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.schemas import Schema

PAGE_MAX = 1_000_000


class Protocol(Schema):
    """The keys are the protocol's, in its spelling."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class OpportunitiesParameters(AnyQuery):
    page: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 1
    page_size: Annotated[int, Field(ge=1, alias="pageSize")] = 100


OpportunitiesQuery = Annotated[OpportunitiesParameters, Query()]
OpportunityPath = Annotated[Name, Path()]


class Amount(Protocol):
    amount: str
    currency: str


class OpportunityStatus(Protocol):
    value: Literal["forecasted", "open", "closed", "custom"]
    custom_value: str | None = None
    description: str


class Event(Protocol):
    name: str
    event_type: Literal["singleDate"]
    date: str = Field(description="YYYY-MM-DD in Muscat")
    time: str = Field(description="HH:MM:SS in Muscat")
    description: str


class Funding(Protocol):
    total_amount_available: Amount
    min_award_amount: Amount
    max_award_amount: Amount


class KeyDates(Protocol):
    post_date: Event
    close_date: Event | None = None
    other_dates: dict[str, Event]


class ApplicantType(Protocol):
    value: Literal["individual", "custom"]
    custom_value: str | None = None


class CustomField(Protocol):
    name: str
    field_type: Literal["string", "integer", "boolean", "array", "object"]
    value: Any


class Opportunity(Protocol):
    id: str
    title: str
    status: OpportunityStatus
    description: str
    funding: Funding
    key_dates: KeyDates
    accepted_applicant_types: list[ApplicantType]
    source: str
    custom_fields: dict[str, CustomField]
    created_at: datetime
    last_modified_at: datetime


class PaginationInfo(Protocol):
    page: int
    page_size: int
    total_items: int
    total_pages: int


class OpportunityList(Protocol):
    status: Literal[200]
    message: str
    items: list[Opportunity]
    pagination_info: PaginationInfo


class OneOpportunity(Protocol):
    status: Literal[200]
    message: str
    data: Opportunity
