"""``/portal/hackathons``: what everybody sees of them."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Role, ScopeKind
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.model import Deadline, Extension
from casework.workflow.repository import find_deadlines, find_extensions
from citycore.errors import FalajError
from hackathon.contest.challenges.machine import BEFORE_THE_START
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.machine import STAFF
from hackathon.contest.hackathons.model import Description, Hackathon, Mode
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import create, get_hackathon, list_hackathons
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import count_teams, find_own_team, why_not_found
from hub_api.programme.contest.hackathons.words import vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/hackathons", include_in_schema=False)


@router.get("")
async def show_list(request: CurrentRequest, after: UUID | None = None) -> Response:
    settings = request.office.settings.hackathons
    found = await request.look(lambda session: list_hackathons(session, after))
    return render_page(
        request,
        "contest/hackathons/list.html",
        title=WORDS.text("rooms.hackathons", request.language),
        here="hackathons",
        hackathons=found,
        rows=settings.page_rows_max,
        may_create=holds_any(request.actor, STAFF, ()),
        **vocabulary(request),
    )


@router.get("/new")
async def show_new(request: CurrentRequest) -> Response:
    _require_programme(request)
    return _new_page(request, Form())


@router.post("/new")
async def send_new(request: CurrentRequest) -> Response:
    _require_programme(request)
    form = await request.form()
    description = description_of(form)
    try:
        hackathon_id = await request.act(lambda session: create(session, description))
    except FalajError as error:
        return _new_page(request, form, error)
    return request.go(f"/hackathons/{hackathon_id}/desk", "saved")


class Shown(NamedTuple):
    """A hackathon as its visitor sees it; ``agencies`` are those for which they may propose challenges.

    ``teams`` counts those that the visitor sees.
    """

    one: Hackathon
    deadlines: list[Deadline]
    extensions: list[Extension]
    challenges: list[Challenge]
    agencies: list[UUID]
    teams: int
    own_team: Team | None
    may_found: bool


@router.get("/{hackathon_id}")
async def show_hackathon(request: CurrentRequest, hackathon_id: UUID) -> Response:
    shown = await request.look(lambda session: _look(session, request, hackathon_id))
    about = shown.one.description
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "contest/hackathons/show.html",
        title=about.title_ar if request.language == "ar" else about.title_en,
        here="hackathons",
        is_staff=holds_any(request.actor, STAFF, scopes_of(hackathon_id)),
        **values,
        **vocabulary(request),
    )


def agencies_of(request: PortalRequest) -> list[UUID]:
    """Organisations for which the visitor speaks as an officer."""
    return [
        grant.scope.object_id
        for grant in request.actor.grants
        if grant.role is Role.OFFICER and grant.scope.kind is ScopeKind.ORGANISATION and grant.scope.object_id
    ]


def description_of(form: Form) -> Description:
    mode = next((mode for mode in Mode if mode == form.text("mode")), None)
    if mode is None:
        raise FormUnreadable
    return Description(
        form.text("code").strip(),
        form.text("title_ar").strip(),
        form.text("title_en").strip(),
        form.text("summary_ar").strip(),
        form.text("summary_en").strip(),
        mode,
        form.text("place_ar").strip(),
        form.text("place_en").strip(),
        form.text("is_international") == "1",
        form.number("team_members_min"),
        form.number("team_members_max"),
        form.number("rounds"),
    )


def modes(request: PortalRequest) -> list[tuple[str, str]]:
    return [(mode.value, WORDS.text(f"hackathons.mode_{mode}", request.language)) for mode in Mode]


def _require_programme(request: PortalRequest) -> None:
    """Who organises for the whole hub makes new ones; :class:`NotAllowed`."""
    _ = request.person
    if not holds_any(request.actor, STAFF, ()):
        raise NotAllowed


def _look(session: Session, request: PortalRequest, hackathon_id: UUID) -> Shown:
    one = get_hackathon(session, hackathon_id)
    challenges = list_challenges(session, hackathon_id)
    deadlines = find_deadlines(session.connection, hackathon_id)
    extensions = find_extensions(session.connection, hackathon_id)
    deadlines.sort(key=lambda deadline: deadline.instant)
    agencies = agencies_of(request) if one.state in BEFORE_THE_START else []
    own_team = find_own_team(session, hackathon_id)
    hindrance = why_not_found(session, hackathon_id)
    teams = count_teams(session, hackathon_id)
    return Shown(one, deadlines, extensions, challenges, agencies, teams, own_team, hindrance is None)


def _new_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    return render_page(
        request,
        "contest/hackathons/new.html",
        title=WORDS.text("hackathons.new", request.language),
        here="hackathons",
        refused=refused,
        form=form,
        about=Description("", "", ""),
        modes=modes(request),
    )
