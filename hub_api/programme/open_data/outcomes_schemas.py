"""What comes of the marketplace: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from hub_api.programme.open_data.schemas import DatasetLink, InnovationList, InnovationMeta, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

PilotPath = Annotated[Name, Path()]
PilotState = Literal["agreed", "running", "completed", "stopped"]
PilotOrigin = Literal["introduction", "submission", "award"]
#: How far an introduction has come.
Stage = Literal["suggested", "interested", "contacts_shared", "meeting", "pilot", "contract"]


class IntroductionsParameters(PlainExportQuery):
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    stage: Stage | None = None


class PilotsParameters(PlainExportQuery):
    state: PilotState | None = None
    origin: PilotOrigin | None = None
    need: Name | None = None


IntroductionsQuery = Annotated[IntroductionsParameters, Query()]
PilotsQuery = Annotated[PilotsParameters, Query()]


class IntroductionElement(Schema):
    year: int = Field(description="In which they were suggested, in Muscat")
    stage: Stage = Field(description="So far they have come, and no further")
    stage_name: Names
    introduction_count: int | None = Field(description="null: fewer than five")


class PilotElement(Schema):
    pilot: str
    name: Names
    description: Names
    state: PilotState
    state_name: Names
    state_reason: str | None
    state_reason_name: Names | None
    agency_name: Names
    provider_name: Names | None = Field(
        description="A company, a team, or an organisation with research funding; null for people who applied for themselves"
    )
    origin: PilotOrigin
    origin_name: Names
    need: str | None = Field(description="Which led to it, where it came out of an introduction")
    submission: str | None = Field(description="What won in a hackathon, where it came out of one")
    funding_award: str | None = Field(description="The award, where it came out of research funding")
    first_date: date
    last_date: date
    simulated: bool = Field(description="Whether its things are simulated")
    dataset: DatasetLink | None = Field(description="What its things measure; null before there are any")
    agreed_at: datetime | None
    changed_at: datetime


class IntroductionList(InnovationList):
    data: list[IntroductionElement]


class PilotList(InnovationList):
    data: list[PilotElement]


class OnePilot(Schema):
    data: PilotElement
    meta: InnovationMeta
