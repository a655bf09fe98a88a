"""``/v1/innovation/me/views``, what somebody arranged to see on the dashboards; ``/v1/innovation/views/{link}`` for everybody.

The dashboards keep views here for those who are signed in there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictBool, StringConstraints

from casework.access_tokens.model import TokenScope
from casework.own_views import service
from casework.own_views.model import Listed, Wish
from casework.programme import Session
from citycore.arrangements.model import Piece, Width
from citycore.arrangements.rules import FIGURE
from citycore.arrangements.settings import ArrangementSettings
from citycore.topics import CODE
from hub_api.programme.open_data.elements import From
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent
from hub_api.programme.programs.values import Most, Text, TrimmedText
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Schema

router = APIRouter(prefix="/v1/innovation")
OWN = Operations(router, TokenScope.VIEWS_WRITE)
EVERYBODY = Operations(router)
EXAMPLE = {
    "name": "My morning",
    "pieces": [
        {"page": "overview", "figure": "tile-pm2_5", "parameters": {"place": "seeb"}, "width": "half"},
        {"page": "alerts", "figure": "alerts-by-day", "parameters": {"days": "28"}, "width": "full"},
    ],
    "shared": False,
}


Title = Annotated[TrimmedText, Most(ArrangementSettings, "title_characters_max")]
Value = Annotated[Text, Most(ArrangementSettings, "value_characters_max")]


class PieceSent(Sent):
    page: Annotated[str, StringConstraints(pattern=f"^{CODE.pattern}$")] = Field(
        description="The page of the dashboards that shows it"
    )
    figure: Annotated[str, StringConstraints(pattern=f"^{FIGURE.pattern}$")] = Field(
        description="The code of the figure or tile on it"
    )
    parameters: dict[Text, Value] = Field(
        default_factory=dict,
        description="What of that page's address makes it: place, property, days and so on",
    )
    width: Width = Width.FULL
    title: Title = Field(default="", description="What you call it; empty for its own name")

    def piece(self) -> Piece:
        return Piece(self.page, self.figure, tuple(sorted(self.parameters.items())), self.width, self.title)


class ViewSent(Sent):
    name: Annotated[TrimmedText, Most(ArrangementSettings, "name_characters_max", least=1)]
    pieces: Annotated[list[PieceSent], Most(ArrangementSettings, "pieces_max")] = Field(
        description="In the order in which they stand"
    )
    shared: StrictBool = Field(default=False, description="Whether everybody who has its link reads it")

    def wish(self) -> Wish:
        return Wish(self.name, [one.piece() for one in self.pieces], self.shared)


class ListedViewElement(Schema):
    view: Annotated[UUID, From("view_id")]
    name: str
    piece_count: int
    link: str | None = Field(description="The code of its link; null where it is not shared")
    version: int = Field(description="Also the ETag")
    changed_at: datetime


class PieceElement(Schema):
    page: str
    figure: str
    parameters: dict[str, str]
    width: Width
    title: str


class SharedViewElement(Schema):
    name: str
    pieces: Annotated[list[PieceElement], From("pieces", list)]
    changed_at: datetime


class OneViewElement(SharedViewElement):
    view: Annotated[UUID, From("view_id")]
    link: str | None = Field(description="The code of its link; null where it is not shared")
    version: int = Field(description="Also the ETag")


@OWN.get("/me/views", ListedViewElement)
def my_views(session: Session) -> list[Listed]:
    return service.list_own(session)


@OWN.get("/me/views/{view}", OneViewElement)
def my_view(session: Session, view: UUID) -> Result:
    known = service.get_own(session, view)
    return Result(known, known.version)


@OWN.post("/me/views", my_view, EXAMPLE)
def create_view(session: Session, sent: ViewSent) -> UUID:
    return service.create(session, sent.wish())


@OWN.put("/me/views/{view}", my_view, EXAMPLE)
def replace_view(session: Session, view: UUID, sent: ViewSent, seen: int) -> None:
    service.replace(session, view, sent.wish(), seen)


@OWN.delete("/me/views/{view}", my_views)
def delete_view(session: Session, view: UUID, seen: int) -> None:
    service.remove(session, view, seen)


@EVERYBODY.get("/views/{link}", SharedViewElement)
def shared_view(session: Session, link: Name) -> Result:
    return Result(service.get_shared(session, link))
