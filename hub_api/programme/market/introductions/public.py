"""``/v1/innovation/introductions``: in numbers alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from casework.workflow.wording import Label
from hackathon.market.introductions.model import PACKAGE as WORDS
from hub_api.programme.open_data.elements import Worded
from hub_api.programme.open_data.lists import OpenList, by_parts, number_in
from hub_api.programme.open_data.shapes import PlainExportQuery
from hub_api.serving.schemas import Names, Schema

#: How far an introduction has come.
Stage = Literal["suggested", "interested", "contacts_shared", "meeting", "pilot", "contract"]


class IntroductionsParameters(PlainExportQuery):
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    stage: Stage | None = None


class IntroductionElement(Schema):
    year: int = Field(description="In which they were suggested, in Muscat")
    stage: Stage = Field(description="So far they have come, and no further")
    stage_name: Annotated[Names, Worded(lambda stage: Label(WORDS, f"stage.{stage}"))]
    introduction_count: int | None = Field(description="null: fewer than five")


INTRODUCTIONS = OpenList(
    name="introductions",
    package="hub_api.programme.market.introductions",
    element=IntroductionElement,
    parameters=IntroductionsParameters,
    position=by_parts(year=number_in, stage=str),
    key_columns=2,
)
router = INTRODUCTIONS.router()
