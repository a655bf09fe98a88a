"""``/v1/participation/sessions`` and ``/v1/participation/ideas``: what was asked, said and proposed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import NO_CELLS, Filled, From, Worded, cell_of
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery, governorate_label
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from participation.dialogue.machine import IDEA, PUBLIC_IDEAS, SESSION

QUERIES = load_queries("hub_api.programme.participation.dialogue")
SessionState = Annotated[str, OneOf(tuple(one.name for one in SESSION.states if one.name != "draft"))]
IdeaState = Annotated[str, OneOf(PUBLIC_IDEAS)]
IdeaReason = Literal["not_pursued", "already_so"]


class SessionsParameters(PlainExportQuery):
    state: SessionState | None = None
    governorate: Governorate | None = None
    organisation: Name | None = None


class IdeasParameters(PlainExportQuery):
    state: IdeaState | None = None
    governorate: Governorate | None = None
    session: Name | None = None


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


class IdeaElement(Schema):
    idea: Annotated[str, From("idea_id")]
    session: Annotated[str | None, From("session_id")]
    title: str
    body: str
    language: Literal["en", "ar"]
    byline: str | None = Field(description="How whoever wrote it wants to be called")
    governorate: Governorate | None
    governorate_name: Annotated[Names | None, Worded(governorate_label)]
    state: IdeaState
    state_name: Annotated[Names, Worded(partial(IDEA.label, "state"))]
    reason: Annotated[IdeaReason | None, From("state_reason")]
    main: Annotated[str | None, From("main_id")] = Field(description="The idea that it was joined to")
    account_support_count: Annotated[int, From("supports_accounts")]
    browser_support_count: Annotated[int, From("supports_browsers")] = Field(
        description="Of browsers without an account, from which repeats are possible"
    )
    admitted_at: datetime
    changed_at: Annotated[datetime, From("state_changed_at")]


SESSIONS = OpenList(
    name="sessions",
    package="hub_api.programme.participation.dialogue",
    prefix=PARTICIPATION,
    version=QUERIES["sessions_version"],
    element=SessionElement,
    parameters=SessionsParameters,
    position=by_identifier,
)
IDEAS = OpenList(
    name="ideas",
    package="hub_api.programme.participation.dialogue",
    prefix=PARTICIPATION,
    version=QUERIES["ideas_version"],
    element=IdeaElement,
    parameters=IdeasParameters,
    position=by_identifier,
)
router = IDEAS.router(SESSIONS.router(APIRouter(prefix=PARTICIPATION)))
