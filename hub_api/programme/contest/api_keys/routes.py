"""``/portal/teams/…/keys``: a team's keys for the open data, and what was asked with them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from casework.workflow.wording import Label
from citycore.errors import FalajError
from hackathon.contest.api_keys.model import Issued, Overview, TeamKey
from hackathon.contest.api_keys.service import get_overview, issue, replace, revoke, why_not_issued
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.api_keys.chart import draw
from hub_api.programme.kit import reveal
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/teams/{team_id}/keys", include_in_schema=False)
#: The secret of this browser that holds a new key until its page shows it.
NEW_KEY = "falaj_new_key"


@router.get("")
async def show_keys(request: CurrentRequest, team_id: UUID) -> Response:
    _ = request.person
    return await _page(request, team_id)


@router.post("")
async def send_key(request: CurrentRequest, team_id: UUID) -> Response:
    _ = request.person
    await request.form()
    try:
        issued = await request.act(lambda session: issue(session, team_id))
    except FalajError as error:
        return await _refused(request, team_id, error)
    return _shown(request, team_id, issued, "api_key_issued")


@router.post("/{key_id}/replace")
async def send_replacement(request: CurrentRequest, team_id: UUID, key_id: Row) -> Response:
    _ = request.person
    await request.form()
    try:
        issued = await request.act(lambda session: replace(session, team_id, key_id))
    except FalajError as error:
        return await _refused(request, team_id, error)
    return _shown(request, team_id, issued, "api_key_replaced")


@router.post("/{key_id}/revoke")
async def send_end(request: CurrentRequest, team_id: UUID, key_id: Row) -> Response:
    _ = request.person
    await request.form()

    def work(session: Session) -> None:
        with request.asking(session.connection, "team_key", "revoke", team_id):
            revoke(session, team_id, key_id)

    try:
        await request.act(work)
    except FalajError as error:
        return await _refused(request, team_id, error)
    return request.go(f"/teams/{team_id}/keys", "api_key_revoked")


def _shown(request: PortalRequest, team_id: UUID, issued: Issued, notice: str) -> Response:
    reveal.keep(request, NEW_KEY, team_id, issued.text)
    return request.go(f"/teams/{team_id}/keys", notice)


async def _refused(request: PortalRequest, team_id: UUID, error: FalajError) -> Response:
    """Who may not even look is told so alone."""
    if isinstance(error, NoSuchObject | NotAllowed):
        raise error
    return await _page(request, team_id, error)


async def _page(request: PortalRequest, team_id: UUID, refused: FalajError | None = None) -> Response:
    is_captain = request.actor.has(Role.CAPTAIN, Scope(ScopeKind.TEAM, team_id))

    def work(session: Session) -> tuple[Team, Overview, Refusal | None]:
        overview = get_overview(session, team_id)
        hindrance = why_not_issued(session, team_id) if is_captain else None
        return get_team(session, team_id), overview, hindrance

    team, overview, hindrance = await request.look(work)
    now, language = request.office.clock(), request.language
    return render_page(
        request,
        "contest/api_keys/show.html",
        title=WORDS.text("api_keys.title", language),
        here="hackathons",
        refused=refused,
        team=team,
        overview=overview,
        is_captain=is_captain,
        hindrance=None if hindrance is None else hindrance.text(language),
        new_key=reveal.take(request, NEW_KEY, team_id),
        site=request.site,
        standing=lambda key: key.standing(now),
        standing_label=lambda key: _label(key, request),
        usage_days=request.office.settings.team_keys.usage_days,
        chart=draw(overview.days, overview.quota, language),
    )


def _label(key: TeamKey, request: PortalRequest) -> Label:
    return Label("hackathon.contest.api_keys", f"standing.{key.standing(request.office.clock())}")
