"""``/portal/hackathons/…/teams``: the teams of a hackathon, and founding another."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import Refusal
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.challenges.machine import PUBLISHED
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams.model import Page, Profile, Team
from hackathon.contest.teams.service import count_teams, find_own_team, found, list_teams, why_not_found
from hub_api.programme.contest.teams.words import is_staff, profile_of, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere

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
    visit: VisitHere, hackathon_id: UUID, q: str = "", looking: str = "", after: UUID | None = None
) -> Response:
    rows = visit.office.settings.portal.page_rows

    def work(connection: Connection) -> Listed:
        own = find_own_team(connection, visit.actor, hackathon_id)
        return Listed(
            get_hackathon(connection, hackathon_id, visit.actor),
            list_teams(
                connection,
                visit.office.teams,
                visit.actor,
                hackathon_id,
                words=q,
                is_looking=looking == "1",
                after=after,
                rows=rows,
            ),
            count_teams(connection, visit.actor, hackathon_id),
            own,
            why_not_found(connection, visit.office.teams, visit.actor, hackathon_id),
            titles_of(choosable(connection, visit, hackathon_id), visit),
        )

    shown = await visit.do(work)
    language = visit.language
    return page(
        visit,
        "contest/teams/list.html",
        here="hackathons",
        title=WORDS.text("teams.title", language),
        q=q,
        looking=looking == "1",
        is_staff=is_staff(visit, hackathon_id),
        hackathon_title=title_of(shown.hackathon, visit),
        why_not=None if shown.refusal is None else shown.refusal.text(language),
        hackathon=shown.hackathon,
        teams=shown.found.teams,
        after=shown.found.after,
        total=shown.total,
        own=shown.own,
        challenge_titles=shown.challenges,
        **vocabulary(visit),
    )


@router.get("/new")
async def show_new(visit: VisitHere, hackathon_id: UUID) -> Response:
    _ = visit.person
    return await _new_page(visit, hackathon_id, Form())


@router.post("/new")
async def send_new(visit: VisitHere, hackathon_id: UUID) -> Response:
    _, form = visit.person, await visit.form()
    profile = profile_of(form)
    try:
        team = await visit.do(
            lambda connection: found(connection, visit.office.teams, visit.actor, hackathon_id, profile)
        )
    except FalajError as error:
        return await _new_page(visit, hackathon_id, form, error)
    return visit.go(f"/teams/{team.team_id}", "team_founded")


def choosable(connection: Connection, visit: Visit, hackathon_id: UUID) -> list[Challenge]:
    """Challenges of a hackathon that a team can choose."""
    settings = visit.office.settings.challenges
    challenges = list_challenges(connection, hackathon_id, visit.actor, settings)
    return [one for one in challenges if one.state in PUBLISHED]


def titles_of(challenges: list[Challenge], visit: Visit) -> dict[UUID, str]:
    return {
        one.challenge_id: one.description.title_ar if visit.language == "ar" else one.description.title_en
        for one in challenges
    }


async def _new_page(
    visit: Visit, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    def work(connection: Connection) -> tuple[Hackathon, list[Challenge], Refusal | None]:
        return (
            get_hackathon(connection, hackathon_id, visit.actor),
            choosable(connection, visit, hackathon_id),
            why_not_found(connection, visit.office.teams, visit.actor, hackathon_id),
        )

    hackathon, challenges, why_not = await visit.do(work)
    return page(
        visit,
        "contest/teams/new.html",
        here="hackathons",
        title=WORDS.text("teams.new", visit.language),
        form=form,
        refused=refused,
        hackathon=hackathon,
        hackathon_title=title_of(hackathon, visit),
        about=Profile(""),
        challenges=[(str(one), title) for one, title in titles_of(challenges, visit).items()],
        why_not=None if why_not is None else why_not.text(visit.language),
        **vocabulary(visit),
    )
