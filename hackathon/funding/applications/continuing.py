"""From a hackathon to a call: what a team has won with goes on as an application of one of its members."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from casework.programme import Session
from citycore.store.rows import known
from hackathon.contest.results.model import Continuation
from hackathon.contest.results.repository import add_continuation, find_continuations
from hackathon.contest.results.service import has_won
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.repository import find_submission, find_version
from hackathon.contest.submissions.rules import is_own
from hackathon.funding.applications.errors import NotYourSubmission
from hackathon.funding.applications.model import Application, Content
from hackathon.funding.calls.repository import find_call


def draft_from(session: Session, submission_id: UUID, content: Content) -> Content:
    """The title and the summary of what won, with the rest of ``content``; :class:`NotYourSubmission`."""
    submission = _find(session, submission_id)
    handed_in = find_version(session.connection, submission_id)
    text = submission.draft if handed_in is None else handed_in.content
    return replace(content, title=text.title, summary=text.summary)


def note_onward(session: Session, application: Application) -> None:
    """Let the page of the submission say that it went on, once for each call; in the caller's transaction."""
    if application.submission_id is None:
        return
    call = known(find_call(session.connection, application.call_id))
    noted = (Continuation.FUNDING_CALL, call.description.terms.code)
    if noted not in find_continuations(session.connection, application.submission_id):
        add_continuation(
            session.connection, session.new_id(), application.submission_id, noted, session.now()
        )


def may_continue(session: Session, submission_id: UUID) -> bool:
    """Whether the actor can apply with a submission."""
    try:
        _find(session, submission_id)
    except NotYourSubmission:
        return False
    return True


def _find(session: Session, submission_id: UUID) -> Submission:
    submission = find_submission(session.connection, submission_id)
    if submission is None or not is_own(session.actor, submission):
        raise NotYourSubmission
    if not has_won(session.connection, submission):
        raise NotYourSubmission
    return submission
