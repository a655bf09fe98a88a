"""``/portal/hackathons/…/teams``: the teams of a hackathon, and founding another."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import Refusal
from citycore.errors import FalajError
from hackathon.contest.challenges.machine import PUBLISHED
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams.model import Page, Profile, Team
from hackathon.contest.teams.service import count_teams, find_own_team, found, list_teams, why_not_found
from hub_api.programme.contest.teams.words import is_staff, profile_of, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/teams", include_in_schema=False)


class Listed(NamedTuple):
    """Teams that were looked for; ``total`` is how many there are without looking for any."""

    hackathon: Hackathon
    found: Page
    total: int
    own: Team | None
    refusal: Refusal | None
    challenges: dict[UUID, str]


@router.get("")
async def show_list(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", looking: str = "", after: UUID | None = None
) -> Response:
    rows = request.office.settings.portal.page_rows

    def work(session: Session) -> Listed:
        own = find_own_team(session, hackathon_id)
        return Listed(
            get_hackathon(session, hackathon_id),
            list_teams(session, hackathon_id, words=q, is_looking=looking == "1", after=after, rows=rows),
            count_teams(session, hackathon_id),
            own,
            why_not_found(session, hackathon_id),
            titles_of(choosable(session, hackathon_id), request),
        )

    shown = await request.look(work)
    language = request.language
    return render_page(
        request,
        "contest/teams/list.html",
        here="hackathons",
        title=WORDS.text("teams.title", language),
        q=q,
        looking=looking == "1",
        is_staff=is_staff(request, hackathon_id),
        hackathon_title=title_of(shown.hackathon, request),
        why_not=None if shown.refusal is None else shown.refusal.text(language),
        hackathon=shown.hackathon,
        teams=shown.found.teams,
        after=shown.found.after,
        total=shown.total,
        own=shown.own,
        challenge_titles=shown.challenges,
        **vocabulary(request),
    )


@router.get("/new")
async def show_new(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    return await _new_page(request, hackathon_id, Form())


@router.post("/new")
async def send_new(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _, form = request.person, await request.form()
    profile = profile_of(form)
    try:
        team = await request.act(lambda session: found(session, hackathon_id, profile))
    except FalajError as error:
        return await _new_page(request, hackathon_id, form, error)
    return request.go(f"/teams/{team.team_id}", "team_founded")


def choosable(session: Session, hackathon_id: UUID) -> list[Challenge]:
    """Challenges of a hackathon that a team can choose."""
    challenges = list_challenges(session, hackathon_id)
    return [one for one in challenges if one.state in PUBLISHED]


def titles_of(challenges: list[Challenge], request: PortalRequest) -> dict[UUID, str]:
    return {
        one.challenge_id: one.description.title_ar if request.language == "ar" else one.description.title_en
        for one in challenges
    }


async def _new_page(
    request: PortalRequest, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    def work(session: Session) -> tuple[Hackathon, list[Challenge], Refusal | None]:
        return (
            get_hackathon(session, hackathon_id),
            choosable(session, hackathon_id),
            why_not_found(session, hackathon_id),
        )

    hackathon, challenges, why_not = await request.look(work)
    return render_page(
        request,
        "contest/teams/new.html",
        here="hackathons",
        title=WORDS.text("teams.new", request.language),
        form=form,
        refused=refused,
        hackathon=hackathon,
        hackathon_title=title_of(hackathon, request),
        about=Profile(""),
        challenges=[(str(one), title) for one, title in titles_of(challenges, request).items()],
        why_not=None if why_not is None else why_not.text(request.language),
        **vocabulary(request),
    )
