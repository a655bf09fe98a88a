"""What was decided about submissions: prepared quietly, told to all teams at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.outbox.model import Mail
from casework.workflow import preparing
from casework.workflow.errors import NotAllowed
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.submissions import repository
from hackathon.contest.submissions.desk import SubmissionDesk
from hackathon.contest.submissions.machine import STAFF, SUBMISSION
from hackathon.contest.submissions.mails import Field, to_team
from hackathon.contest.submissions.model import Prepared
from hackathon.contest.submissions.repository import SUBMISSIONS


def list_prepared(connection: Connection, actor: Actor, hackathon_id: UUID) -> list[Prepared]:
    """What waits for its release, without what the organiser must not know of; :class:`NotAllowed`."""
    if not holds_any(actor, STAFF, scopes_of(hackathon_id)):
        raise NotAllowed
    with connection.transaction():
        hidden = hidden_teams(connection, actor, hackathon_id)
        return repository.find_prepared(connection, hackathon_id, hidden)


def release(
    connection: Connection,
    desk: SubmissionDesk,
    decision_ids: Sequence[UUID],
    actor: Actor,
    settings: WorkflowSettings,
) -> list[Moved]:
    """Tell these decisions, all or none, and mail everybody in the teams."""

    def mails(_decision: PreparedStep, moved: Moved) -> Iterator[Mail]:
        return _mails(connection, desk, moved)

    return preparing.release(connection, SUBMISSIONS, decision_ids, actor, desk.desk.clock, settings, mails)


def _mails(connection: Connection, desk: SubmissionDesk, moved: Moved) -> Iterator[Mail]:
    submission = repository.find_submission(connection, moved.object_id)
    assert submission is not None
    fields: dict[str, Field] = {"state": SUBMISSION.label("state", moved.target)}
    template = "decided"
    if moved.reason is not None:
        fields["reason"], template = SUBMISSION.label("reason", moved.reason), "decided_with_reason"
    return to_team(connection, desk, submission, template, **fields)
