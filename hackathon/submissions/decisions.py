"""What was decided about submissions: prepared quietly, told to all teams at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from citycore.store.connections import Connection
from hackathon.access.model import Actor
from hackathon.access.rules import holds_any
from hackathon.hackathons.rules import scopes_of
from hackathon.interests.service import hidden_teams
from hackathon.outbox.model import Mail, Template
from hackathon.people.model import State
from hackathon.people.repository import find_person
from hackathon.submissions import repository
from hackathon.submissions.desk import SubmissionDesk
from hackathon.submissions.machine import STAFF, SUBMISSION
from hackathon.submissions.model import Prepared
from hackathon.submissions.repository import SUBMISSIONS
from hackathon.teams.repository import find_members
from hackathon.workflow import decisions
from hackathon.workflow.errors import NotAllowed
from hackathon.workflow.model import Decision, Moved
from hackathon.workflow.settings import WorkflowSettings
from hackathon.workflow.wording import Label

_DECIDED = Template(SUBMISSION.package, "decided")
_DECIDED_WITH_REASON = Template(SUBMISSION.package, "decided_with_reason")


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

    def mails(_decision: Decision, moved: Moved) -> Iterator[Mail]:
        return _mails(connection, desk, moved)

    return decisions.release(connection, SUBMISSIONS, decision_ids, actor, desk.desk.clock, settings, mails)


def _mails(connection: Connection, desk: SubmissionDesk, moved: Moved) -> Iterator[Mail]:
    submission = repository.find_submission(connection, moved.object_id)
    assert submission is not None
    for member in find_members(connection, submission.team_id):
        person = None if member.person_id is None else find_person(connection, member.person_id)
        if member.state != "member" or person is None or person.email is None:
            continue
        if person.state is not State.ACTIVE:
            continue
        fields: dict[str, str | int | datetime | Label] = {
            "name": person.names.shown(person.language), "title": submission.draft.title,
            "state": SUBMISSION.label("state", moved.target),
            "link": f"{desk.desk.settings.portal_url.rstrip('/')}/submissions/{submission.submission_id}",
        }  # fmt: skip
        template = _DECIDED
        if moved.reason is not None:
            fields["reason"], template = SUBMISSION.label("reason", moved.reason), _DECIDED_WITH_REASON
        yield Mail(template, person.language, person.email, fields, person.person_id)
