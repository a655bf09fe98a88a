"""The page of a submission: at which its team works, and which everybody sees once it is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from starlette.responses import Response

from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import get_challenge
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.machine import EDITABLE, STAFF, SUBMISSION
from hackathon.contest.submissions.model import Submission, Version
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.rules import is_own, is_public, scopes_of
from hackathon.contest.submissions.service import get_dossier, get_submission
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
from hub_api.programme.kit.rendering import render_page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import Step, steps_of, words_about
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
    request: PortalRequest,
    submission_id: UUID,
    form: Form,
    work: Callable[[Session], object],
    notice: str,
) -> Response:
    """Do it and show the page anew, or with what stood against it and what was typed."""
    try:
        await request.act(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await submission_page(request, submission_id, form, error)
    return request.go(f"/submissions/{submission_id}", notice)


async def submission_page(
    request: PortalRequest, submission_id: UUID, form: Form, refused: FalajError | None = None
) -> Response:
    shown = await request.look(lambda session: _look(session, request, submission_id))
    one = shown.submission
    own, closes_at, now = is_own(request.actor, one), shown.planned.get(CLOSE), request.office.clock()
    is_late = closes_at is not None and now >= closes_at
    settings = request.office.settings.submissions
    return render_page(
        request,
        "contest/submissions/work.html" if own else "contest/submissions/show.html",
        step_words=await words_about(request, SUBMISSION, {submission_id: one.state} if own else {}),
        title=one.draft.title,
        here="hackathons",
        refused=refused,
        form=form,
        hackathon_title=title_of(shown.hackathon, request),
        closes_at=closes_at,
        is_closed=is_late,
        is_editable=one.state in EDITABLE and not is_late,
        answer_name=answer_name,
        is_staff=holds_any(request.actor, STAFF, scopes_of(one)),
        is_public=is_public(one),
        limits=settings,
        proposing=await proposing(request, Origin.SUBMISSION, submission_id),
        journey=await journey_of(request, Kind.SUBMISSION, submission_id),
        accept=ACCEPT,
        **shown._asdict(),
        **vocabulary(request),
    )


def _look(session: Session, request: PortalRequest, submission_id: UUID) -> Shown:
    dossier = get_dossier(session, submission_id)
    one = dossier.submission
    own = is_own(request.actor, one)
    return Shown(
        one,
        get_hackathon(session, one.hackathon_id),
        challenge_of(session, one),
        dossier.form,
        dossier.versions,
        dossier.files,
        steps_with(session, request, submission_id, OWN_EVENTS) if own else [],
        deadlines_of(session, one),
        part_of(session, request, one),
        calls_to_go_on(session.connection, request, submission_id) if own else [],
    )


def save_texts(session: Session, request: PortalRequest, submission_id: UUID, form: Form) -> None:
    """What was typed beside a file, where the form brought it and it is new."""
    if "version" not in form.fields:
        return
    one = require_own(session, request, submission_id)
    content = content_of(form, get_form(session, one.hackathon_id))
    if content != one.draft:
        writing.write(session, submission_id, content, form.number("version"))


def require_own(session: Session, request: PortalRequest, submission_id: UUID) -> Submission:
    """Of whom the submission is; others do not learn more than they see, :class:`NoSuchObject`."""
    one = get_submission(session, submission_id)
    if not is_own(request.actor, one):
        raise NoSuchObject
    return one


def steps_with(
    session: Session, request: PortalRequest, submission_id: UUID, events: tuple[str, ...]
) -> list[Step]:
    """Those of these steps that the visitor can take."""
    offers = session.steps(SUBMISSIONS, submission_id)
    return steps_of(SUBMISSION, [one for one in offers if one.step.event in events], request)


def challenge_of(session: Session, submission: Submission) -> Challenge | None:
    """What it answers, where the visitor may see that."""
    if submission.challenge_id is None:
        return None
    try:
        return get_challenge(session, submission.challenge_id)
    except NoSuchObject:
        return None
