"""``/v1/participation/themes``: what people wrote about, as everybody was told it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import From
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_parts, identifier_in
from hub_api.programme.open_data.shapes import PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

QUERIES = load_queries("hub_api.programme.casework.themes")


class ThemesParameters(PlainExportQuery):
    subject: Name | None = None


class ThemeElement(Schema):
    subject_kind: str = Field(description="session")
    subject: Annotated[str, From("subject_id")] = Field(description="What people wrote about")
    question: str
    theme: str = Field(description="Its code, by people who read notes")
    name: Annotated[Names, From("title")]
    note_count: Annotated[int, From("notes")] = Field(description="Fewer than five are not told")
    all_note_count: Annotated[int, From("all_notes")] = Field(
        description="Of all themes, and of none, about the same subject"
    )
    told_at: datetime


THEMES = OpenList(
    name="themes",
    package="hub_api.programme.casework.themes",
    prefix=PARTICIPATION,
    version=QUERIES["version"],
    element=ThemeElement,
    parameters=ThemesParameters,
    position=by_parts(subject=identifier_in, question=str, theme=str),
    key_columns=3,
)
router = THEMES.router(APIRouter(prefix=PARTICIPATION))
