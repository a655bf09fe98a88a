"""``/v1/participation/releases`` and ``/v1/participation/figures``: what was counted, with what is said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from casework.statistics.releases.model import FigureKind
from casework.statistics.statement import Sampling
from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import NO_CELLS, From
from hub_api.programme.open_data.lists import OpenList, by_identifier, by_parts, identifier_in, number_in
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

PREFIX = "/v1/participation"
QUERIES = load_queries("hub_api.programme.participation.releases")
SamplingCode = Annotated[str, OneOf(Sampling)]
FigureKindCode = Annotated[str, OneOf(FigureKind)]
Number = Annotated[str | None, Field(description="A decimal number as text; null where it is hidden")]


class ReleasesParameters(PlainExportQuery):
    subject: Name | None = None


class FiguresParameters(PlainExportQuery):
    subject: Name | None = None
    release: Name | None = None


class TableElement(Schema):
    code: str
    rows: list[str]
    columns: list[str] = Field(description="Empty where the table has one dimension")
    cells: list[int | None] | None = Field(
        description="Row by row, with a total at the end of each row and column; null where nothing is printed"
    )


class ReleaseElement(Schema):
    release: Annotated[str, From("release_id")]
    subject_kind: str
    subject: Annotated[str, From("subject_id")] = Field(description="What the figures are about")
    corrects: str | None = Field(description="The release that this one replaces")
    corrected_by: str | None = Field(description="The release that replaced this one")
    released_at: datetime
    sampling: SamplingCode = Field(description="Whether people were asked from a roll or came by themselves")
    asked: int | None = Field(description="How many were asked; null where anybody could answer")
    answered: int
    n: int = Field(description="Answers that were counted")
    hidden: int = Field(description="Cells and figures that are not printed")
    statement: Names = Field(description="What the figures say and what not; it belongs beside each of them")
    tables: Annotated[list[TableElement], NO_CELLS]
    document: Annotated[str, NO_CELLS] = Field(
        description="All of the release as canonical JSON (RFC 8785); sha256 is over its UTF-8 bytes"
    )
    sha256: str


class FigureElement(Schema):
    release: Annotated[str, From("release_id")]
    place: int = Field(description="Its place in the release, from 1")
    subject: Annotated[str, From("subject_id")]
    code: str = Field(description="Of the question")
    kind: FigureKindCode
    option: str | None
    channel: str | None
    weighted: bool
    base: int = Field(description="Answers that it stands on")
    value: Number
    low: Number
    high: Number
    is_replaced: bool = Field(description="Whether a later release corrects it")


RELEASES = OpenList(
    name="releases",
    package="hub_api.programme.participation.releases",
    prefix=PREFIX,
    version=QUERIES["version"],
    element=ReleaseElement,
    parameters=ReleasesParameters,
    position=by_identifier,
)
FIGURES = OpenList(
    name="figures",
    package="hub_api.programme.participation.releases",
    prefix=PREFIX,
    version=QUERIES["version"],
    element=FigureElement,
    parameters=FiguresParameters,
    position=by_parts(release=identifier_in, place=number_in),
    key_columns=2,
)
router = FIGURES.router(RELEASES.router(APIRouter(prefix=PREFIX)))
