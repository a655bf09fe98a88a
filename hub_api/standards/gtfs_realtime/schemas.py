"""Parameters, and the documented answers that are no protobuf."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.schemas import Schema

PROTOBUF = "application/x-protobuf"
#: Other names of the same, which some clients ask for.
SYNONYMS = ("application/protobuf", "application/vnd.google.protobuf", "application/octet-stream")


class FeedParameters(AnyQuery):
    source: Name | None = Field(
        default=None, description="Whose schedule and vehicles; needed where several sources have a schedule"
    )
    f: Literal["pb", "json"] | None = Field(
        default=None, description="pb (the standard) or json, to be looked at"
    )


FeedQuery = Annotated[FeedParameters, Query()]


class FeedHeader(Schema):
    gtfs_realtime_version: Literal["2.0"]
    incrementality: Literal["FULL_DATASET"]
    timestamp: str = Field(description="When the feed was made, in seconds since 1970")
    feed_version: str | None = Field(default=None, description="Of the schedule that the ids refer to")


class FeedReadable(Schema):
    """The feed as protobuf's JSON says it, and what was left out of it for which reason."""

    model_config = ConfigDict(extra="forbid")

    header: FeedHeader
    entity: list[dict[str, Any]]
    left_out: dict[str, int]


class ScheduleElement(Schema):
    source: str
    agency: str
    zone: str
    feed_version: str
    valid_from: date
    valid_until: date
    loaded_at: datetime
    routes_url: str = Field(description="Routes and their names; the schedule itself comes from the source")
    feeds: dict[str, str]


class ScheduleList(Schema):
    data: list[ScheduleElement]
    feeds: dict[str, str]
    window_seconds: int = Field(description="A feed is made anew at most so often")
