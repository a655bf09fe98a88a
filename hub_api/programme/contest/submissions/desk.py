"""``/portal/hackathons/…/desk/submissions``: organisers look at submissions, screen them and let late ones in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FormField
from casework.workflow import decisions as engine
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.repository import find_deadlines
from citycore.errors import FalajError
from citycore.store.connections import Connection
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
from hackathon.contest.teams.model import Code
from hub_api.programme.contest.submissions.words import title_of, vocabulary
from hub_api.programme.contest.submissions.work import challenge_of, steps_with
from hub_api.programme.contest.teams.words import require_staff
from hub_api.programme.kit import reveal
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.steps import Step
from hub_api.programme.kit.visit import Visit, VisitHere

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
    visit: VisitHere, hackathon_id: UUID, q: str = "", state: str = "", after: UUID | None = None
) -> Response:
    return await _list_page(visit, hackathon_id, q, state, after)


@router.post("/release")
async def release(visit: VisitHere, hackathon_id: UUID) -> Response:
    """Tell the teams, all at once."""
    form = await _form(visit, hackathon_id)
    try:
        chosen = [UUID(one) for one in form.all("decision")]
    except ValueError as error:
        raise FormUnreadable from error

    def work(connection: Connection) -> None:
        decisions.release(
            connection, visit.office.submissions, chosen, visit.actor, visit.office.settings.workflow
        )

    try:
        await visit.do(work)
    except FalajError as error:
        return await _list_page(visit, hackathon_id, refused=error)
    return visit.go(f"/hackathons/{hackathon_id}/desk/submissions", "decisions_released")


@router.post("/decisions/{decision_id}/withdraw")
async def withdraw(
    visit: VisitHere, hackathon_id: UUID, decision_id: UUID, on: UUID | None = None
) -> Response:
    _ = await _form(visit, hackathon_id)
    place = f"/hackathons/{hackathon_id}/desk/submissions"

    def work(connection: Connection) -> None:
        engine.withdraw(connection, SUBMISSIONS, decision_id, visit.actor, visit.office.clock)

    try:
        await visit.do(work)
    except FalajError as error:
        return await _list_page(visit, hackathon_id, refused=error)
    return visit.go(place if on is None else f"{place}/{on}", "step_taken")


@router.get("/{submission_id}")
async def show_submission(visit: VisitHere, hackathon_id: UUID, submission_id: UUID) -> Response:
    return await _one_page(visit, hackathon_id, submission_id, Form(), code=_take_code(visit, submission_id))


@router.post("/{submission_id}/prepare")
async def prepare(visit: VisitHere, hackathon_id: UUID, submission_id: UUID) -> Response:
    """Decide quietly; the team is told with the others."""
    form = await _form(visit, hackathon_id)
    event, version = form.text("event"), form.number("version")
    if event not in DECIDED:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        engine.prepare(
            connection,
            SUBMISSIONS,
            submission_id,
            event,
            visit.actor,
            visit.office.clock,
            seen_version=version,
            reason=form.optional("reason"),
        )

    return await _attempt(visit, hackathon_id, submission_id, form, work, "prepared")


@router.post("/{submission_id}/step")
async def take_step(visit: VisitHere, hackathon_id: UUID, submission_id: UUID) -> Response:
    form = await _form(visit, hackathon_id)
    event, version = form.text("event"), form.number("version")
    if event not in DONE:
        raise FormUnreadable

    def work(connection: Connection) -> None:
        writing.move(
            connection,
            visit.office.submissions,
            visit.actor,
            submission_id,
            event,
            version,
            form.optional("reason"),
        )

    return await _attempt(visit, hackathon_id, submission_id, form, work, "step_taken")


@router.post("/{submission_id}/late")
async def grant_late(visit: VisitHere, hackathon_id: UUID, submission_id: UUID) -> Response:
    """A code for this team, which the next page shows this once."""
    form = await _form(visit, hackathon_id)

    def work(connection: Connection) -> None:
        until = form.chosen_instant("until")
        code = writing.grant_late_access(
            connection, visit.office.submissions, visit.actor, submission_id, until
        )
        reveal.keep(visit, LATE_COOKIE, submission_id, f"{code.text}.{int(code.expires_at.timestamp())}")

    return await _attempt(visit, hackathon_id, submission_id, form, work, "late_granted")


async def _form(visit: Visit, hackathon_id: UUID) -> Form:
    """Only of those who organise it: a stranger does not learn what is wrong with a form."""
    _, form = visit.person, await visit.form()
    require_staff(visit, hackathon_id)
    return form


async def _attempt(  # noqa: PLR0913, PLR0917 (what is done, and where it stood)
    visit: Visit,
    hackathon_id: UUID,
    submission_id: UUID,
    form: Form,
    work: Callable[[Connection], None],
    notice: str,
) -> Response:
    def here(connection: Connection) -> None:
        _get(connection, visit, hackathon_id, submission_id)
        work(connection)

    try:
        await visit.do(here)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _one_page(visit, hackathon_id, submission_id, form, error)
    return visit.go(f"/hackathons/{hackathon_id}/desk/submissions/{submission_id}", notice)


async def _list_page(  # noqa: PLR0913, PLR0917 (the sides of a search)
    visit: Visit,
    hackathon_id: UUID,
    q: str = "",
    state: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
) -> Response:
    require_staff(visit, hackathon_id)
    chosen = state if state in {one.name for one in SUBMISSION.states} else None

    def work(connection: Connection) -> Listed:
        hackathon = get_hackathon(connection, hackathon_id, visit.actor)
        found = list_submissions(
            connection,
            visit.office.submissions,
            visit.actor,
            hackathon_id,
            words=q,
            state=chosen,
            after=after,
            rows=visit.office.settings.portal.page_rows,
        )
        counts = count_submissions(connection, visit.actor, hackathon_id)
        prepared = decisions.list_prepared(connection, visit.actor, hackathon_id)
        with connection.transaction():
            planned = {one.name: one.instant for one in find_deadlines(connection, hackathon_id)}
        return Listed(hackathon, found, counts, prepared, planned.get(writing.CLOSE))

    shown = await visit.do(work)
    return page(
        visit,
        "contest/submissions/desk.html",
        title=WORDS.text("submissions.desk", visit.language),
        here="hackathons",
        refused=refused,
        q=q,
        state_chosen=chosen,
        hackathon=shown.hackathon,
        closes_at=shown.closes_at,
        hackathon_title=title_of(shown.hackathon, visit),
        submissions=shown.found.submissions,
        after=shown.found.after,
        counts=dict(sorted(shown.counts.items())),
        prepared=shown.prepared,
        **vocabulary(visit),
    )


async def _one_page(  # noqa: PLR0913, PLR0917 (what is shown, and what stood against it)
    visit: Visit,
    hackathon_id: UUID,
    submission_id: UUID,
    form: Form,
    refused: FalajError | None = None,
    code: Code | None = None,
) -> Response:
    require_staff(visit, hackathon_id)
    looked = await visit.do(lambda connection: _look(connection, visit, hackathon_id, submission_id))
    one = looked.submission
    return page(
        visit,
        "contest/submissions/desk_one.html",
        step_words=await _words(visit, looked),
        title=one.draft.title or one.team_name,
        here="hackathons",
        refused=refused,
        form=form,
        code=code,
        may_grant=one.hackathon_state in HANDING_IN and one.state not in {"disqualified", "withdrawn"},
        **looked._asdict(),
        **vocabulary(visit),
    )


async def _words(visit: Visit, looked: Looked) -> dict[UUID, str]:
    """What was added to its newest step, and to the decision that waits."""
    waiting = () if looked.prepared is None else (looked.prepared.decision.decision_id,)
    return await visit.words_of(looked.submission.submission_id, *waiting)


def _look(connection: Connection, visit: Visit, hackathon_id: UUID, submission_id: UUID) -> Looked:
    one = _get(connection, visit, hackathon_id, submission_id)
    prepared = decisions.list_prepared(connection, visit.actor, hackathon_id)
    steps = steps_with(connection, visit, submission_id, (*DECIDED, *DONE))
    return Looked(
        one,
        challenge_of(connection, visit, one),
        writing.get_form(connection, visit.actor, hackathon_id),
        list_versions(connection, visit.actor, submission_id),
        [one for one in steps if one.event not in ROUNDS or one.refusal is None],
        next((each for each in prepared if each.decision.object_id == submission_id), None),
    )


def _get(connection: Connection, visit: Visit, hackathon_id: UUID, submission_id: UUID) -> Submission:
    """Of this hackathon; :class:`NoSuchObject`."""
    one = get_submission(connection, visit.actor, submission_id)
    if one.hackathon_id != hackathon_id:
        raise NoSuchObject
    return one


def _take_code(visit: Visit, submission_id: UUID) -> Code | None:
    text, _, until = (reveal.take(visit, LATE_COOKIE, submission_id) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
