"""What is done with a team and with those in it: each form names the page that it stood on with ``on``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.workflow.errors import NotAllowed
from citycore.errors import FalajError
from hackathon.contest.teams import members, service
from hub_api.programme.contest.teams.desk import desk_page
from hub_api.programme.contest.teams.own import own_page
from hub_api.programme.contest.teams.space import keep_code, space_page
from hub_api.programme.contest.teams.words import profile_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The team's own space, the organisers' desk, or the list of one's own teams.
Where = Literal["space", "desk", "account"]


@router.post("/teams/{team_id}/edit")
async def send_edit(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    profile, version = profile_of(form), form.number("version")

    def work(session: Session) -> None:
        service.edit(session, team_id, profile, version)

    return await _attempt(request, team_id, form, work, on, "saved")


@router.post("/teams/{team_id}/step")
async def take_step(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(session: Session) -> None:
        service.move(session, team_id, form.text("event"), version, form.optional("reason"))

    return await _attempt(request, team_id, form, work, on)


@router.post("/teams/{team_id}/code")
async def make_code(request: CurrentRequest, team_id: UUID) -> Response:
    """A code to join with, which the next page shows this once."""
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        keep_code(request, team_id, members.make_code(session, team_id))

    return await _attempt(request, team_id, form, work, "space", "team_code")


@router.post("/teams/{team_id}/invite")
async def send_invitation(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()
    actor, email, visitor = request.actor, form.text("email"), request.visitor

    try:
        await request.run(lambda programme: members.invite(programme, actor, team_id, email, visitor))
    except NotAllowed:
        raise
    except FalajError as error:
        return await space_page(request, team_id, form, error)
    return request.go(f"/teams/{team_id}", "invited")


@router.post("/teams/{team_id}/ask")
async def ask(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()

    def work(session: Session) -> None:
        members.ask_to_join(session, team_id)

    return await _attempt(request, team_id, form, work, "space", "team_asked")


@router.post("/teams/{team_id}/captain")
async def hand_over(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    heir, version = form.id("member"), form.number("version")

    def work(session: Session) -> None:
        members.hand_over(session, team_id, heir, version)

    return await _attempt(request, team_id, form, work, on, "team_handed_over")


@router.post("/teams/{team_id}/mentor")
async def set_mentor(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()
    mentor, helps = form.id("person"), form.text("helps") == "1"

    def work(session: Session) -> None:
        service.set_mentor(session, team_id, mentor, helps=helps)

    return await _attempt(request, team_id, form, work, "desk")


@router.post("/team-members/{member_id}/step")
async def take_member_step(
    request: CurrentRequest, member_id: UUID, on: Where = "account", team: UUID | None = None
) -> Response:
    """Of oneself, or of somebody of one's team, which the form then names."""
    _, form = request.person, await request.form()
    version, event = form.number("version"), form.text("event")

    def work(session: Session) -> None:
        if event == "accept":
            members.accept(session, member_id, version)
        else:
            members.move(session, member_id, event, version, form.optional("reason"))

    return await _attempt(request, team, form, work, on)


async def _attempt(  # noqa: PLR0913, PLR0917 (what is done, and where it stood)
    request: PortalRequest,
    team_id: UUID | None,
    form: Form,
    work: Callable[[Session], object],
    on: Where,
    notice: str = "step_taken",
) -> Response:
    """Do it and go back to the page it stood on, or show that page with what stood against it."""
    try:
        await request.act(work)
    except NotAllowed:
        raise
    except FalajError as error:
        if on == "account" or team_id is None:
            return await own_page(request, error)
        show = desk_page if on == "desk" else space_page
        return await show(request, team_id, form, error)
    if on == "account" or team_id is None:
        return request.go("/account/teams", notice)
    return request.go(f"/teams/{team_id}" if on == "space" else await _desk_path(request, team_id), notice)


async def _desk_path(request: PortalRequest, team_id: UUID) -> str:
    team = await request.act(lambda session: service.get_team(session, team_id))
    return f"/hackathons/{team.hackathon_id}/desk/teams/{team_id}"
