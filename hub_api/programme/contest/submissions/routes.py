"""``/portal/submissions/…``: its team writes it, hands it in and reopens it; everybody reads it once it is judged."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hackathon.contest.results import voting
from hackathon.contest.submissions import writing
from hub_api.programme.contest.submissions.words import content_of
from hub_api.programme.contest.submissions.work import OWN_EVENTS, attempt, require_own, submission_page
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/submissions/{submission_id}", include_in_schema=False)


@router.get("")
async def show_submission(request: CurrentRequest, submission_id: UUID) -> Response:
    return await submission_page(request, submission_id, Form())


@router.post("")
async def send_submission(request: CurrentRequest, submission_id: UUID) -> Response:
    """Save the draft, or save it and hand it in: both or neither."""
    _, form = request.person, await request.form()
    version, is_final = form.number("version"), form.text("then") == "submit"

    def work(session: Session) -> None:
        one = require_own(session, request, submission_id)
        content = content_of(form, writing.get_form(session, one.hackathon_id))
        store = writing.write_and_submit if is_final else writing.write
        store(session, submission_id, content, version)

    return await attempt(request, submission_id, form, work, "handed_in" if is_final else "draft_saved")


@router.post("/step")
async def take_step(request: CurrentRequest, submission_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(session: Session) -> None:
        require_own(session, request, submission_id)
        writing.move(session, submission_id, event, version)

    return await attempt(request, submission_id, Form(), work, "step_taken")


@router.post("/vote")
async def send_vote(request: CurrentRequest, submission_id: UUID) -> Response:
    """Everybody who is signed in votes, also who has no part in the submission."""
    _, _ = request.person, await request.form()

    def work(session: Session) -> None:
        voting.vote(session, submission_id)

    return await attempt(request, submission_id, Form(), work, "voted")


@router.post("/late")
async def redeem(request: CurrentRequest, submission_id: UUID) -> Response:
    """A code that organisers gave this team opens it once more."""
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        writing.redeem_late_access(session, submission_id, form.text("code"))

    return await attempt(request, submission_id, form, work, "late_opened")
