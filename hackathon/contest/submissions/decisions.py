"""What was decided about submissions: prepared quietly, told to all teams at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from casework.outbox.model import Mail
from casework.programme import Session
from casework.workflow.model import Moved, PreparedStep
from citycore.store.rows import known
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.interests.service import hidden_from
from hackathon.contest.submissions import repository
from hackathon.contest.submissions.machine import STAFF, SUBMISSION
from hackathon.contest.submissions.mails import to_team
from hackathon.contest.submissions.model import Prepared
from hackathon.contest.submissions.repository import SUBMISSIONS


def list_prepared(session: Session, hackathon_id: UUID) -> list[Prepared]:
    """What waits for its release, without what the organiser must not know of; :class:`NotAllowed`."""
    session.require(STAFF, scopes_of(hackathon_id))
    hidden = hidden_from(session, hackathon_id)
    return repository.find_prepared(session.connection, hackathon_id, hidden)


def prepare(
    session: Session, submission_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> PreparedStep:
    """Decide quietly; the team is told with the others."""
    return session.prepare(SUBMISSIONS, submission_id, event, seen_version, reason)


def take_back(session: Session, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    session.take_back(SUBMISSIONS, decision_id)


def release(session: Session, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell these decisions, all or none, and mail everybody in the teams."""
    return session.release(SUBMISSIONS, decision_ids, lambda _decision, moved: _mails(session, moved))


def _mails(session: Session, moved: Moved) -> Iterator[Mail]:
    submission = known(repository.find_submission(session.connection, moved.object_id))
    template = "decided" if moved.reason is None else "decided_with_reason"
    return to_team(session, submission, template, **SUBMISSION.told(moved))
