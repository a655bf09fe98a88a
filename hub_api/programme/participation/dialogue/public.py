"""``/v1/participation/sessions``: what was asked and said."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import NO_CELLS, Filled, From, Worded, cell_of
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery, governorate_label
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from participation.dialogue.machine import SESSION

QUERIES = load_queries("hub_api.programme.participation.dialogue")
SessionState = Annotated[str, OneOf(tuple(one.name for one in SESSION.states if one.name != "draft"))]


class SessionsParameters(PlainExportQuery):
    state: SessionState | None = None
    governorate: Governorate | None = None
    organisation: Name | None = None


class AgendaElement(Schema):
    minutes: int
    subject: Names
    speaker: str


class SessionElement(Schema):
    session: Annotated[str, From("session_id")]
    name: Annotated[Names, From("title")]
    question: Names = Field(description="What is to be decided")
    decider: Annotated[str, From("decider_id")] = Field(description="The organisation that decides")
    decider_name: Annotated[Names, Filled()]
    governorate: Governorate | None = Field(description="null: it is about all of Oman")
    governorate_name: Annotated[Names | None, Worded(governorate_label)]
    place: Names
    begins_at: datetime
    ends_at: datetime
    seats: int
    agenda: Annotated[list[AgendaElement], NO_CELLS]
    state: SessionState
    state_name: Annotated[Names, Worded(partial(SESSION.label, "state"))]
    recording: Annotated[str | None, From("recording_link")]
    summary_due_at: datetime | None
    summary: Names | None = Field(description="From when those who were there can amend it")
    amendment_count: Annotated[int, From("amendments")]
    amendment_taken_count: Annotated[int, From("amendments_taken")]
    decisions: Annotated[list[str], cell_of(" ".join)] = Field(description="What follows, as in `decisions`")
    none_because: Names | None = Field(description="Why nothing is recommended")
    published_at: datetime | None
    changed_at: Annotated[datetime, From("state_changed_at")]


SESSIONS = OpenList(
    name="sessions",
    package="hub_api.programme.participation.dialogue",
    prefix=PARTICIPATION,
    version=QUERIES["version"],
    element=SessionElement,
    parameters=SessionsParameters,
    position=by_identifier,
)
router = SESSIONS.router(APIRouter(prefix=PARTICIPATION))
