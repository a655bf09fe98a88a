"""Flags of observations: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hub_api.serving.formats import PlainFormat
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import List, Schema


class FlagsParameters(ExportQuery):
    f: PlainFormat | None = None
    start: WindowStart = None
    end: WindowEnd = None
    test: Name | None = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


FlagsQuery = Annotated[FlagsParameters, Query()]


class Flag(Schema):
    """What one test says of one observation."""

    phenomenon_time: datetime = Field(description="Of the observation")
    test: str = Field(description="A test of ingest, such as spike, or anomaly")
    quality: Literal[3, 4, 9] = Field(description="QARTOD: 3 suspect, 4 bad, 9 missing")
    anomaly: int | None = Field(
        description="Its number in /v1/anomalies; such a mark is not in the quality of the observation itself"
    )


class FlagList(List):
    data: list[Flag]
