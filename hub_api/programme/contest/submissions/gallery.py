"""``/portal/hackathons/…/submissions``: what everybody sees from the beginning of judging on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results.service import TOLD_IN
from hackathon.contest.submissions.service import count_submissions, list_submissions
from hub_api.programme.contest.submissions.words import vocabulary
from hub_api.programme.contest.teams.pages import titles_of
from hub_api.programme.contest.teams.words import is_staff
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Those that are looked for; ``total`` is how many there are without looking for any."""
    challenge, words = request.query("challenge"), request.query("q")
    try:
        chosen = UUID(challenge) if challenge else None
    except ValueError as error:
        raise FormUnreadable from error
    hackathon = get_hackathon(session, hackathon_id)
    found = list_submissions(
        session,
        hackathon_id,
        words=words,
        challenge_id=chosen,
        only_public=True,
        after=request.query_id("after"),
        rows=request.office.settings.portal.page_rows,
    )
    return {
        "q": words,
        "challenge": chosen,
        "hackathon": hackathon,
        "hackathon_title": hackathon.description.title(request.language),
        "submissions": found.submissions,
        "after": found.after,
        "total": sum(count_submissions(session, hackathon_id, only_public=True).values()),
        "challenges": titles_of(session, request, hackathon_id),
        "is_staff": is_staff(session.actor, hackathon_id),
        "is_told": hackathon.state in TOLD_IN,
    }


Page(
    router,
    "/hackathons/{hackathon_id}/submissions",
    "contest/submissions/list.html",
    look,
    guard=anybody,
    title="submissions.gallery",
    here="hackathons",
    vocabulary=vocabulary,
)
