"""``/v1/participation/media-reach``: how far sessions and ideas went in media, with source and day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from casework.reach.model import Measure, Medium
from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

QUERIES = load_queries("hub_api.programme.casework.reach")
MediumCode = Annotated[str, OneOf(Medium)]
MeasureCode = Annotated[str, OneOf(Measure)]


class MediaReachParameters(PlainExportQuery):
    subject: Name | None = None


class MediaReachElement(Schema):
    reach: Annotated[str, From("reach_id")]
    subject_kind: str = Field(description="session or idea")
    subject: Annotated[str, From("subject_id")] = Field(description="What was shown there")
    medium: MediumCode
    medium_name: Annotated[Names, Worded(lambda code: Medium(code).label)]
    measure: MeasureCode
    measure_name: Annotated[Names, Worded(lambda code: Measure(code).label)]
    number: int = Field(description="As it stood there; it is no support and is added to nothing")
    source: str = Field(description="The address at which it can be read")
    counted_on: date


MEDIA_REACH = OpenList(
    name="media_reach",
    package="hub_api.programme.casework.reach",
    prefix=PARTICIPATION,
    version=QUERIES["version"],
    element=MediaReachElement,
    parameters=MediaReachParameters,
    position=by_identifier,
)
router = MEDIA_REACH.router(APIRouter(prefix=PARTICIPATION))
