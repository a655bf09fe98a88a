"""``/portal/account/judging`` and ``/portal/hackathons/…/judging``: what a judge is asked, and has before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.organisations import service as organisations
from casework.organisations.model import Organisation, Search
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.contest.hackathons.machine import UNPUBLISHED
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import judges
from hackathon.contest.jury.machines import GONE, JUDGE
from hackathon.contest.jury.model import OwnJudging, StoredSheet, Terms
from hackathon.contest.jury.repository import JUDGES
from hackathon.contest.jury.sheets import find_titles, list_own_sheets
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import list_teams
from hub_api.programme.contest.jury.words import title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a judge does with the part itself; the others are the organisers'.
OWN_EVENTS = ("accept", "decline", "resign")
HANDED_IN = ("submitted", "locked")


@router.get("/account/judging")
async def show_own(request: CurrentRequest) -> Response:
    _ = request.person
    return await _own_page(request)


@router.post("/account/judging/{judge_id}/step")
async def take_step(request: CurrentRequest, judge_id: UUID) -> Response:
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(session: Session) -> None:
        judges.move(session, judge_id, event, version, form.optional("reason"))

    try:
        await request.act(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _own_page(request, error)
    return request.go("/account/judging", "step_taken")


@router.get("/hackathons/{hackathon_id}/judging")
async def show_judging(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    shown = await request.look(lambda session: _look(session, hackathon_id))
    values: dict[str, Any] = shown._asdict()
    standing = [one for one in shown.sheets if one.state not in GONE]
    return render_page(
        request,
        "contest/jury/judging.html",
        title=title_of(request, shown.one),
        here="account",
        **values,
        handed_in=sum(one.state in HANDED_IN for one in standing),
        standing=len(standing),
        declarations_max=request.office.settings.jury.declarations_max,
        **vocabulary(),
    )


@router.get("/hackathons/{hackathon_id}/judging/interests")
async def show_interests(request: CurrentRequest, hackathon_id: UUID, q: str = "") -> Response:
    _ = request.person
    return await _interests_page(request, hackathon_id, q)


@router.post("/hackathons/{hackathon_id}/judging/interests")
async def declare(request: CurrentRequest, hackathon_id: UUID) -> Response:
    """Of a team or an organisation out of the list, or of a person by address."""
    _, form = request.person, await request.form()
    email = form.optional("email")
    about = None if email else form.id("about")

    def work(session: Session) -> None:
        _require_judge(session, hackathon_id)
        if about is not None:
            judges.declare_interest(session, hackathon_id, about)
        elif email is not None:
            judges.declare_person(session, hackathon_id, email)

    try:
        await request.act(work)
    except NoSuchObject:
        raise
    except FalajError as error:
        return await _interests_page(request, hackathon_id, form.text("q"), form, error)
    return request.go(f"/hackathons/{hackathon_id}/judging/interests", "interest_declared")


class Judged(NamedTuple):
    """A hackathon as its judge sees it; ``until`` is when nobody can give marks any more at the latest."""

    one: Hackathon
    sheets: list[StoredSheet]
    titles: dict[UUID, str]
    terms: Terms | None
    until: datetime | None


class Close(NamedTuple):
    """What a judge can be close to."""

    one: Hackathon
    teams: list[Team]
    organisations: list[Organisation]


def _require_judge(session: Session, hackathon_id: UUID) -> None:
    """Nobody else learns that there is such a page."""
    if judges.find_own_judge(session, hackathon_id) is None:
        raise NoSuchObject


def _look(session: Session, hackathon_id: UUID) -> Judged:
    one = get_hackathon(session, hackathon_id)
    _require_judge(session, hackathon_id)
    sheets = list_own_sheets(session, hackathon_id)
    titles = find_titles(session, hackathon_id)
    try:
        terms = judges.get_terms(session, hackathon_id, max(1, one.round))
    except NoSuchObject:
        terms = None
    planned = {
        deadline.name: deadline.instant for deadline in find_deadlines(session.connection, hackathon_id)
    }
    return Judged(one, sheets, titles, terms, planned.get("appeals_close"))


async def _interests_page(
    request: PortalRequest,
    hackathon_id: UUID,
    q: str,
    form: Form | None = None,
    refused: FalajError | None = None,
) -> Response:
    rows = request.office.settings.portal.page_rows

    def work(session: Session) -> Close:
        one = get_hackathon(session, hackathon_id)
        _require_judge(session, hackathon_id)
        if not q.strip():
            return Close(one, [], [])
        teams = list_teams(session, hackathon_id, words=q, rows=rows)
        found = organisations.search(session, request.language, Search(q, rows=rows))
        return Close(one, teams.teams, found.organisations)

    close = await request.look(work)
    return render_page(
        request,
        "contest/jury/interests.html",
        title=WORDS.text("jury.interests", request.language),
        here="account",
        refused=refused,
        form=form or Form(),
        q=q,
        hackathon_title=title_of(request, close.one),
        rows=rows,
        **close._asdict(),
    )


async def _own_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    def work(session: Session) -> list[tuple[OwnJudging, list[Step]]]:
        return [(one, _steps(session, request, one)) for one in judges.list_own_judging(session)]

    judging = await request.look(work)
    return render_page(
        request,
        "contest/jury/own.html",
        step_words=await words_about(
            request, JUDGE, {one.judge.judge_id: one.judge.state for one, _ in judging}
        ),
        title=WORDS.text("jury.own", request.language),
        here="account",
        refused=refused,
        judging=judging,
        unpublished=UNPUBLISHED,
        **vocabulary(),
    )


def _steps(session: Session, request: PortalRequest, one: OwnJudging) -> list[Step]:
    judge_id = one.judge.judge_id
    if JUDGE.state(one.judge.state).is_terminal:
        return []
    offers = session.steps(JUDGES, judge_id)
    return steps_of(JUDGE, [offer for offer in offers if offer.step.event in OWN_EVENTS], request)
