"""Datasets: documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from citycore.model import Quality, ResultType, SourceKind
from hub_api.serving.parameters import Name, PageQuery
from hub_api.serving.schemas import Licence, LinkingChallenge, List, Meta, Names, Schema

#: A dataset is told in four kilobytes, twenty times as much as an element of other lists.
PAGE_DATASETS_MAX = 1_000

DatasetPath = Annotated[Name, Path()]


class DatasetsParameters(PageQuery):
    limit: Annotated[int, Field(ge=1, le=PAGE_DATASETS_MAX)] | None = None


DatasetsQuery = Annotated[DatasetsParameters, Query()]


class Provider(Schema):
    name: Names | None
    homepage: str | None


class DatasetProperty(Schema):
    observed_property: str
    name: Names
    unit: str = Field(description="UCUM code")
    result_type: ResultType
    datastream_count: int
    interval_seconds: int | None = Field(description="How often a value is expected")


class Temporal(Schema):
    start: datetime | None = Field(description="The beginning of the first local day with observations")
    end: datetime | None = Field(description="The newest observation")
    zone: str = Field(description="Whose days its days are")


class Spatial(Schema):
    bbox: tuple[float, float, float, float] | None = Field(description="West, south, east, north (WGS 84)")
    places: list[str]


class QualityFlag(Schema):
    quality: Quality
    code: str
    meaning: Names


class Distribution(Schema):
    kind: Literal["bulk", "observations", "latest", "things", "stream"]
    format: str
    media_type: str
    url: str


class DatasetElement(Schema):
    dataset: str
    kind: SourceKind
    simulated: bool
    name: Names
    description: Names | None
    provider: Provider
    licence: Licence | None = Field(description="null if the provider states none")
    attribution: str | None = Field(description="Whom to name, in the words the licence asks for")
    observed_properties: list[DatasetProperty]
    thing_count: int
    datastream_count: int
    temporal: Temporal
    spatial: Spatial
    interval_seconds: int | None = Field(description="The shortest interval of its datastreams")
    day_count: int = Field(description="Local days with observations")
    bulk_file_count: int
    newest_phenomenon_time: datetime | None
    age_seconds: float | None
    quality_flags: list[QualityFlag]
    distributions: list[Distribution]


class DatasetList(List):
    data: list[DatasetElement]


class DatasetInFull(DatasetElement):
    challenges: list[LinkingChallenge] = Field(description="Public challenges of hackathons that link it")


class OneDataset(Schema):
    data: DatasetInFull
    meta: Meta
