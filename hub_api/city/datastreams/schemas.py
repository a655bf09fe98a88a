"""Datastreams: parameters and documented answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from hub_api.serving.filters import AreaQuery, ReviewQuery, Words
from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.schemas import DatastreamElement, List, Meta, Schema
from hub_api.serving.several import SeveralNames, SeveralNumbers


class DatastreamsParameters(ExportQuery, AreaQuery, ReviewQuery):
    f: PlainFormat | None = None
    datastream: SeveralNumbers | None = None
    thing: SeveralNames | None = None
    observed_property: SeveralNames | None = None
    place: SeveralNames | None = None
    source: SeveralNames | None = None
    q: Words | None = None


DatastreamsQuery = Annotated[DatastreamsParameters, Query()]


class DatastreamList(List):
    data: list[DatastreamElement]


class OneDatastream(Schema):
    data: DatastreamElement
    meta: Meta
