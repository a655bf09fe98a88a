"""Datastreams: parameters and documented answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from hub_api.parameters import Name, PageQuery
from hub_api.schemas import DatastreamElement, List, Meta, Schema


class DatastreamsParameters(PageQuery):
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
