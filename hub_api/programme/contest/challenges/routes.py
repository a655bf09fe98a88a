"""``/portal/challenges``, and proposing one to a hackathon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.organisations.errors import OrganisationNotFound
from casework.organisations.service import find as find_organisation
from casework.programme import Session
from casework.workflow import preparing
from casework.workflow.errors import NotAllowed
from casework.workflow.wording import Label
from citycore.errors import FalajError
from hackathon.contest.challenges.machine import AGENCY, CHALLENGE, EDITABLE, JURY
from hackathon.contest.challenges.model import Challenge, Description, Named, Terms
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.challenges.rules import scopes_of
from hackathon.contest.challenges.service import Place, create, edit, get_challenge, list_linkable
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.market.journeys.model import Kind
from hub_api.programme.contest.challenges.linked import city_first, linked_data
from hub_api.programme.contest.hackathons.routes import agencies_of
from hub_api.programme.contest.hackathons.words import vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.market.journeys.words import journey_of

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/hackathons/{hackathon_id}/challenges/new")
async def show_new(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    return await _new_page(request, hackathon_id, Form())


@router.post("/hackathons/{hackathon_id}/challenges/new")
async def send_new(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _, form = request.person, await request.form()
    if not agencies_of(request):
        raise NotAllowed
    place, description = Place(hackathon_id, form.id("organisation")), _description_of(form)
    try:
        made = await request.act(lambda session: create(session, place, description))
    except FalajError as error:
        return await _new_page(request, hackathon_id, form, error)
    return request.go(f"/challenges/{made}", "saved")


@router.get("/challenges/{challenge_id}")
async def show_challenge(request: CurrentRequest, challenge_id: UUID) -> Response:
    return await _page(request, challenge_id, Form())


@router.post("/challenges/{challenge_id}/edit")
async def send_edit(request: CurrentRequest, challenge_id: UUID) -> Response:
    _, form = request.person, await request.form()
    description, version = _description_of(form), form.number("version")

    def work(session: Session) -> None:
        edit(session, challenge_id, description, version)

    return await _attempt(request, challenge_id, form, work, "saved")


@router.post("/challenges/{challenge_id}/step")
async def take_step(request: CurrentRequest, challenge_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(session: Session) -> None:
        session.apply(CHALLENGES, challenge_id, form.text("event"), version, form.optional("reason"))

    return await _attempt(request, challenge_id, form, work, "step_taken")


@router.post("/challenges/{challenge_id}/prepare")
async def prepare(request: CurrentRequest, challenge_id: UUID) -> Response:
    _, form = request.person, await request.form()
    version = form.number("version")

    def work(session: Session) -> None:
        preparing.prepare(
            session.connection,
            CHALLENGES,
            challenge_id,
            form.text("event"),
            request.actor,
            session.programme.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, challenge_id, form, work, "prepared")


class Shown(NamedTuple):
    """A challenge, what can be done with it, and the datasets that it could link."""

    one: Challenge
    agency: str
    steps: list[Step]
    datasets: Sequence[Named]


async def _attempt(
    request: PortalRequest, challenge_id: UUID, form: Form, work: Callable[[Session], object], notice: str
) -> Response:
    try:
        await request.act(work)
    except FalajError as error:
        return await _page(request, challenge_id, form, error)
    return request.go(f"/challenges/{challenge_id}", notice)


async def _page(
    request: PortalRequest, challenge_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    if isinstance(refused, NotAllowed):
        raise refused
    shown = await request.look(lambda session: _look(session, request, challenge_id))
    one, language = shown.one, request.language
    about = one.description
    state = request.http.app.state
    linked = await linked_data(state.hub, state.board.settings, about.datasets, about.things)
    scopes = scopes_of(one.challenge_id, one.hackathon_id, one.organisation_id)
    datasets, elsewhere = await city_first(request.http.app.state.hub, shown.datasets)
    values: dict[str, Any] = shown._asdict() | {"datasets": datasets, "elsewhere": elsewhere}
    return render_page(
        request,
        "contest/challenges/show.html",
        step_words=await words_about(request, CHALLENGE, {challenge_id: one.state}),
        here="hackathons",
        form=form,
        refused=refused,
        title=about.title_ar if language == "ar" else about.title_en,
        linked=linked,
        site=request.site,
        is_inside=holds_any(request.actor, AGENCY | JURY, scopes),
        terms=_terms(request),
        terms_label=_terms_label,
        may_edit=one.state in EDITABLE and holds_any(request.actor, AGENCY, scopes),
        challenge_reason=partial(CHALLENGE.label, "reason"),
        journey=await journey_of(request, Kind.CHALLENGE, challenge_id),
        **values,
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, challenge_id: UUID) -> Shown:
    one = get_challenge(session, challenge_id)
    offers = session.steps(CHALLENGES, challenge_id)
    datasets = list_linkable(session, "datasets")
    agency = _agency(session, request, one.organisation_id)
    return Shown(one, agency, steps_of(CHALLENGE, offers, request), datasets)


async def _new_page(
    request: PortalRequest, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    """For those who speak for an agency."""
    own = agencies_of(request)
    if not own or isinstance(refused, NotAllowed):
        raise NotAllowed

    def work(session: Session) -> tuple[list[tuple[str, str]], Sequence[Named]]:
        get_hackathon(session, hackathon_id)
        agencies = [(str(one), _agency(session, request, one)) for one in own]
        return agencies, list_linkable(session, "datasets")

    agencies, linkable = await request.look(work)
    datasets, elsewhere = await city_first(request.http.app.state.hub, linkable)
    return render_page(
        request,
        "contest/challenges/new.html",
        title=WORDS.text("challenges.new", request.language),
        here="hackathons",
        refused=refused,
        form=form,
        about=Description("", ""),
        hackathon_id=hackathon_id,
        agencies=agencies,
        terms=_terms(request),
        datasets=datasets,
        elsewhere=elsewhere,
    )


def _description_of(form: Form) -> Description:
    terms = next((one for one in Terms if one == form.text("terms")), None)
    if terms is None and form.text("terms"):
        raise FormUnreadable
    return Description(
        form.text("title_ar").strip(),
        form.text("title_en").strip(),
        form.text("problem_ar").strip(),
        form.text("problem_en").strip(),
        terms,
        form.all("dataset"),
        tuple(form.text("things").replace(",", " ").split()),
    )


def _agency(session: Session, request: PortalRequest, organisation_id: UUID) -> str:
    """Its name; nothing of one that is not open to see any more."""
    try:
        return find_organisation(session.connection, request.actor, organisation_id).names.shown(
            request.language
        )
    except OrganisationNotFound:
        return ""


def _terms(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, _terms_label(one).text(request.language)) for one in Terms]


def _terms_label(terms: Terms) -> Label:
    return Label(CHALLENGE.package, f"terms.{terms}")
