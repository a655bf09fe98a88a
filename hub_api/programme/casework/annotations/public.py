"""``/v1/annotations``: what officers wrote on the time line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casework.annotations.machine import WRITERS
from casework.annotations.model import Kind
from citycore.store.queries import load_queries
from hub_api.programme.casework.annotations.pages import role_label
from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.open_data.lists import OpenList, by_parts, identifier_in, instant_in
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

PACKAGE = "hub_api.programme.casework.annotations"
PREFIX = "/v1"
AnnotationKind = Annotated[str, OneOf(tuple(Kind))]
AuthorRole = Annotated[str, OneOf(tuple(sorted(WRITERS)))]


class AnnotationsParameters(PlainExportQuery):
    place: Name | None = None
    thing: Name | None = None
    observed_property: Name | None = None
    kind: AnnotationKind | None = None
    start: WindowStart = None
    end: WindowEnd = None
    #: Whether what names no place, thing or property belongs to the one that is asked for.
    general: bool = False

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


class AnnotationElement(Schema):
    annotation: Annotated[str, From("annotation_id")]
    kind: AnnotationKind
    kind_name: Annotated[Names, Worded(lambda kind: Kind(kind).label)]
    name: Annotated[Names, Filled("title")] = Field(
        description="The title; one language stands for the other where that is empty"
    )
    text: Annotated[Names | None, Filled()]
    start: Annotated[datetime, From("starts_at")]
    end: Annotated[datetime | None, From("ends_at")] = Field(
        description="Half-open; null: it happened at one instant"
    )
    whole_days: Annotated[bool, From("is_whole_days")] = Field(
        description="Whether it is of whole days of the city"
    )
    place: str | None
    place_name: Names | None
    thing: str | None
    thing_name: Names | None
    observed_property: str | None
    observed_property_name: Names | None
    author_role: AuthorRole
    author_role_name: Annotated[Names, Worded(role_label)] = Field(description="As what it was written")
    organisation_name: Annotated[Names | None, Filled()] = Field(description="null: by the hub itself")
    written_at: Annotated[datetime, From("created_at")]
    changed_at: datetime


ANNOTATIONS = OpenList(
    name="annotations",
    package=PACKAGE,
    element=AnnotationElement,
    parameters=AnnotationsParameters,
    position=by_parts(starts_at=instant_in, annotation=identifier_in),
    noun="annotation",
    has_identifiers=True,
    key_columns=2,
    prefix=PREFIX,
    version=load_queries(PACKAGE)["version"],
)
router = ANNOTATIONS.router(APIRouter(prefix=PREFIX))
