"""``/v1/innovation/needs``: what agencies look for, and what came of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from pydantic import Field

from hackathon.market.needs.machine import NEED, UNPUBLISHED
from hub_api.programme.open_data.elements import NO_CELLS, Dates, Filled, From, Minor, Worded, cell_of
from hub_api.programme.open_data.lists import OpenList, by_text
from hub_api.programme.open_data.shapes import (
    DeadlineDate,
    Governorate,
    OneOf,
    PlainExportQuery,
    SectorCode,
    WeighedElement,
    weights_text,
)
from hub_api.serving.schemas import Names, Schema

NeedState = Annotated[str, OneOf(tuple(state.name for state in NEED.states if state.name not in UNPUBLISHED))]


class NeedsParameters(PlainExportQuery):
    state: NeedState | None = None
    governorate: Governorate | None = None
    sector: SectorCode | None = None


class NeedElement(Schema):
    need: Annotated[str, From("code")]
    name: Annotated[Names, From("title")]
    description: Annotated[Names, From("problem")]
    agency_name: Annotated[Names, Filled()]
    client_kind: str
    state: NeedState
    state_name: Annotated[Names, Worded(partial(NEED.label, "state"))]
    state_reason: str | None
    state_reason_name: Annotated[Names | None, Worded(partial(NEED.label, "reason")), NO_CELLS]
    awarded_to: Annotated[Names | None, Filled()] = Field(description="The company, once it is awarded")
    sector: str
    capabilities: list[str] = Field(description="What it has to be able to do")
    capabilities_wished: list[str]
    standards: list[str]
    maturity_min: int = Field(description="Technology readiness level, 1 to 9")
    governorate: Governorate | None = Field(description="null: all")
    languages: list[str] = Field(description="Of support")
    currency: str
    budget: Annotated[str | None, Minor()] = Field(
        description="A decimal number; null where it is not public"
    )
    sme_only: bool = Field(description="Only small and medium enterprises respond")
    sealed: Annotated[bool, From("is_sealed")] = Field(
        description="Whether it is answered by sealed responses"
    )
    criteria: Annotated[list[WeighedElement], cell_of(weights_text)]
    deadlines: Annotated[list[DeadlineDate], Dates(NEED, "dates")]
    published_at: datetime
    changed_at: Annotated[datetime, From("state_changed_at")]


NEEDS = OpenList(
    name="needs",
    package="hub_api.programme.market.needs",
    element=NeedElement,
    parameters=NeedsParameters,
    position=by_text,
    noun="need",
)
router = NEEDS.router()
