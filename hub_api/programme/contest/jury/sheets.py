"""``/portal/sheets``: a score sheet beside what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import sheets
from hackathon.contest.jury.judges import get_terms
from hackathon.contest.jury.machines import SHEET, WRITABLE
from hackathon.contest.jury.model import StoredSheet, Terms
from hackathon.contest.jury.repository import SHEETS
from hackathon.contest.submissions.model import Version
from hackathon.contest.submissions.service import get_handed_in
from hackathon.contest.submissions.writing import get_form
from hackathon.contest.teams.model import Team
from hackathon.contest.teams.service import get_team
from hub_api.programme.contest.jury.marks import Written, lines_of, written
from hub_api.programme.contest.jury.words import title_of, vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step, steps_of

router = APIRouter(prefix="/portal/sheets/{sheet_id}", include_in_schema=False)
#: Beside writing and handing in, which the form does.
OWN_EVENTS = ("accept", "decline", "recuse")


@router.get("")
async def show_sheet(request: CurrentRequest, sheet_id: UUID) -> Response:
    _ = request.person
    return await _sheet_page(request, sheet_id, Form())


@router.post("")
async def send_sheet(request: CurrentRequest, sheet_id: UUID) -> Response:
    """Save what the judge thinks so far, or hand it in; refused, all that was typed stays in the form."""
    _, form = request.person, await request.form()
    version, is_final = form.number("version"), form.text("then") == "submit"

    def work(session: Session) -> None:
        sheet = sheets.get_sheet(session, sheet_id)
        terms = get_terms(session, sheet.hackathon_id, sheet.round)
        new, store = written(form, terms.rubric), sheets.hand_in if is_final else sheets.write
        store(session, sheet_id, new.marks, new.comments, new.remark, version)

    try:
        await request.act(work)
    except FalajError as error:
        return await _sheet_page(request, sheet_id, form, error)
    return request.go(f"/sheets/{sheet_id}", "sheet_handed_in" if is_final else "sheet_saved")


@router.post("/step")
async def take_step(request: CurrentRequest, sheet_id: UUID) -> Response:
    """Accept it, or give it back: then it is gone, and the judge is led to the others."""
    _, form = request.person, await request.form()
    event, version = form.text("event"), form.number("version")
    if event not in OWN_EVENTS:
        raise FormUnreadable

    def work(session: Session) -> UUID:
        sheet = sheets.get_sheet(session, sheet_id)
        sheets.move(session, sheet_id, event, version, form.optional("reason"))
        return sheet.hackathon_id

    try:
        hackathon_id = await request.act(work)
    except FalajError as error:
        return await _sheet_page(request, sheet_id, Form(), error)
    if event == "accept":
        return request.go(f"/sheets/{sheet_id}", "step_taken")
    return request.go(f"/hackathons/{hackathon_id}/judging", "sheet_given_back")


class Shown(NamedTuple):
    """A sheet with what it is about."""

    sheet: StoredSheet
    terms: Terms
    one: Hackathon
    team: Team
    version: Version
    questions: Sequence[FormField]
    steps: list[Step]


def _look(session: Session, request: PortalRequest, sheet_id: UUID) -> Shown:
    sheet = sheets.get_sheet(session, sheet_id)
    version = get_handed_in(session, sheet.submission_id)
    if version is None:
        raise NoSuchObject
    offers = session.steps(SHEETS, sheet_id)
    own = [offer for offer in offers if offer.step.event in OWN_EVENTS]
    return Shown(
        sheet,
        get_terms(session, sheet.hackathon_id, sheet.round),
        get_hackathon(session, sheet.hackathon_id),
        get_team(session, sheet.team_id),
        version,
        get_form(session, sheet.hackathon_id),
        steps_of(SHEET, own, request),
    )


async def _sheet_page(
    request: PortalRequest, sheet_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, request, sheet_id))
    sheet, content = shown.sheet, shown.version.content
    stored = Written(dict(sheet.sheet.marks), dict(sheet.sheet.comments), sheet.sheet.remark)
    lines = list(lines_of(shown.terms.rubric, stored, form))
    return render_page(
        request,
        "contest/jury/sheet.html",
        title=content.title,
        here="account",
        refused=refused,
        sheet=sheet,
        hackathon_title=title_of(request, shown.one),
        team=shown.team,
        handed_in=shown.version,
        questions=shown.questions,
        steps=shown.steps,
        lines=lines,
        scale=shown.terms.rubric.scale,
        remark=form.text("remark") if form.fields else stored.remark,
        is_writable=sheet.state in WRITABLE,
        comment_characters_max=request.office.settings.jury.comment_characters_max,
        **vocabulary(),
    )
