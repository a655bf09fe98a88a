"""``/portal/hackathons/…/desk/jury``: organisers ask judges, watch how far they are, and close the sheets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import list_challenges
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import judges, sheets
from hackathon.contest.jury.machines import JUDGE, JURY_FORMS_IN, SHEET, STAFF
from hackathon.contest.jury.model import Gap, Judge, Progress, StoredSheet
from hackathon.contest.jury.panels import find_gaps, find_wanting
from hackathon.contest.jury.repository import JUDGES
from hub_api.programme.contest.jury.words import Known, know, title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/jury", include_in_schema=False)
JUDGE_EVENTS = ("withdraw",)
SHEET_EVENTS = ("reopen", "take_out")


@router.get("")
async def show_jury(request: CurrentRequest, hackathon_id: UUID, q: str = "", start: Start = 0) -> Response:
    require_host(request, hackathon_id)
    return await _jury_page(request, hackathon_id, Form(), q=q, start=start)


@router.post("/invite")
async def invite(request: CurrentRequest, hackathon_id: UUID) -> Response:
    form = await host_form(request, hackathon_id)
    capacity = form.number("capacity")
    try:
        expertise = [UUID(one) for one in form.all("expertise")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(session: Session) -> None:
        judges.invite(session, hackathon_id, form.text("email"), capacity, expertise)

    return await attempt(
        request,
        work,
        f"/hackathons/{hackathon_id}/desk/jury",
        "judge_invited",
        lambda error: _jury_page(request, hackathon_id, form, error),
    )


@router.post("/lock")
async def lock_all(request: CurrentRequest, hackathon_id: UUID) -> Response:
    """Close what was handed in: it counts as it is."""
    form = await host_form(request, hackathon_id)

    def work(session: Session) -> None:
        sheets.lock_all(session, hackathon_id)

    return await attempt(
        request,
        work,
        f"/hackathons/{hackathon_id}/desk/jury",
        "sheets_locked",
        lambda error: _jury_page(request, hackathon_id, form, error),
    )


@router.get("/judges/{judge_id}")
async def show_judge(request: CurrentRequest, hackathon_id: UUID, judge_id: UUID) -> Response:
    require_host(request, hackathon_id)
    return await _judge_page(request, hackathon_id, judge_id)


@router.post("/judges/{judge_id}/step")
async def take_judge_step(request: CurrentRequest, hackathon_id: UUID, judge_id: UUID) -> Response:
    form = await host_form(request, hackathon_id)
    event, version = form.text("event"), form.number("version")
    if event not in JUDGE_EVENTS:
        raise FormUnreadable

    def work(session: Session) -> None:
        judges.get_judge(session, hackathon_id, judge_id)
        judges.move(session, judge_id, event, version)

    path = f"/hackathons/{hackathon_id}/desk/jury/judges/{judge_id}"
    return await attempt(
        request, work, path, "step_taken", lambda error: _judge_page(request, hackathon_id, judge_id, error)
    )


@router.post("/judges/{judge_id}/sheets/{sheet_id}/step")
async def take_sheet_step(
    request: CurrentRequest, hackathon_id: UUID, judge_id: UUID, sheet_id: UUID
) -> Response:
    form = await host_form(request, hackathon_id)
    event, version, reason = form.text("event"), form.number("version"), form.optional("reason")
    if event not in SHEET_EVENTS:
        raise FormUnreadable

    def work(session: Session) -> None:
        judges.get_judge(session, hackathon_id, judge_id)
        sheets.move(session, sheet_id, event, version, reason)

    path = f"/hackathons/{hackathon_id}/desk/jury/judges/{judge_id}"
    return await attempt(
        request, work, path, "step_taken", lambda error: _judge_page(request, hackathon_id, judge_id, error)
    )


def require_host(request: PortalRequest, hackathon_id: UUID) -> None:
    _ = request.person
    if not holds_any(request.actor, STAFF, scopes_of(hackathon_id)):
        raise NotAllowed


async def host_form(request: PortalRequest, hackathon_id: UUID) -> Form:
    """Only of those who organise it: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    require_host(request, hackathon_id)
    return form


async def attempt(
    request: PortalRequest,
    work: Callable[[Session], object],
    path: str,
    notice: str,
    again: Callable[[FalajError], Awaitable[Response]],
) -> Response:
    """On to the page that shows what was done, or ``again`` the one that was sent, with what stood against it."""
    try:
        await request.act(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await again(error)
    return request.go(path, notice)


class Jury(NamedTuple):
    """A jury as its organisers see it."""

    one: Hackathon
    judges: list[Judge]
    all: int
    after: int | None
    progress: dict[UUID, Progress]
    known: Known
    challenges: list[Challenge]
    gaps: list[Gap]
    wanting: dict[UUID, int]
    rounds: list[tuple[int, bool]]


class Seen(NamedTuple):
    """A judge as organisers see them."""

    one: Hackathon
    judge: Judge
    known: Known
    steps: list[Step]
    sheets: list[tuple[StoredSheet, list[Step]]]


def _look(session: Session, request: PortalRequest, hackathon_id: UUID, q: str, start: int) -> Jury:
    rows = request.office.settings.portal.page_rows
    one = get_hackathon(session, hackathon_id)
    found, every = judges.list_judges_called(session, hackathon_id, q, start, rows + 1)
    progress = sheets.list_progress(session, hackathon_id)
    challenges = list_challenges(session, hackathon_id)
    gaps = find_gaps(session, hackathon_id)
    people = {each.person_id for each in found} | _people_of(gaps)
    return Jury(
        one,
        found[:rows],
        every,
        start + rows if len(found) > rows else None,
        {each.judge_id: each for each in progress},
        know(session, request, hackathon_id, people, has_titles=bool(gaps)),
        [each for each in challenges if each.state in {"published", "locked"}],
        gaps,
        find_wanting(session, hackathon_id),
        [
            (number, _has_terms(session, hackathon_id, number))
            for number in range(1, one.description.rounds + 1)
        ],
    )


def _people_of(gaps: list[Gap]) -> set[UUID]:
    """Who is named where a panel falls apart."""
    placed = {judge for gap in gaps for island in gap.islands for judge in island.judges}
    return {UUID(judge) for judge in placed | {judge for gap in gaps for judge, _ in gap.bridges or ()}}


def _has_terms(session: Session, hackathon_id: UUID, number: int) -> bool:
    try:
        judges.get_terms(session, hackathon_id, number)
    except NoSuchObject:
        return False
    return True


async def _jury_page(  # noqa: PLR0913 (a search has this many sides)
    request: PortalRequest,
    hackathon_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    *,
    q: str = "",
    start: int = 0,
) -> Response:
    first = min(max(0, start), request.office.settings.jury.judges_max)
    jury = await request.look(lambda session: _look(session, request, hackathon_id, q, first))
    return render_page(
        request,
        "contest/jury/desk.html",
        title=WORDS.text("jury.desk", request.language),
        here="hackathons",
        refused=refused,
        form=form,
        hackathon_title=title_of(request, jury.one),
        q=q,
        takes_judges=jury.one.state in JURY_FORMS_IN,
        capacity_max=request.office.settings.jury.capacity_max,
        names=jury.known.by_text(),
        **jury._asdict(),
        **vocabulary(),
    )


def _look_at_judge(session: Session, request: PortalRequest, hackathon_id: UUID, judge_id: UUID) -> Seen:
    judge = judges.get_judge(session, hackathon_id, judge_id)
    offers = session.steps(JUDGES, judge_id)
    steps = steps_of(JUDGE, [one for one in offers if one.step.event in JUDGE_EVENTS], request)
    with_steps = [
        (sheet, steps_of(SHEET, [one for one in offers if one.step.event in SHEET_EVENTS], request))
        for sheet, offers in sheets.list_sheets_of(session, judge)
    ]
    one = get_hackathon(session, hackathon_id)
    known = know(session, request, hackathon_id, [judge.person_id], sheets_of=judge.person_id)
    return Seen(one, judge, known, steps, with_steps)


async def _judge_page(
    request: PortalRequest, hackathon_id: UUID, judge_id: UUID, refused: FalajError | None = None
) -> Response:
    seen = await request.look(lambda session: _look_at_judge(session, request, hackathon_id, judge_id))
    return render_page(
        request,
        "contest/jury/judge.html",
        step_words=await words_about(request, JUDGE, {judge_id: seen.judge.state})
        | await words_about(request, SHEET, {sheet.sheet_id: sheet.state for sheet, _ in seen.sheets}),
        title=seen.known.people[seen.judge.person_id],
        here="hackathons",
        refused=refused,
        hackathon_title=title_of(request, seen.one),
        **seen._asdict(),
        **vocabulary(),
    )
