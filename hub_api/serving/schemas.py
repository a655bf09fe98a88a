"""Parts of the documented schemas that several endpoints share. Handlers answer plain JSON bytes;
these models document them, and the tests hold the answers against them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from citycore.model import ResultType


class Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Names(Schema):
    en: str
    ar: str


class Licence(Schema):
    id: str = Field(description="SPDX identifier, where the licence has one")
    name: Names
    url: str | None = Field(description="Where its text can be read")


class GeoPoint(Schema):
    type: Literal["Point"]
    coordinates: tuple[float, float] = Field(description="Longitude, latitude (WGS 84 degrees)")


class Meta(Schema):
    as_of: datetime = Field(description="The instant of the answer, by the API's clock")
    newest_phenomenon_time: datetime | None = Field(
        description="The newest observation: of the elements in latest, of the datastream where one "
        "is named, else of the whole hub"
    )
    age_seconds: float | None = Field(description="as_of minus newest_phenomenon_time")


class List(Schema):
    """The envelope of every list."""

    next: str | None = Field(description="Pass back as cursor= for the next page; null on the last")
    meta: Meta


#: Of fields that name a sensor.
SENSOR = "Which of the thing's sensors observes it, where several may; null where none is named"


class DatastreamElement(Schema):
    datastream: int
    thing: str
    thing_name: Names
    observed_property: str
    sensor: str | None = Field(description=SENSOR)
    unit: str = Field(description="UCUM code")
    result_type: ResultType
    interval_seconds: int | None = Field(description="How often a value is expected")
    source: str
    simulated: bool
    reviewed: bool = Field(description="Whether the hub's staff has accepted its source; see include")
    place: str | None
    has_forecast: bool


class LinkingChallenge(Schema):
    """A public challenge of a hackathon, where something that it links is told about."""

    challenge: str
    hackathon: str
    name: Names
    url: str
