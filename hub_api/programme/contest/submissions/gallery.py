"""``/portal/hackathons/…/submissions``: what everybody sees from the beginning of judging on."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results.service import TOLD_IN
from hackathon.contest.submissions.model import Page
from hackathon.contest.submissions.service import count_submissions, list_submissions
from hub_api.programme.contest.submissions.words import title_of, vocabulary
from hub_api.programme.contest.teams.pages import titles_of
from hub_api.programme.contest.teams.words import is_staff
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/submissions", include_in_schema=False)


class Listed(NamedTuple):
    """Submissions that were looked for; ``total`` is how many there are without looking for any."""

    hackathon: Hackathon
    found: Page
    total: int
    challenges: dict[UUID, str]


@router.get("")
async def show_gallery(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", challenge: str = "", after: UUID | None = None
) -> Response:
    try:
        chosen = UUID(challenge) if challenge else None
    except ValueError as error:
        raise FormUnreadable from error

    def work(session: Session) -> Listed:
        hackathon = get_hackathon(session, hackathon_id)
        found = list_submissions(
            session,
            hackathon_id,
            words=q,
            challenge_id=chosen,
            only_public=True,
            after=after,
            rows=request.office.settings.portal.page_rows,
        )
        counted = count_submissions(session, hackathon_id, only_public=True)
        challenges = titles_of(session, request, hackathon_id)
        return Listed(hackathon, found, sum(counted.values()), challenges)

    shown = await request.look(work)
    return render_page(
        request,
        "contest/submissions/list.html",
        title=WORDS.text("submissions.gallery", request.language),
        here="hackathons",
        q=q,
        challenge=chosen,
        hackathon=shown.hackathon,
        hackathon_title=title_of(shown.hackathon, request),
        submissions=shown.found.submissions,
        after=shown.found.after,
        total=shown.total,
        challenges=shown.challenges,
        is_staff=is_staff(request.actor, hackathon_id),
        is_told=shown.hackathon.state in TOLD_IN,
        **vocabulary(request),
    )
