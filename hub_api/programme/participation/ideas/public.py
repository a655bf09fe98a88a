"""``/v1/participation/ideas``: what was proposed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery, governorate_label
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from participation.ideas.machine import IDEA, PUBLIC

QUERIES = load_queries("hub_api.programme.participation.ideas")
IdeaState = Annotated[str, OneOf(PUBLIC)]
IdeaReason = Literal["not_pursued", "already_so"]


class IdeasParameters(PlainExportQuery):
    state: IdeaState | None = None
    governorate: Governorate | None = None
    session: Name | None = None


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


IDEAS = OpenList(
    name="ideas",
    package="hub_api.programme.participation.ideas",
    prefix=PARTICIPATION,
    version=QUERIES["version"],
    element=IdeaElement,
    parameters=IdeasParameters,
    position=by_identifier,
)
router = IDEAS.router(APIRouter(prefix=PARTICIPATION))
