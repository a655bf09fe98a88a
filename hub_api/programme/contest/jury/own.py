"""``/v1/innovation/me/sheets``: what somebody judges; and how far sheets are, for the programs of organisers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.people.standing import find_names
from casework.programme import Session
from hackathon.contest.jury import sheets
from hackathon.contest.jury.judges import find_organised, get_terms, list_own_judging
from hackathon.contest.jury.machines import SHEET
from hackathon.contest.jury.model import Marking
from hackathon.contest.jury.settings import JurySettings
from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import (
    MarksElement,
    MarksSent,
    RubricElement,
    Sent,
    marks_of,
    said,
)
from hub_api.programme.programs.values import Most, Text
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation")
JUDGE = Operations(router, TokenScope.JUDGING_WRITE)
ORGANISED = Operations(router, TokenScope.ORGANISE_READ)


Comment = Annotated[Text, Most(JurySettings, "comment_characters_max")]


class SheetSent(Sent):
    marks: MarksSent = Field(default_factory=dict)
    comments: dict[Text, Comment] = Field(default_factory=dict)
    remark: Comment = ""


class SheetStep(Sent):
    event: Literal["accept", "decline", "submit", "recuse"]
    reason: Literal["conflict", "no_time", "other"] | None = Field(
        default=None, description="Needed to decline and to recuse oneself"
    )


class SheetElement(Schema):
    sheet: Annotated[UUID, From("sheet_id")]
    hackathon: Annotated[UUID, From("hackathon_id")]
    round: int
    submission: Annotated[UUID, From("submission_id")]
    title: str | None
    state: str
    state_name: Annotated[Names, Worded(partial(SHEET.label, "state"))]
    version: int = Field(description="Also the ETag")
    submitted_at: datetime | None


class OneSheetElement(SheetElement):
    marks: Annotated[MarksElement, From("sheet.marks", said)]
    comments: dict[str, str]
    remark: str
    rubric: RubricElement


class ProgressElement(Schema):
    judge: Annotated[UUID, From("judge_id")]
    name: Annotated[Names | None, Filled("names")]
    sheets: dict[str, int] = Field(description="By state")
    last_submitted_at: datetime | None


@JUDGE.get("/me/sheets", SheetElement)
def my_sheets(session: Session) -> list[Result]:
    def of_hackathon(hackathon_id: UUID) -> Iterator[Result]:
        titles = sheets.find_titles(session, hackathon_id)
        for sheet in sheets.list_own_sheets(session, hackathon_id):
            yield Result(sheet, title=titles.get(sheet.submission_id))

    own = [each.judge.hackathon_id for each in list_own_judging(session)]
    return [sheet for hackathon_id in own for sheet in of_hackathon(hackathon_id)]


@JUDGE.get("/me/sheets/{sheet}", OneSheetElement)
def my_sheet(session: Session, sheet: UUID) -> Result:
    known = sheets.get_sheet(session, sheet)
    titles = sheets.find_titles(session, known.hackathon_id)
    terms = get_terms(session, known.hackathon_id, known.round)
    return Result(known, known.version, title=titles.get(known.submission_id), rubric=terms.rubric)


@JUDGE.put(
    "/me/sheets/{sheet}",
    my_sheet,
    {
        "marks": {"impact": 7.5, "data": "n/a"},
        "comments": {"impact": "Helps many."},
        "remark": "Well done in all.",
    },
)
def write_sheet(session: Session, sheet: UUID, sent: SheetSent, seen: int) -> None:
    sheets.write(session, sheet, Marking(marks_of(sent.marks), sent.comments, sent.remark), seen)


@JUDGE.post("/me/sheets/{sheet}/steps", SheetElement, {"event": "decline", "reason": "conflict"})
def step_sheet(session: Session, sheet: UUID, sent: SheetStep, seen: int) -> Result:
    """What it is afterwards; who recused themselves for a conflict sees it here for the last time."""
    before = sheets.get_sheet(session, sheet)
    moved = sheets.move(session, sheet, sent.event, seen, sent.reason)
    after = replace(before, state=moved.target, version=moved.version)
    return Result(after, after.version, title=None)


@ORGANISED.get("/desk/hackathons/{hackathon}/sheets", ProgressElement)
def desk_sheets(session: Session, hackathon: Name) -> list[Result]:
    found = sheets.list_progress(session, find_organised(session, hackathon))
    names = find_names(session.connection, [each.person_id for each in found])
    return [Result(each, names=names.get(each.person_id)) for each in found]
