"""``/v1/innovation/desk/annotations``: annotations for the programs of those who write them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.annotations import service
from casework.annotations.machine import ANNOTATION
from casework.annotations.model import Annotation, Kind, Note, Span
from casework.annotations.settings import AnnotationSettings
from casework.programme import Session
from hub_api.programme.casework.annotations.public import AnnotationKind
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent, Stateful
from hub_api.programme.programs.values import Most, Text, TrimmedText
from hub_api.serving.parameters import Instant
from hub_api.serving.schemas import Names

router = APIRouter(prefix="/v1/innovation/desk/annotations")
WRITE = Operations(router, TokenScope.ANNOTATIONS_WRITE)
EXAMPLE = {
    "kind": "works",
    "title_en": "Road works at the roundabout",
    "start": "2026-11-27T20:00:00Z",
    "end": "2026-11-29T20:00:00Z",
    "whole_days": True,
    "place": "seeb",
}


Title = Annotated[TrimmedText, Most(AnnotationSettings, "title_characters_max")]
Description = Annotated[Text, Most(AnnotationSettings, "text_characters_max")]
CodeText = Annotated[Text, Most(AnnotationSettings, "code_characters_max")]


class AnnotationSent(Sent):
    kind: AnnotationKind
    title_ar: Title = ""
    title_en: Title = ""
    text_ar: Description = ""
    text_en: Description = ""
    place: CodeText = ""
    thing: CodeText = ""
    observed_property: CodeText = ""
    start: Instant
    end: Instant | None = Field(default=None, description="Half-open; null: it happened at one instant")
    whole_days: bool = Field(
        default=False, description="Of whole days of the city, from midnight to midnight"
    )

    def note(self) -> Note:
        own = self.model_dump(exclude={"kind", "start", "end", "whole_days"})
        return Note(kind=Kind(self.kind), span=Span(self.start, self.end, self.whole_days), **own)


class WithdrawalSent(Sent):
    reason: Literal["mistaken", "did_not_happen", "duplicate", "other"]


class DeskAnnotationElement(Stateful):
    state_name: Annotated[Names, Worded(partial(ANNOTATION.label, "state"))]
    annotation: Annotated[UUID, From("annotation_id")]
    kind: Annotated[str, From("note.kind")]
    title_ar: Annotated[str, From("note.title_ar")]
    title_en: Annotated[str, From("note.title_en")]
    text_ar: Annotated[str, From("note.text_ar")]
    text_en: Annotated[str, From("note.text_en")]
    place: Annotated[str, From("note.place")]
    thing: Annotated[str, From("note.thing")]
    observed_property: Annotated[str, From("note.observed_property")]
    start: Annotated[datetime, From("note.span.starts_at")]
    end: Annotated[datetime | None, From("note.span.ends_at")]
    whole_days: Annotated[bool, From("note.span.is_whole_days")]
    author_role: str
    written_at: Annotated[datetime, From("created_at")]
    changed_at: datetime


@WRITE.get("", DeskAnnotationElement)
def desk_annotations(session: Session, after: UUID | None) -> tuple[list[Annotation], UUID | None]:
    return service.list_annotations(session, after)


@WRITE.get("/{annotation}", DeskAnnotationElement)
def desk_annotation(session: Session, annotation: UUID) -> Result:
    found = service.get_annotation(session, annotation)
    return Result(found, found.version)


@WRITE.post("", desk_annotation, EXAMPLE)
def write_annotation(session: Session, sent: AnnotationSent) -> UUID:
    return service.write(session, sent.note())


@WRITE.put("/{annotation}", desk_annotation, EXAMPLE)
def correct_annotation(session: Session, annotation: UUID, sent: AnnotationSent, seen: int) -> None:
    service.correct(session, annotation, sent.note(), seen)


@WRITE.post("/{annotation}/withdraw", desk_annotation, {"reason": "mistaken"})
def withdraw_annotation(session: Session, annotation: UUID, sent: WithdrawalSent, seen: int) -> None:
    service.get_annotation(session, annotation)
    service.move(session, annotation, "withdraw", seen, sent.reason)
