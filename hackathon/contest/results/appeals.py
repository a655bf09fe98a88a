"""Appeals: one a team, while results are provisional, answered by somebody who did not make them."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved
from citycore.store.rows import known, row_of
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.interests.service import hidden_scores
from hackathon.contest.results import errors, repository
from hackathon.contest.results.errors import check_text
from hackathon.contest.results.machine import APPEAL, CAPTAIN, STAFF
from hackathon.contest.results.model import Answer, Appeal
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.results.settings import ResultSettings
from hackathon.contest.teams.machine import MEMBERS


def file(session: Session, team_id: UUID, text: str) -> Appeal:
    """A captain says what is wrong, once, before appeals close."""
    check_text(text, session.of(ResultSettings).appeal_characters_max)
    hackathon_id = row_of(session.connection, UUID, repository.QUERIES["team"], {"team_id": team_id})
    at = session.now()
    if hackathon_id is None or not session.holds(CAPTAIN, [Scope(ScopeKind.TEAM, team_id)]):
        raise NoSuchObject
    appeal = Appeal(session.new_id(), hackathon_id, team_id, text, None, APPEAL.initial.name, None, 1, at)
    if not repository.store_appeal(session.connection, appeal):
        raise errors.AppealedAlready
    session.apply(APPEALS, appeal.appeal_id, "file", 1)
    return _find(session, appeal.appeal_id)


def may_file(session: Session, team_id: UUID) -> bool:
    """Whether somebody could appeal for a team now, who has not yet."""
    at = session.now()
    if not session.holds(CAPTAIN, [Scope(ScopeKind.TEAM, team_id)]):
        return False
    parameters = {"team_id": team_id, "at": at}
    return session.connection.execute(repository.QUERIES["may_appeal"], parameters).fetchone() is not None


def decide(session: Session, appeal_id: UUID, answer: Answer, seen_version: int) -> Moved:
    """Uphold an appeal or dismiss it, with an answer that the team reads."""
    check_text(answer.text, session.of(ResultSettings).reason_characters_max)
    if answer.event not in {"uphold", "dismiss"}:
        raise ValueError("an appeal is upheld or dismissed")
    moved = session.apply(APPEALS, appeal_id, answer.event, seen_version, answer.reason)
    parameters = {"appeal_id": appeal_id, "answer": answer.text}
    session.connection.execute(repository.QUERIES["answer_appeal"], parameters)
    return moved


def withdraw(session: Session, appeal_id: UUID, seen_version: int) -> Moved:
    """A captain takes the appeal back."""
    return session.apply(APPEALS, appeal_id, "withdraw", seen_version)


def find_own_appeal(session: Session, hackathon_id: UUID, team_id: UUID) -> Appeal | None:
    """The appeal of a team that the actor belongs to."""
    if not holds_any(session.actor, MEMBERS, [Scope(ScopeKind.TEAM, team_id)]):
        raise NoSuchObject
    found = repository.find_appeals(session.connection, hackathon_id, team_id=team_id)
    return found[0] if found else None


def list_appeals(session: Session, hackathon_id: UUID) -> list[Appeal]:
    """All of a hackathon, for organisers."""
    session.require(STAFF, scopes_of(hackathon_id))
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_appeals(session.connection, hackathon_id, hidden=hidden)


def _find(session: Session, appeal_id: UUID) -> Appeal:
    return known(repository.find_appeal(session.connection, appeal_id))
