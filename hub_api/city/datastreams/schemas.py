"""Datastreams: parameters and documented answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import DatastreamElement, List, Meta, Schema


class DatastreamsParameters(ExportQuery):
    f: PlainFormat | None = None
    thing: Name | None = None
    observed_property: Name | None = None
    place: Name | None = None
    source: Name | None = None


DatastreamsQuery = Annotated[DatastreamsParameters, Query()]


class DatastreamList(List):
    data: list[DatastreamElement]


class OneDatastream(Schema):
    data: DatastreamElement
    meta: Meta
