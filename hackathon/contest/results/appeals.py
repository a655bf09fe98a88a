"""Appeals: one a team, while results are provisional, answered by somebody who did not make them."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from casework.workflow.service import apply
from citycore.store.connections import Connection
from citycore.store.rows import row_of
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.results import errors, repository
from hackathon.contest.results.desk import ResultDesk
from hackathon.contest.results.machine import APPEAL, CAPTAIN, STAFF
from hackathon.contest.results.model import Appeal
from hackathon.contest.results.repository import APPEALS
from hackathon.contest.teams.machine import MEMBERS


def file(connection: Connection, desk: ResultDesk, actor: Actor, team_id: UUID, text: str) -> Appeal:
    """A captain says what is wrong, once, before appeals close."""
    _check(text, desk.settings.appeal_characters_max)
    with connection.transaction():
        hackathon_id = row_of(connection, UUID, repository.QUERIES["team"], {"team_id": team_id})
        at = desk.desk.clock()
        if hackathon_id is None or not holds_any(actor.at(at), CAPTAIN, [Scope(ScopeKind.TEAM, team_id)]):
            raise NoSuchObject
        appeal = Appeal(
            desk.desk.new_id(), hackathon_id, team_id, text, None, APPEAL.initial.name, None, 1, at
        )
        if not repository.store_appeal(connection, appeal):
            raise errors.AppealedAlready
        apply(connection, APPEALS, appeal.appeal_id, "file", actor, desk.desk.clock, seen_version=1)
        return _find(connection, appeal.appeal_id)


def may_file(connection: Connection, desk: ResultDesk, actor: Actor, team_id: UUID) -> bool:
    """Whether somebody could appeal for a team now, who has not yet."""
    at = desk.desk.clock()
    if not holds_any(actor.at(at), CAPTAIN, [Scope(ScopeKind.TEAM, team_id)]):
        return False
    with connection.transaction():
        row = connection.execute(repository.QUERIES["may_appeal"], {"team_id": team_id, "at": at}).fetchone()
    return row is not None


def decide(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: ResultDesk,
    actor: Actor,
    appeal_id: UUID,
    event: str,
    reason: str,
    answer: str,
    seen_version: int,
) -> Moved:
    """Uphold an appeal or dismiss it, with an answer that the team reads."""
    _check(answer, desk.settings.reason_characters_max)
    if event not in {"uphold", "dismiss"}:
        raise ValueError("an appeal is upheld or dismissed")
    with connection.transaction():
        moved = apply(
            connection,
            APPEALS,
            appeal_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        connection.execute(repository.QUERIES["answer_appeal"], {"appeal_id": appeal_id, "answer": answer})
        return moved


def withdraw(
    connection: Connection, desk: ResultDesk, actor: Actor, appeal_id: UUID, seen_version: int
) -> Moved:
    """A captain takes the appeal back."""
    return apply(
        connection, APPEALS, appeal_id, "withdraw", actor, desk.desk.clock, seen_version=seen_version
    )


def find_own_appeal(connection: Connection, actor: Actor, hackathon_id: UUID, team_id: UUID) -> Appeal | None:
    """The appeal of a team that the actor belongs to."""
    if not holds_any(actor, MEMBERS, [Scope(ScopeKind.TEAM, team_id)]):
        raise NoSuchObject
    with connection.transaction():
        found = repository.find_appeals(connection, hackathon_id, team_id=team_id)
    return found[0] if found else None


def list_appeals(connection: Connection, desk: ResultDesk, actor: Actor, hackathon_id: UUID) -> list[Appeal]:
    """All of a hackathon, for organisers."""
    if not holds_any(actor.at(desk.desk.clock()), STAFF, scopes_of(hackathon_id)):
        raise NotAllowed
    with connection.transaction():
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        return repository.find_appeals(connection, hackathon_id, hidden=hidden)


def _find(connection: Connection, appeal_id: UUID) -> Appeal:
    appeal = repository.find_appeal(connection, appeal_id)
    assert appeal is not None
    return appeal


def _check(text: str, most: int) -> None:
    if not 1 <= len(text.strip()) <= most:
        raise errors.TextMissing(most=most)
