"""The page of a submission: at which its team works, and which everybody sees once it is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from starlette.responses import Response

from casework.access.rules import holds_any
from casework.forms.model import FormField
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.service import possible_steps
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import get_challenge
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.machine import EDITABLE, STAFF, SUBMISSION
from hackathon.contest.submissions.model import StoredFile, Submission, Version
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import is_own, is_public, scopes_of
from hackathon.contest.submissions.service import get_submission, list_draft_files, list_versions
from hackathon.contest.submissions.writing import CLOSE, get_form
from hackathon.market.journeys.model import Kind
from hackathon.market.pilots.model import Origin
from hub_api.programme.contest.results.routes import part_of
from hub_api.programme.contest.submissions.words import (
    ACCEPT,
    answer_name,
    content_of,
    deadlines_of,
    title_of,
    vocabulary,
)
from hub_api.programme.funding.applications.onward import calls_to_go_on
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import page
from hub_api.programme.kit.steps import Step, steps_of, words_about
from hub_api.programme.kit.visit import Visit
from hub_api.programme.market.journeys.words import journey_of
from hub_api.programme.market.pilots.words import proposing

#: Beside writing and handing in, which the form does, and late access, which has a code.
OWN_EVENTS = ("reopen", "withdraw")


class Shown(NamedTuple):
    """A submission as its visitor sees it; ``files`` are those of the draft, ``steps`` what its team can do."""

    submission: Submission
    hackathon: Hackathon
    challenge: Challenge | None
    questions: tuple[FormField, ...]
    versions: list[Version]
    files: tuple[StoredFile, ...]
    steps: list[Step]
    planned: dict[str, datetime]
    result: Any
    calls_open: list[tuple[UUID, str]]


async def attempt(
    visit: Visit,
    submission_id: UUID,
    form: Form,
    work: Callable[[Connection], None],
    notice: str,
) -> Response:
    """Do it and show the page anew, or with what stood against it and what was typed."""
    try:
        await visit.do(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await submission_page(visit, submission_id, form, error)
    return visit.go(f"/submissions/{submission_id}", notice)


async def submission_page(
    visit: Visit, submission_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await visit.do(lambda connection: _look(connection, visit, submission_id))
    one = shown.submission
    own, closes_at, now = is_own(visit.actor, one), shown.planned.get(CLOSE), visit.office.clock()
    is_late = closes_at is not None and now >= closes_at
    settings = visit.office.settings.submissions
    return page(
        visit,
        "contest/submissions/work.html" if own else "contest/submissions/show.html",
        step_words=await words_about(visit, SUBMISSION, {submission_id: one.state} if own else {}),
        title=one.draft.title,
        here="hackathons",
        refused=refused,
        form=form,
        hackathon_title=title_of(shown.hackathon, visit),
        closes_at=closes_at,
        is_closed=is_late,
        is_editable=one.state in EDITABLE and not is_late,
        answer_name=answer_name,
        is_staff=holds_any(visit.actor, STAFF, scopes_of(one)),
        is_public=is_public(one),
        limits=settings,
        proposing=await proposing(visit, Origin.SUBMISSION, submission_id),
        journey=await journey_of(visit, Kind.SUBMISSION, submission_id),
        accept=ACCEPT,
        **shown._asdict(),
        **vocabulary(visit),
    )


def _look(connection: Connection, visit: Visit, submission_id: UUID) -> Shown:
    one = get_submission(connection, visit.actor, submission_id)
    own = is_own(visit.actor, one)
    return Shown(
        one,
        get_hackathon(connection, one.hackathon_id, visit.actor),
        challenge_of(connection, visit, one),
        get_form(connection, visit.actor, one.hackathon_id),
        list_versions(connection, visit.actor, submission_id),
        list_draft_files(connection, visit.actor, submission_id) if own else (),
        steps_with(connection, visit, submission_id, OWN_EVENTS) if own else [],
        deadlines_of(connection, one),
        part_of(connection, visit, submission_id),
        calls_to_go_on(connection, visit, submission_id) if own else [],
    )


def save_texts(connection: Connection, visit: Visit, submission_id: UUID, form: Form) -> None:
    """What was typed beside a file, where the form brought it and it is new."""
    if "version" not in form.fields:
        return
    one = require_own(connection, visit, submission_id)
    content = content_of(form, get_form(connection, visit.actor, one.hackathon_id))
    if content != one.draft:
        writing.write(
            connection, visit.office.submissions, visit.actor, submission_id, content, form.number("version")
        )


def require_own(connection: Connection, visit: Visit, submission_id: UUID) -> Submission:
    """Of whom the submission is; others do not learn more than they see, :class:`NoSuchObject`."""
    one = get_submission(connection, visit.actor, submission_id)
    if not is_own(visit.actor, one):
        raise NoSuchObject
    return one


def steps_with(
    connection: Connection, visit: Visit, submission_id: UUID, events: tuple[str, ...]
) -> list[Step]:
    """Those of these steps that the visitor can take."""
    offers = possible_steps(connection, SUBMISSIONS, submission_id, visit.actor, visit.office.clock)
    return steps_of(SUBMISSION, [one for one in offers if one.step.event in events], visit)


def challenge_of(connection: Connection, visit: Visit, submission: Submission) -> Challenge | None:
    """What it answers, where the visitor may see that."""
    if submission.challenge_id is None:
        return None
    try:
        return get_challenge(connection, submission.challenge_id, visit.actor)
    except NoSuchObject:
        return None
