"""``/portal/hackathons/…/desk/teams``: how organisers look after teams, members whom they look at being noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.teams import mentors
from hackathon.contest.teams.machine import STANDING, TEAM
from hackathon.contest.teams.model import Page, Team
from hackathon.contest.teams.service import count_teams, get_team, list_teams
from hub_api.programme.contest.teams.lists import choosable, titles_of
from hub_api.programme.contest.teams.space import People, people_of, team_steps
from hub_api.programme.contest.teams.words import require_staff, title_of, vocabulary
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, words_about

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk", include_in_schema=False)


class Looked(NamedTuple):
    """A team as its organisers see it; ``helpers`` are the mentors of the hackathon who do not help it yet."""

    team: Team
    hackathon: Hackathon
    challenge_titles: dict[UUID, str]
    steps: list[Step]
    people: People
    helpers: list[tuple[str, str]]


class Overview(NamedTuple):
    """All teams, and the mentors of the hackathon."""

    hackathon: Hackathon
    found: Page
    total: int
    mentors: list[UUID]
    names: Mapping[UUID, Names]


@router.get("/teams")
async def show_teams(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", after: UUID | None = None
) -> Response:
    return await _overview_page(request, hackathon_id, Form(), q=q, after=after)


@router.post("/mentors")
async def appoint_mentor(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        mentors.appoint(session, hackathon_id, form.text("email"))

    return await _attempt(request, hackathon_id, form, work)


@router.post("/mentors/{person_id}/end")
async def dismiss_mentor(request: CurrentRequest, hackathon_id: UUID, person_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        mentors.dismiss(session, hackathon_id, person_id)

    return await _attempt(request, hackathon_id, form, work)


@router.get("/teams/{team_id}")
async def show_team(request: CurrentRequest, hackathon_id: UUID, team_id: UUID) -> Response:
    return await desk_page(request, team_id, Form(), hackathon_id=hackathon_id)


async def desk_page(
    request: PortalRequest,
    team_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    hackathon_id: UUID | None = None,
) -> Response:
    """Of a team of this hackathon, or of whichever it belongs to."""
    if isinstance(refused, NotAllowed):
        raise refused
    if hackathon_id is not None:
        require_staff(request, hackathon_id)
    looked = await request.look(lambda session: _look(session, request, team_id, hackathon_id))
    values: dict[str, Any] = looked._asdict()
    return render_page(
        request,
        "contest/teams/desk_team.html",
        step_words=await words_about(request, TEAM, {team_id: looked.team.state}),
        here="hackathons",
        title=looked.team.profile.name,
        refused=refused,
        form=form,
        hackathon_title=title_of(looked.hackathon, request),
        may_edit=looked.team.state in STANDING,
        challenges=[(str(one), title) for one, title in looked.challenge_titles.items()],
        **values,
        **vocabulary(request),
    )


async def _attempt(
    request: PortalRequest, hackathon_id: UUID, form: Form, work: Callable[[Session], object]
) -> Response:
    try:
        await request.act(work)
    except FalajError as error:
        return await _overview_page(request, hackathon_id, form, error)
    return request.go(f"/hackathons/{hackathon_id}/desk/teams", "step_taken")


async def _overview_page(  # noqa: PLR0913 (a list has this many sides)
    request: PortalRequest,
    hackathon_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    *,
    q: str = "",
    after: UUID | None = None,
) -> Response:
    require_staff(request, hackathon_id)
    rows = request.office.settings.portal.page_rows

    def work(session: Session) -> Overview:
        people = mentors.list_mentors_of(session, hackathon_id)
        return Overview(
            get_hackathon(session, hackathon_id),
            list_teams(session, hackathon_id, words=q, after=after, rows=rows),
            count_teams(session, hackathon_id),
            people,
            find_names(session.connection, people),
        )

    shown = await request.look(work)
    return render_page(
        request,
        "contest/teams/desk.html",
        here="hackathons",
        title=WORDS.text("teams.desk", request.language),
        q=q,
        hackathon=shown.hackathon,
        hackathon_title=title_of(shown.hackathon, request),
        teams=shown.found.teams,
        after=shown.found.after,
        total=shown.total,
        mentors=shown.mentors,
        names=shown.names,
        form=form,
        refused=refused,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, team_id: UUID, hackathon_id: UUID | None) -> Looked:
    team = get_team(session, team_id)
    if hackathon_id not in {None, team.hackathon_id}:
        raise NoSuchObject
    require_staff(request, team.hackathon_id)
    people = people_of(session, request, team_id)
    return Looked(
        team,
        get_hackathon(session, team.hackathon_id),
        titles_of(choosable(session, team.hackathon_id), request),
        team_steps(session, request, team_id),
        people,
        _helpers(session, request, team, people),
    )


def _helpers(session: Session, request: PortalRequest, team: Team, people: People) -> list[tuple[str, str]]:
    known = mentors.list_mentors_of(session, team.hackathon_id)
    free = [person_id for person_id in known if person_id not in people.mentors]
    names = find_names(session.connection, free)
    return [(str(one), names[one].shown(request.language)) for one in free if one in names]
