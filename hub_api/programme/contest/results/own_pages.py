"""``/portal/teams/…/feedback``: what a team gets after the results: its feedback, and one appeal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from casework.workflow.errors import existing
from hackathon.contest.jury.judges import get_terms
from hackathon.contest.results import appeals
from hackathon.contest.results.service import TOLD_IN, get_feedback
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import find_own_submission
from hub_api.programme.contest.results.words import page
from hub_api.programme.contest.teams.words import is_captain
from hub_api.programme.kit.pages import signed_in
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
_APPEAL = "/teams/{team_id}/appeal"


def look(session: Session, _: PortalRequest, team_id: UUID) -> dict[str, Any]:
    """``rounds`` holds the feedback of each round with its scale, ``closes_at`` when appeals close."""
    own = get_own(session, team_id)
    is_told, hackathon_id = own.hackathon_state in TOLD_IN, own.hackathon_id
    given = get_feedback(session, own.submission_id) if is_told else []
    deadlines = session.planned(hackathon_id)
    return {
        "team_id": team_id,
        "submission": own,
        "is_told": is_told,
        "rounds": [
            (one, get_terms(session, hackathon_id, number).rubric.scale)
            for number, one in enumerate(given, 1)
        ],
        "appeal": appeals.find_own_appeal(session, hackathon_id, team_id),
        "may_file": appeals.may_file(session, team_id),
        "closes_at": deadlines.get("appeals_close"),
        "is_captain": is_captain(session.actor, team_id),
    }


def get_own(session: Session, team_id: UUID) -> Submission:
    """The submission of one's team; :class:`NoSuchObject`."""
    return existing(find_own_submission(session, team_id))


def withdraw(session: Session, team_id: UUID, seen_version: int) -> None:
    appeal = existing(appeals.find_own_appeal(session, get_own(session, team_id).hackathon_id, team_id))
    appeals.withdraw(session, appeal.appeal_id, seen_version)


PAGE = page(
    router,
    "/teams/{team_id}/feedback",
    "contest/results/own.html",
    look,
    guard=signed_in,
    title="feedback.title",
)
PAGE.post(_APPEAL, lambda form: form.text("text"), "appeal_filed", appeals.file)
PAGE.post(f"{_APPEAL}/withdraw", lambda form: form.number("version"), "step_taken", withdraw)
