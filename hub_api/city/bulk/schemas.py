"""Bulk files: parameters and documented answers."""

from __future__ import annotations

from datetime import date as datetime_date
from datetime import datetime
from typing import Annotated, Self

from fastapi import Path, Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hub_api.serving.parameters import LocalDate, Name, PageQuery
from hub_api.serving.schemas import List, Meta, Schema

DatePath = Annotated[LocalDate, Path()]


class DatasetBulkParameters(PageQuery):
    first_date: LocalDate | None = None
    last_date: LocalDate | None = None

    @model_validator(mode="after")
    def _first_before_last(self) -> Self:
        if self.first_date is not None and self.last_date is not None and self.first_date > self.last_date:
            raise PydanticCustomError("first_not_before_last", "no day", {"parameter": "first_date"})
        return self


class BulkParameters(DatasetBulkParameters):
    dataset: Name | None = None


BulkQuery = Annotated[BulkParameters, Query()]
DatasetBulkQuery = Annotated[DatasetBulkParameters, Query()]


class BulkElement(Schema):
    dataset: str
    date: datetime_date = Field(description="The local day, in the zone of the dataset")
    zone: str = Field(description="Whose day it is")
    url: str
    path: str = Field(
        description="Where it lies in a folder that DuckDB, Spark and pyarrow read as one table"
    )
    row_count: int
    byte_count: int
    sha256: str = Field(description="Hexadecimal; also the ETag")
    first_phenomenon_time: datetime | None
    last_phenomenon_time: datetime | None
    generated_at: datetime


class BulkColumn(Schema):
    name: str
    type: str = Field(description="As Arrow and Parquet call it")


class BulkMeta(Meta):
    zone: str | None = Field(description="Whose days these are, where all are of one zone")
    media_type: str
    columns: list[BulkColumn]


class BulkList(List):
    data: list[BulkElement]
    meta: BulkMeta
