"""What is done with a team and with those in it: each form names the page that it stood on with ``on``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from citycore.errors import FalajError
from hackathon.contest.teams import members, service
from hub_api.programme.contest.teams import staff
from hub_api.programme.contest.teams.own_pages import OWN
from hub_api.programme.contest.teams.pages import CODE_COOKIE, SPACE
from hub_api.programme.contest.teams.words import PROFILE
from hub_api.programme.kit import reveal
from hub_api.programme.kit.pages import ERROR_PAGES, step_of
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The team's own space, the organisers' page, or the list of one's own teams.
Where = Literal["space", "desk", "account"]


@router.post("/teams/{team_id}/edit")
async def send_edit(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    profile, version = PROFILE(form), form.number("version")
    return await _act(
        request, team_id, lambda session: service.edit(session, team_id, profile, version), on, "saved"
    )


@router.post("/teams/{team_id}/step")
async def take_step(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    step = step_of(form)
    return await _act(request, team_id, lambda session: service.move(session, team_id, *step), on)


@router.post("/teams/{team_id}/code")
async def make_code(request: CurrentRequest, team_id: UUID) -> Response:
    """A code to join with, which the next page shows this once."""
    _, _ = request.person, await request.form()

    def work(session: Session) -> None:
        reveal.keep_code(request, CODE_COOKIE, team_id, members.make_code(session, team_id))

    return await _act(request, team_id, work, "space", "team_code")


@router.post("/teams/{team_id}/invite")
async def send_invitation(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()
    actor, email, visitor = request.actor, form.text("email"), request.visitor
    invited = request.run(lambda programme: members.invite(programme, actor, team_id, email, visitor))
    return await _answer(request, team_id, invited, "space", "invited")


@router.post("/teams/{team_id}/ask")
async def ask(request: CurrentRequest, team_id: UUID) -> Response:
    _, _ = request.person, await request.form()
    return await _act(
        request, team_id, lambda session: members.ask_to_join(session, team_id), "space", "team_asked"
    )


@router.post("/teams/{team_id}/captain")
async def hand_over(request: CurrentRequest, team_id: UUID, on: Where = "space") -> Response:
    _, form = request.person, await request.form()
    heir, version = form.id("member"), form.number("version")
    return await _act(
        request,
        team_id,
        lambda session: members.hand_over(session, team_id, heir, version),
        on,
        "team_handed_over",
    )


@router.post("/teams/{team_id}/mentor")
async def set_mentor(request: CurrentRequest, team_id: UUID) -> Response:
    _, form = request.person, await request.form()
    mentor, helps = form.id("person"), form.text("helps") == "1"
    return await _act(
        request, team_id, lambda session: service.set_mentor(session, team_id, mentor, helps=helps), "desk"
    )


@router.post("/team-members/{member_id}/step")
async def take_member_step(
    request: CurrentRequest, member_id: UUID, on: Where = "account", team: UUID | None = None
) -> Response:
    """Of oneself, or of somebody of one's team, which the form then names."""
    _, form = request.person, await request.form()
    event, version, reason = step_of(form)

    def work(session: Session) -> None:
        if event == "accept":
            members.accept(session, member_id, version)
        else:
            members.move(session, member_id, event, version, reason)

    return await _act(request, team, work, on)


async def _act(
    request: PortalRequest,
    team_id: UUID | None,
    work: Callable[[Session], object],
    on: Where,
    notice: str = "step_taken",
) -> Response:
    return await _answer(request, team_id, request.act(work), on, notice)


async def _answer(
    request: PortalRequest, team_id: UUID | None, done: Awaitable[object], on: Where, notice: str
) -> Response:
    """Back to the page that it stood on, or that page with what stood against it."""
    try:
        await done
    except ERROR_PAGES:
        raise
    except FalajError as error:
        if on == "account" or team_id is None:
            return await OWN.show(request, refused=error)
        if on == "space":
            return await SPACE.show(request, team_id, refused=error)
        return await staff.PAGE.show(request, await _hackathon_of(request, team_id), team_id, refused=error)
    if on == "account" or team_id is None:
        return request.go("/account/teams", notice)
    if on == "space":
        return request.go(f"/teams/{team_id}", notice)
    return request.go(f"/hackathons/{await _hackathon_of(request, team_id)}/desk/teams/{team_id}", notice)


async def _hackathon_of(request: PortalRequest, team_id: UUID) -> UUID:
    return (await request.look(lambda session: service.get_team(session, team_id))).hackathon_id
