"""``/v1/innovation/desk/calls``: calls for the programs of those who run them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.funding.applications.service import count_applications
from hackathon.funding.calls.machine import CALL
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.service import get_run, list_run, move
from hub_api.programme.open_data.elements import From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import DateElement, Sent, Stateful, dates_of
from hub_api.serving.schemas import Names

router = APIRouter(prefix="/v1/innovation/desk/calls")
RUN = Operations(router, TokenScope.CALLS_WRITE)


class CallStep(Sent):
    event: Literal["begin_reviewing", "open_second"]


class DeskCallElement(Stateful):
    state_name: Annotated[Names, Worded(partial(CALL.label, "state"))]
    call: Annotated[UUID, From("call_id")]
    code: Annotated[str, From("description.terms.code")] = Field(
        description="Its name in addresses of open data"
    )
    name: Annotated[Names, From("description.texts.title")]
    round: int = Field(description="Rounds that have been opened")
    rounds: Annotated[int, From("description.terms.rounds")]
    blind: Annotated[bool, From("description.terms.is_blind")]
    budget_minor: Annotated[int, From("description.terms.budget.minor")]
    currency: Annotated[str, From("description.terms.budget.currency")]


class OneDeskCallElement(DeskCallElement):
    deadlines: Annotated[list[DateElement], dates_of(CALL)]
    applications: dict[str, int] = Field(description="How many by state, drafts too")


@RUN.get("", DeskCallElement)
def desk_calls(session: Session, after: UUID | None) -> tuple[list[Call], UUID | None]:
    found = list_run(session, after)
    return found.calls, found.after


@RUN.get("/{call}", OneDeskCallElement)
def desk_call(session: Session, call: UUID) -> Result:
    known, deadlines = get_run(session, call), session.deadlines(call)
    counts = count_applications(session, call)
    return Result(known, known.version, deadlines=deadlines, applications=counts)


@RUN.post("/{call}/steps", desk_call, {"event": "begin_reviewing"})
def step_call(session: Session, call: UUID, sent: CallStep, seen: int) -> None:
    get_run(session, call)
    move(session, call, sent.event, seen)
