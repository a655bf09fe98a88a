"""``/v1/innovation/reach``: whom ambassadors reached, in numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from casework.workflow.wording import Label
from hackathon.outreach.activities.model import Audience, Topic
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.open_data.lists import OpenList, by_parts
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery, governorate_label
from hub_api.serving.errors import invalid
from hub_api.serving.schemas import Names, Schema

WORDS = "hackathon.outreach.activities"
TopicCode = Annotated[str, OneOf(Topic)]
AudienceCode = Annotated[str, OneOf(Audience)]


class ReachParameters(PlainExportQuery):
    governorate: Governorate | None = None
    topic: TopicCode | None = None
    audience: AudienceCode | None = None


class ReachElement(Schema):
    month: Annotated[str, From("year_month")] = Field(
        description="Of the local day on which the events ended, as 2026-11"
    )
    governorate: Governorate | None = Field(description="null: online")
    governorate_name: Annotated[Names | None, Worded(governorate_label)]
    topic: TopicCode
    topic_name: Annotated[Names, Worded(lambda topic: Label(WORDS, f"topic.{topic}"))]
    audience: AudienceCode
    audience_name: Annotated[Names, Worded(lambda audience: Label(WORDS, f"audience.{audience}"))]
    event_count: Annotated[int, From("events")]
    person_count: Annotated[int, From("reached")] = Field(
        description="Each event once, however many ambassadors told of it"
    )


def _month_in(text: str) -> date:
    """Of a cursor."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise invalid("cursor", "bad_cursor") from None


REACH = OpenList(
    name="reach",
    package="hub_api.programme.outreach.activities",
    element=ReachElement,
    parameters=ReachParameters,
    position=by_parts(month=_month_in, governorate=str, topic=str, audience=str),
    key_columns=4,
)
router = REACH.router()
