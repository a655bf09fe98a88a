"""What was decided about challenges, told to all agencies at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.repository import find_prepared_steps
from citycore.store.rows import known
from hackathon.contest.challenges import repository
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.repository import CHALLENGES


def list_prepared(session: Session, challenge_ids: Sequence[UUID]) -> list[PreparedStep]:
    """What was decided about these and is not told yet."""
    return find_prepared_steps(session.connection, CHALLENGE.name, list(challenge_ids))


def prepare(
    session: Session, challenge_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> PreparedStep:
    """Decide without telling the agency yet."""
    return session.prepare(CHALLENGES, challenge_id, event, seen_version, reason)


def take_back(session: Session, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    session.take_back(CHALLENGES, decision_id)


def release(session: Session, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell these decisions, all or none, and mail the officers of each agency."""
    return session.release(CHALLENGES, decision_ids, lambda _decision, moved: _mails(session, moved))


def _mails(session: Session, moved: Moved) -> Iterator[Mail]:
    challenge = known(repository.find_challenge(session.connection, moved.object_id))
    template = Template(CHALLENGE.package, "decided" if moved.reason is None else "decided_with_reason")
    recipients = find_speakers(session.connection, [challenge.organisation_id], Role.OFFICER, moved.at)
    title, link = challenge.description.title, session.link(f"/challenges/{moved.object_id}")
    return mails_to(template, recipients, title=title, challenge_link=link, **CHALLENGE.told(moved))
