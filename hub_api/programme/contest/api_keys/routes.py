"""``/portal/teams/…/keys``: a team's keys for the open data, and what was asked with them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, Scope, ScopeKind
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.api_keys.model import Issued, Overview, TeamKey
from hackathon.contest.api_keys.service import get_overview, issue, replace, revoke, why_not_issued
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.api_keys.chart import draw
from hub_api.programme.kit import reveal
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.numbers import Row
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal/teams/{team_id}/keys", include_in_schema=False)
#: The secret of this browser that holds a new key until its page shows it.
NEW_KEY = "falaj_new_key"


@router.get("")
async def show_keys(visit: VisitHere, team_id: UUID) -> Response:
    _ = visit.person
    return await _page(visit, team_id)


@router.post("")
async def send_key(visit: VisitHere, team_id: UUID) -> Response:
    _ = visit.person
    await visit.form()
    try:
        issued = await visit.do(
            lambda connection: issue(connection, visit.office.api_keys, visit.actor, team_id)
        )
    except FalajError as error:
        return await _refused(visit, team_id, error)
    return _shown(visit, team_id, issued, "api_key_issued")


@router.post("/{key_id}/replace")
async def send_replacement(visit: VisitHere, team_id: UUID, key_id: Row) -> Response:
    _ = visit.person
    await visit.form()
    try:
        issued = await visit.do(
            lambda connection: replace(connection, visit.office.api_keys, visit.actor, team_id, key_id)
        )
    except FalajError as error:
        return await _refused(visit, team_id, error)
    return _shown(visit, team_id, issued, "api_key_replaced")


@router.post("/{key_id}/revoke")
async def send_end(visit: VisitHere, team_id: UUID, key_id: Row) -> Response:
    _ = visit.person
    await visit.form()

    def work(connection: Connection) -> None:
        with visit.asking(connection, "team_key", "revoke", team_id):
            revoke(connection, visit.office.api_keys, visit.actor, team_id, key_id)

    try:
        await visit.do(work)
    except FalajError as error:
        return await _refused(visit, team_id, error)
    return visit.go(f"/teams/{team_id}/keys", "api_key_revoked")


def _shown(visit: Visit, team_id: UUID, issued: Issued, notice: str) -> Response:
    reveal.keep(visit, NEW_KEY, team_id, issued.text)
    return visit.go(f"/teams/{team_id}/keys", notice)


async def _refused(visit: Visit, team_id: UUID, error: FalajError) -> Response:
    """Who may not even look is told so alone."""
    if isinstance(error, NoSuchObject | NotAllowed):
        raise error
    return await _page(visit, team_id, error)


async def _page(visit: Visit, team_id: UUID, refused: FalajError | None = None) -> Response:
    is_captain = visit.actor.has(Role.CAPTAIN, Scope(ScopeKind.TEAM, team_id))

    def work(connection: Connection) -> tuple[Team, Overview, Refusal | None]:
        desk, actor = visit.office.api_keys, visit.actor
        overview = get_overview(connection, desk, actor, team_id)
        hindrance = why_not_issued(connection, desk, actor, team_id) if is_captain else None
        return get_team(connection, actor, team_id), overview, hindrance

    team, overview, hindrance = await visit.do(work)
    now, language = visit.office.clock(), visit.language
    return page(
        visit,
        "contest/api_keys/show.html",
        title=WORDS.text("api_keys.title", language),
        here="hackathons",
        refused=refused,
        team=team,
        overview=overview,
        is_captain=is_captain,
        hindrance=None if hindrance is None else hindrance.text(language),
        new_key=reveal.take(visit, NEW_KEY, team_id),
        site=visit.site,
        standing=lambda key: key.standing(now),
        standing_label=lambda key: _label(key, visit),
        usage_days=visit.office.settings.team_keys.usage_days,
        chart=draw(overview.days, overview.quota, language),
    )


def _label(key: TeamKey, visit: Visit) -> Label:
    return Label("hackathon.contest.api_keys", f"standing.{key.standing(visit.office.clock())}")
