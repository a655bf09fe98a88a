"""What was decided about submissions: prepared quietly, told to all teams at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from casework.access.rules import holds_any
from casework.outbox.model import Mail
from casework.people.mails import Field
from casework.programme import Session
from casework.workflow import preparing
from casework.workflow.errors import NotAllowed
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.settings import WorkflowSettings
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.submissions import repository
from hackathon.contest.submissions.machine import STAFF, SUBMISSION
from hackathon.contest.submissions.mails import to_team
from hackathon.contest.submissions.model import Prepared
from hackathon.contest.submissions.repository import SUBMISSIONS


def list_prepared(session: Session, hackathon_id: UUID) -> list[Prepared]:
    """What waits for its release, without what the organiser must not know of; :class:`NotAllowed`."""
    if not holds_any(session.actor, STAFF, scopes_of(hackathon_id)):
        raise NotAllowed
    hidden = hidden_teams(session.connection, session.actor, hackathon_id)
    return repository.find_prepared(session.connection, hackathon_id, hidden)


def release(session: Session, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell these decisions, all or none, and mail everybody in the teams."""

    def mails(_decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
        return _mails(session, moved)

    return preparing.release(
        session.connection,
        SUBMISSIONS,
        decision_ids,
        session.actor,
        session.programme.clock,
        session.of(WorkflowSettings),
        mails,
    )


def _mails(session: Session, moved: Moved) -> Iterator[Mail]:
    submission = repository.find_submission(session.connection, moved.object_id)
    assert submission is not None
    fields: dict[str, Field] = {"state": SUBMISSION.label("state", moved.target)}
    template = "decided"
    if moved.reason is not None:
        fields["reason"], template = SUBMISSION.label("reason", moved.reason), "decided_with_reason"
    return to_team(session, submission, template, **fields)
