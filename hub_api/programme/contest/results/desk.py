"""``/portal/hackathons/…/desk/results``: organisers make results, answer appeals, and say what comes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.hackathons.machine import HACKATHON, STAFF
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.judging.errors import JudgingError
from hackathon.contest.jury.judges import list_judges
from hackathon.contest.results import appeals, service, voting
from hackathon.contest.results.model import Appeal, Ballot, Continuation, Entry, ResultSet
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.hackathons.words import vocabulary as hackathon_vocabulary
from hub_api.programme.contest.jury.words import know
from hub_api.programme.contest.results.routes import choice_now
from hub_api.programme.contest.results.words import (
    ByName,
    Table,
    continuation_label,
    tables_of,
    track_titles,
    vocabulary,
)
from hub_api.programme.kit.errors import FormUnreadable, NoDecision
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/results", include_in_schema=False)


@router.get("")
async def show_desk(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    return await _desk_page(request, hackathon_id, Form())


@router.post("/prepare")
async def prepare(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        service.prepare(session, hackathon_id)

    return await _attempt(request, hackathon_id, form, work, "results_prepared")


@router.post("/tie")
async def decide_tie(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    try:
        order = [UUID(one) for one in form.all("order")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(session: Session) -> None:
        service.decide_tie(session, hackathon_id, form.text("track"), order, form.text("reason"))

    return await _attempt(request, hackathon_id, form, work, "tie_decided")


@router.post("/release")
async def release(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    number = form.number("number")

    def work(session: Session) -> None:
        with request.asking(session.connection, "hackathon", "publish_provisional", hackathon_id):
            service.release(session, hackathon_id, number)

    return await _attempt(request, hackathon_id, form, work, "results_released")


@router.post("/finalise")
async def finalise(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    version = form.number("version")

    def work(session: Session) -> None:
        service.finalise(session, hackathon_id, version)

    return await _attempt(request, hackathon_id, form, work, "step_taken")


@router.post("/appeals/{appeal_id}")
async def decide_appeal(request: CurrentRequest, hackathon_id: UUID, appeal_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    version, (event, _, reason) = form.number("version"), form.text("decision").partition("/")
    if not form.text("decision"):
        return await _desk_page(request, hackathon_id, form, NoDecision())
    if event not in {"uphold", "dismiss"}:
        raise FormUnreadable

    def work(session: Session) -> None:
        appeals.decide(session, appeal_id, event, reason, form.text("answer"), version)

    return await _attempt(request, hackathon_id, form, work, "appeal_decided")


@router.post("/ballot")
async def set_ballot(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        opens_at, closes_at = form.chosen_instant("opens_at"), form.chosen_instant("closes_at")
        voting.set_ballot(session, hackathon_id, opens_at, closes_at)

    return await _attempt(request, hackathon_id, form, work, "saved")


@router.post("/continuation")
async def note_continuation(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    submission_id = form.id("submission")
    kind = next((one for one in Continuation if one == form.text("kind")), None)
    if kind is None:
        raise FormUnreadable

    def work(session: Session) -> None:
        service.note_continuation(session, submission_id, kind, form.text("reference"))

    return await _attempt(request, hackathon_id, form, work, "saved")


class Answerable(NamedTuple):
    """An appeal with the name of its team; ``refusal`` says why the visitor cannot answer it."""

    appeal: Appeal
    team: str
    decisions: list[tuple[str, str]]
    refusal: str | None


class Shown(NamedTuple):
    """What organisers look at."""

    one: Hackathon
    prepared: ResultSet | None
    tables: list[Table]
    entries: dict[UUID, Entry]
    filed: list[Answerable]
    finalising: Step | None
    ballot: Ballot | None
    choice: list[tuple[int, int, list[Entry]]] | None


async def _form(request: PortalRequest, hackathon_id: UUID) -> Form:
    _, form = request.person, await request.form()
    _require_staff(request, hackathon_id)
    return form


def _require_staff(request: PortalRequest, hackathon_id: UUID) -> None:
    if not holds_any(request.actor, STAFF, scopes_of(hackathon_id)):
        raise NotAllowed


async def _attempt(
    request: PortalRequest, hackathon_id: UUID, form: Form, work: Callable[[Session], object], notice: str
) -> Response:
    try:
        await request.act(work)
    except JudgingError as error:
        names = await request.act(lambda session: _names(session, request, hackathon_id))
        return await _desk_page(request, hackathon_id, form, ByName(error, names))
    except FalajError as error:
        return await _desk_page(request, hackathon_id, form, error)
    return request.go(f"/hackathons/{hackathon_id}/desk/results", notice)


async def _desk_page(
    request: PortalRequest, hackathon_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    _require_staff(request, hackathon_id)
    shown = await request.look(lambda session: _look(session, request, hackathon_id))
    values: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "contest/results/desk.html",
        title=WORDS.text("results.desk", request.language),
        here="hackathons",
        refused=refused,
        form=form,
        submissions=[(str(one.submission_id), f"{one.title} · {one.team}") for one in shown.entries.values()],
        kinds=[(kind.value, continuation_label(kind).text(request.language)) for kind in Continuation],
        is_voting=shown.ballot is not None and shown.ballot.is_open(request.office.clock()),
        is_made=shown.one.state in {"deliberation", "results_provisional"},
        is_final=shown.one.state in {"results_final", "archived"},
        **values,
        **hackathon_vocabulary(request),
        **vocabulary(),
    )


def _look(session: Session, request: PortalRequest, hackathon_id: UUID) -> Shown:
    one = get_hackathon(session, hackathon_id)
    try:
        prepared = service.get_prepared(session, hackathon_id)
    except NoSuchObject:
        prepared = None
    entries = service.list_entries(session, hackathon_id)
    placings = () if prepared is None else prepared.placings
    offers = session.steps(HACKATHONS, hackathon_id)
    return Shown(
        one,
        prepared,
        tables_of(placings, entries, track_titles(session, request, placings)),
        entries,
        [_answerable(session, request, appeal) for appeal in appeals.list_appeals(session, hackathon_id)],
        next((step for step in steps_of(HACKATHON, offers, request) if step.event == "finalise"), None),
        voting.find_ballot(session, hackathon_id),
        choice_now(session, hackathon_id, entries),
    )


def _answerable(session: Session, request: PortalRequest, appeal: Appeal) -> Answerable:
    offers = session.steps(APPEALS, appeal.appeal_id)
    steps = [step for step in steps_of(APPEALS.machine, offers, request) if step.reasons]
    refusal = next((step.refusal for step in steps if step.refusal), None)
    decisions = [
        (f"{step.event}/{reason}", f"{step.label.text(request.language)}: {label.text(request.language)}")
        for step in steps
        for reason, label in step.reasons
    ]
    team = get_team(session, appeal.team_id).profile.name
    return Answerable(appeal, team, decisions, refusal)


def _names(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, str]:
    """Of submissions and judges, by their keys."""
    judges = list_judges(session, hackathon_id)
    return know(session, request, hackathon_id, [one.person_id for one in judges]).by_text()
