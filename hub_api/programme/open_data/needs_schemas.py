"""Needs of agencies: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from hub_api.programme.open_data.market_schemas import SectorCode
from hub_api.programme.open_data.schemas import (
    DeadlineDate,
    Governorate,
    InnovationList,
    InnovationMeta,
    PlainExportQuery,
)
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

NeedPath = Annotated[Name, Path()]
NeedState = Literal[
    "published",
    "qa_closed",
    "suspended",
    "closed",
    "evaluating",
    "standstill",
    "awarded",
    "matched",
    "none_suitable",
    "cancelled",
]


class NeedsParameters(PlainExportQuery):
    state: NeedState | None = None
    governorate: Governorate | None = None
    sector: SectorCode | None = None


NeedsQuery = Annotated[NeedsParameters, Query()]


class WeighedElement(Schema):
    criterion: str
    name: Names
    weight: float = Field(description="In percent; the weights sum to 100")
    may_be_not_applicable: bool


class NeedElement(Schema):
    need: str
    name: Names
    description: Names
    agency_name: Names
    client_kind: str
    state: NeedState
    state_name: Names
    state_reason: str | None
    state_reason_name: Names | None
    awarded_to: Names | None = Field(description="The company, once it is awarded")
    sector: str
    capabilities: list[str] = Field(description="What it has to be able to do")
    capabilities_wished: list[str]
    standards: list[str]
    maturity_min: int = Field(description="Technology readiness level, 1 to 9")
    governorate: Governorate | None = Field(description="null: all")
    languages: list[str] = Field(description="Of support")
    currency: str
    budget: str | None = Field(description="A decimal number; null where it is not public")
    sme_only: bool = Field(description="Only small and medium enterprises respond")
    sealed: bool = Field(description="Whether it is answered by sealed responses")
    criteria: list[WeighedElement]
    deadlines: list[DeadlineDate]
    published_at: datetime
    changed_at: datetime


class NeedList(InnovationList):
    data: list[NeedElement]


class OneNeed(Schema):
    data: NeedElement
    meta: InnovationMeta
