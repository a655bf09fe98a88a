"""Things: parameters and documented answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from citycore.model import ResultType
from hub_api.city.presence.schemas import PresenceElement
from hub_api.serving.filters import AreaQuery, ReviewQuery, Words
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.schemas import SENSOR, GeoPoint, LinkingChallenge, List, Meta, Names, Schema
from hub_api.serving.several import SeveralNames


class ThingsParameters(ExportQuery, AreaQuery, ReviewQuery):
    thing: SeveralNames | None = None
    source: SeveralNames | None = None
    kind: SeveralNames | None = None
    place: SeveralNames | None = None
    observed_property: SeveralNames | None = None
    q: Words | None = None


ThingsQuery = Annotated[ThingsParameters, Query()]


class ThingDatastream(Schema):
    datastream: int
    observed_property: str
    sensor: str | None = Field(description=SENSOR)
    unit: str
    result_type: ResultType


class ThingElement(Schema):
    thing: str
    kind: str
    name: Names
    source: str
    simulated: bool
    reviewed: bool = Field(description="Whether the hub's staff has accepted its source; see include")
    location: GeoPoint | None
    place: str | None
    datastreams: list[ThingDatastream]


class ThingList(List):
    data: list[ThingElement]


class ThingInFull(ThingElement):
    presence: list[PresenceElement] = Field(description="Of each datastream; none for a recording")
    challenges: list[LinkingChallenge] = Field(description="Public challenges of hackathons that link it")


class OneThing(Schema):
    data: ThingInFull
    meta: Meta
