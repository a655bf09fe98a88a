"""Presence and gaps: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from citycore.model import Quality
from hub_api.serving.formats import PlainFormat
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import List, Names, Schema

Presence = Literal["healthy", "late", "silent", "suspect"]
Reason = Literal["offline", "hub_away", "refused", "unknown"]


class PresenceParameters(ExportQuery):
    f: PlainFormat | None = None
    thing: Name | None = None
    observed_property: Name | None = None
    place: Name | None = None
    source: Name | None = None
    presence: Presence | None = None


PresenceQuery = Annotated[PresenceParameters, Query()]


class GapsParameters(ExportQuery):
    f: PlainFormat | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


GapsQuery = Annotated[GapsParameters, Query()]


class PresenceElement(Schema):
    datastream: int
    thing: str
    thing_name: Names
    observed_property: str
    source: str
    simulated: bool
    place: str | None
    presence: Presence = Field(
        description="silent: nothing for longer than the silent limit, or the thing said that it is offline; late: "
        "for longer than the late limit; suspect: its newest value was flagged suspect or bad"
    )
    newest_phenomenon_time: datetime | None
    age_seconds: float | None
    interval_seconds: int | None = Field(description="How often a value is expected")
    quality: Quality | None = Field(description="Of its newest value")
    connection: Literal["online", "offline"] | None = Field(
        description="What the thing, or a gateway for it, said last of its connection"
    )
    connection_since: datetime | None


class PresenceList(List):
    data: list[PresenceElement]


class Gap(Schema):
    """A gap, or the part of it that lies in one local day."""

    start: datetime
    end: datetime | None = Field(description="null while it goes on")
    local_date: date
    zone: str = Field(description="Whose day it is")
    reason: Reason = Field(
        description="offline: the thing was disconnected; hub_away: nothing came from anything; refused: its messages "
        "became dead letters; unknown"
    )


class GapList(List):
    data: list[Gap]
