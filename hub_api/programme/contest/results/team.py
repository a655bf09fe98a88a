"""What a team gets after the results: its feedback, and one appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Scope, ScopeKind
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.contest.judging.feedback import Feedback
from hackathon.contest.judging.rubric import Scale
from hackathon.contest.jury.judges import get_terms
from hackathon.contest.results import appeals
from hackathon.contest.results.machine import CAPTAIN
from hackathon.contest.results.model import Appeal
from hackathon.contest.results.service import TOLD_IN, get_feedback
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import find_own_submission
from hub_api.programme.contest.results.words import vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/teams/{team_id}", include_in_schema=False)


@router.get("/feedback")
async def show_feedback(request: CurrentRequest, team_id: UUID) -> Response:
    _ = request.person
    return await _page(request, team_id, Form())


@router.post("/appeal")
async def file_appeal(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        appeals.file(session, team_id, form.text("text"))

    return await _attempt(request, team_id, form, work, "appeal_filed")


@router.post("/appeal/withdraw")
async def withdraw_appeal(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(session: Session) -> None:
        submission = _own(session, team_id)
        appeal = appeals.find_own_appeal(session, submission.hackathon_id, team_id)
        if appeal is None:
            raise NoSuchObject
        appeals.withdraw(session, appeal.appeal_id, version)

    return await _attempt(request, team_id, form, work, "step_taken")


class Shown(NamedTuple):
    """``rounds`` holds the feedback of each round with its scale, ``closes_at`` when appeals close."""

    submission: Submission
    is_told: bool
    rounds: list[tuple[Feedback, Scale]]
    appeal: Appeal | None
    may_file: bool
    closes_at: Any


async def _attempt(
    request: PortalRequest, team_id: UUID, form: Form, work: Callable[[Session], object], notice: str
) -> Response:
    try:
        await request.act(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _page(request, team_id, form, error)
    return request.go(f"/teams/{team_id}/feedback", notice)


async def _page(
    request: PortalRequest, team_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, team_id))
    return render_page(
        request,
        "contest/results/feedback.html",
        title=WORDS.text("feedback.title", request.language),
        here="hackathons",
        refused=refused,
        form=form,
        team_id=team_id,
        is_captain=holds_any(request.actor, CAPTAIN, [Scope(ScopeKind.TEAM, team_id)]),
        **shown._asdict(),
        **vocabulary(),
    )


def _look(session: Session, team_id: UUID) -> Shown:
    own = _own(session, team_id)
    is_told = own.hackathon_state in TOLD_IN
    given = get_feedback(session, own.submission_id) if is_told else []
    scales = [
        get_terms(session, own.hackathon_id, number).rubric.scale for number in range(1, len(given) + 1)
    ]
    deadlines = find_deadlines(session.connection, own.hackathon_id)
    return Shown(
        own,
        is_told,
        list(zip(given, scales, strict=True)),
        appeals.find_own_appeal(session, own.hackathon_id, team_id),
        appeals.may_file(session, team_id),
        next((one.instant for one in deadlines if one.name == "appeals_close"), None),
    )


def _own(session: Session, team_id: UUID) -> Submission:
    found = find_own_submission(session, team_id)
    if found is None:
        raise NoSuchObject
    return found
