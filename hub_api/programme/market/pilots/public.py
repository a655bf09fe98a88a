"""``/v1/innovation/pilots``: what agencies try with somebody."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import Origin
from hub_api.programme.contest.challenges.public import DatasetLink, dataset_link
from hub_api.programme.open_data.elements import NO_CELLS, Filled, From, Worded, cell_of, day_before
from hub_api.programme.open_data.lists import OpenList, by_text
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

PilotState = Literal["agreed", "running", "completed", "stopped"]
PilotOrigin = Annotated[str, OneOf(Origin)]


class PilotsParameters(PlainExportQuery):
    state: PilotState | None = None
    origin: PilotOrigin | None = None
    need: Name | None = None


class PilotElement(Schema):
    pilot: Annotated[str, From("code")]
    name: Annotated[Names, From("title")]
    description: Annotated[Names, From("purpose")]
    state: PilotState
    state_name: Annotated[Names, Worded(partial(PILOT.label, "state"))]
    state_reason: str | None
    state_reason_name: Annotated[Names | None, Worded(partial(PILOT.label, "reason")), NO_CELLS]
    agency_name: Annotated[Names, Filled()]
    provider_name: Annotated[Names | None, Filled()] = Field(
        description="A company, a team, or an organisation with research funding; null for people who applied for themselves"
    )
    origin: PilotOrigin
    origin_name: Annotated[Names, Worded(lambda origin: Origin(origin).label)]
    need: Annotated[str | None, From("need_code")] = Field(
        description="Which led to it, where it came out of an introduction"
    )
    submission: Annotated[str | None, From("submission_id")] = Field(
        description="What won in a hackathon, where it came out of one"
    )
    funding_award: Annotated[str | None, From("award_id")] = Field(
        description="The award, where it came out of research funding"
    )
    first_date: Annotated[date, From("starts_on")]
    last_date: Annotated[date, From("ends_on", day_before)]
    simulated: Annotated[bool, From("is_simulated")] = Field(description="Whether its things are simulated")
    dataset: Annotated[
        DatasetLink | None, From("source_code", dataset_link), cell_of(lambda link: link["dataset"])
    ] = Field(description="What its things measure; null before there are any")
    agreed_at: datetime | None
    changed_at: Annotated[datetime, From("state_changed_at")]


PILOTS = OpenList(
    name="pilots",
    package="hub_api.programme.market.pilots",
    element=PilotElement,
    parameters=PilotsParameters,
    position=by_text,
    noun="pilot",
)
router = PILOTS.router()
