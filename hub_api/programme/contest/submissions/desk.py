"""``/portal/hackathons/…/desk/submissions``: organisers look at submissions, screen them and let late ones in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.codes.model import Code
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow import preparing as engine
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import decisions, writing
from hackathon.contest.submissions.machine import HANDING_IN, SUBMISSION
from hackathon.contest.submissions.model import Page, Prepared, Submission, Version
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.service import (
    count_submissions,
    get_submission,
    list_submissions,
    list_versions,
)
from hub_api.programme.contest.submissions.words import title_of, vocabulary
from hub_api.programme.contest.submissions.work import challenge_of, steps_with
from hub_api.programme.contest.teams.words import require_staff
from hub_api.programme.kit import reveal
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import Step

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/submissions", include_in_schema=False)
#: Carries a code of late access from the answer that made it to the page that shows it, once.
LATE_COOKIE = "falaj_late_code"
#: What organisers decide and do; the rest is the team's and the clock's.
DECIDED = ("accept", "reject", "advance", "leave_out")
#: Not mentioned where there is no next round.
ROUNDS = frozenset({"advance", "leave_out"})
DONE = ("disqualify", "reinstate")


class Listed(NamedTuple):
    """Submissions that were looked for, all by state, and what waits for its release."""

    hackathon: Hackathon
    found: Page
    counts: dict[str, int]
    prepared: list[Prepared]
    closes_at: datetime | None


class Looked(NamedTuple):
    """A submission as its organisers see it."""

    submission: Submission
    challenge: Challenge | None
    questions: tuple[FormField, ...]
    versions: list[Version]
    steps: list[Step]
    prepared: Prepared | None


@router.get("")
async def show_submissions(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", state: str = "", after: UUID | None = None
) -> Response:
    return await _list_page(request, hackathon_id, q, state, after)


@router.post("/release")
async def release(request: CurrentRequest, hackathon_id: UUID) -> Response:
    """Tell the teams, all at once."""
    form = await _form(request, hackathon_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(session: Session) -> None:
        decisions.release(session, chosen)

    try:
        await request.act(work)
    except FalajError as error:
        return await _list_page(request, hackathon_id, refused=error)
    return request.go(f"/hackathons/{hackathon_id}/desk/submissions", "decisions_released")


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(
    request: CurrentRequest, hackathon_id: UUID, decision_id: UUID, on: UUID | None = None
) -> Response:
    _ = await _form(request, hackathon_id)
    place = f"/hackathons/{hackathon_id}/desk/submissions"

    def work(session: Session) -> None:
        engine.withdraw(session.connection, SUBMISSIONS, decision_id, request.actor, session.programme.clock)

    try:
        await request.act(work)
    except FalajError as error:
        return await _list_page(request, hackathon_id, refused=error)
    return request.go(place if on is None else f"{place}/{on}", "step_taken")


@router.get("/{submission_id}")
async def show_submission(request: CurrentRequest, hackathon_id: UUID, submission_id: UUID) -> Response:
    return await _one_page(
        request, hackathon_id, submission_id, Form(), code=_take_code(request, submission_id)
    )


@router.post("/{submission_id}/prepare")
async def prepare(request: CurrentRequest, hackathon_id: UUID, submission_id: UUID) -> Response:
    """Decide quietly; the team is told with the others."""
    form = await _form(request, hackathon_id)
    event, version = form.text("event"), form.number("version")
    if event not in DECIDED:
        raise FormUnreadable

    def work(session: Session) -> None:
        engine.prepare(
            session.connection,
            SUBMISSIONS,
            submission_id,
            event,
            request.actor,
            session.programme.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(request, hackathon_id, submission_id, form, work, "prepared")


@router.post("/{submission_id}/step")
async def take_step(request: CurrentRequest, hackathon_id: UUID, submission_id: UUID) -> Response:
    form = await _form(request, hackathon_id)
    event, version = form.text("event"), form.number("version")
    if event not in DONE:
        raise FormUnreadable

    def work(session: Session) -> None:
        writing.move(session, submission_id, event, version, form.optional("reason"))

    return await _attempt(request, hackathon_id, submission_id, form, work, "step_taken")


@router.post("/{submission_id}/late")
async def grant_late(request: CurrentRequest, hackathon_id: UUID, submission_id: UUID) -> Response:
    """A code for this team, which the next page shows this once."""
    form = await _form(request, hackathon_id)

    def work(session: Session) -> None:
        until = form.chosen_instant("until")
        code = writing.grant_late_access(session, submission_id, until)
        reveal.keep(request, LATE_COOKIE, submission_id, f"{code.text}.{int(code.expires_at.timestamp())}")

    return await _attempt(request, hackathon_id, submission_id, form, work, "late_granted")


async def _form(request: PortalRequest, hackathon_id: UUID) -> Form:
    """Only of those who organise it: a stranger does not learn what is wrong with a form."""
    _, form = request.person, await request.form()
    require_staff(request, hackathon_id)
    return form


async def _attempt(  # noqa: PLR0913, PLR0917 (what is done, and where it stood)
    request: PortalRequest,
    hackathon_id: UUID,
    submission_id: UUID,
    form: Form,
    work: Callable[[Session], object],
    notice: str,
) -> Response:
    def here(session: Session) -> None:
        _get(session, hackathon_id, submission_id)
        work(session)

    try:
        await request.act(here)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _one_page(request, hackathon_id, submission_id, form, error)
    return request.go(f"/hackathons/{hackathon_id}/desk/submissions/{submission_id}", notice)


async def _list_page(  # noqa: PLR0913, PLR0917 (the sides of a search)
    request: PortalRequest,
    hackathon_id: UUID,
    q: str = "",
    state: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
) -> Response:
    require_staff(request, hackathon_id)
    chosen = state if state in {one.name for one in SUBMISSION.states} else None

    def work(session: Session) -> Listed:
        hackathon = get_hackathon(session, hackathon_id)
        found = list_submissions(
            session,
            hackathon_id,
            words=q,
            state=chosen,
            after=after,
            rows=request.office.settings.portal.page_rows,
        )
        counts = count_submissions(session, hackathon_id)
        prepared = decisions.list_prepared(session, hackathon_id)
        planned = {one.name: one.instant for one in find_deadlines(session.connection, hackathon_id)}
        return Listed(hackathon, found, counts, prepared, planned.get(writing.CLOSE))

    shown = await request.look(work)
    return render_page(
        request,
        "contest/submissions/desk.html",
        title=WORDS.text("submissions.desk", request.language),
        here="hackathons",
        refused=refused,
        q=q,
        state_chosen=chosen,
        hackathon=shown.hackathon,
        closes_at=shown.closes_at,
        hackathon_title=title_of(shown.hackathon, request),
        submissions=shown.found.submissions,
        after=shown.found.after,
        counts=dict(sorted(shown.counts.items())),
        prepared=shown.prepared,
        **vocabulary(request),
    )


async def _one_page(  # noqa: PLR0913, PLR0917 (what is shown, and what stood against it)
    request: PortalRequest,
    hackathon_id: UUID,
    submission_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    code: Code | None = None,
) -> Response:
    require_staff(request, hackathon_id)
    looked = await request.look(lambda session: _look(session, request, hackathon_id, submission_id))
    one = looked.submission
    return render_page(
        request,
        "contest/submissions/desk_one.html",
        step_words=await _words(request, looked),
        title=one.draft.title or one.team_name,
        here="hackathons",
        refused=refused,
        form=form,
        code=code,
        may_grant=one.hackathon_state in HANDING_IN and one.state not in {"disqualified", "withdrawn"},
        **looked._asdict(),
        **vocabulary(request),
    )


async def _words(request: PortalRequest, looked: Looked) -> dict[UUID, str]:
    """What was added to its newest step, and to the decision that waits."""
    waiting = () if looked.prepared is None else (looked.prepared.decision.prepared_id,)
    return await request.words_of(looked.submission.submission_id, *waiting)


def _look(session: Session, request: PortalRequest, hackathon_id: UUID, submission_id: UUID) -> Looked:
    one = _get(session, hackathon_id, submission_id)
    prepared = decisions.list_prepared(session, hackathon_id)
    steps = steps_with(session, request, submission_id, (*DECIDED, *DONE))
    return Looked(
        one,
        challenge_of(session, one),
        writing.get_form(session, hackathon_id),
        list_versions(session, submission_id),
        [one for one in steps if one.event not in ROUNDS or one.refusal is None],
        next((each for each in prepared if each.decision.object_id == submission_id), None),
    )


def _get(session: Session, hackathon_id: UUID, submission_id: UUID) -> Submission:
    """Of this hackathon; :class:`NoSuchObject`."""
    one = get_submission(session, submission_id)
    if one.hackathon_id != hackathon_id:
        raise NoSuchObject
    return one


def _take_code(request: PortalRequest, submission_id: UUID) -> Code | None:
    text, _, until = (reveal.take(request, LATE_COOKIE, submission_id) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
