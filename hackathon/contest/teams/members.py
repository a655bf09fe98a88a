"""Into a team and out of it: by code, by invitation, by request, and always agreed to by both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.limits import MailKind, count_mail
from casework.people.model import Visitor
from casework.people.repository import find_person
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved
from casework.workflow.repository import find_deadlines, set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, note
from casework.workflow.uniqueness import once
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.desk import TeamDesk
from hackathon.contest.teams.errors import (
    AlreadyAsked,
    CodeUnknown,
    InvitationGone,
    NotAMember,
    TeamClosed,
    TooManyWaiting,
)
from hackathon.contest.teams.machine import CAPTAIN, INVITATION, MEMBER, MEMBERS, OPEN, STAFF
from hackathon.contest.teams.model import Member, Team
from hackathon.contest.teams.repository import MEMBERS as MEMBER_ROWS
from hackathon.contest.teams.repository import TEAMS, NewMember
from hackathon.contest.teams.rules import scopes_of

FREEZE = "team_formation_closes"
#: What others decide about somebody, and the mail that says so.
_TOLD = {"approve": "taken_in", "refuse": "not_taken_in", "remove": "taken_out", "take_out": "taken_out"}


def make_code(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> Code:
    """A new code to join with, shown this once; the one before no longer counts."""
    text = new_code(desk.desk.random)
    with connection.transaction():
        standing = lock(connection, TEAMS, team_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), CAPTAIN, standing.scopes):
            raise NotAllowed
        if standing.state not in OPEN:
            raise TeamClosed
        until = _until(connection, standing.deadlines_of, at, desk.settings.code_days)
        repository.set_code(connection, team_id, code_digest(text), until)
        note(connection, TEAMS, standing, "make_code", actor, at)
    return Code(text, until)


def join_by_code(connection: Connection, desk: TeamDesk, actor: Actor, text: str) -> Member:
    """Join the team whose code it is; :class:`CodeUnknown` also for one that no longer counts."""
    with connection.transaction():
        team = find_by_code(connection, desk, actor, text)
        return _begin(connection, desk, actor, team.team_id, "use_code")


def find_by_code(connection: Connection, desk: TeamDesk, actor: Actor, text: str) -> Team:
    """The team whose code it is; :class:`CodeUnknown` also for whom the team is not there."""
    with connection.transaction():
        team_id = repository.find_team_of_code(connection, code_digest(text), desk.desk.clock())
        team = None if team_id is None else _find(connection, team_id)
        if team is None or team.team_id in hidden_teams(connection, actor, team.hackathon_id):
            raise CodeUnknown
        return team


def ask_to_join(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> Member:
    """Ask to belong to a team; its captain decides."""
    with connection.transaction():
        team = _find(connection, team_id)
        waiting = repository.count_requested(connection, team.hackathon_id, actor.person_id)
        if waiting >= desk.settings.requests_max:
            raise TooManyWaiting(waiting_max=desk.settings.requests_max)
        member = _begin(connection, desk, actor, team_id, "ask")
        enqueue(connection, mails.to_captain(connection, desk, "request", team), desk.desk.clock())
        return member


def invite(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID, email: str, visitor: Visitor
) -> Member:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address = parse_address(email)
    with connection.transaction():
        standing = lock(connection, TEAMS, team_id, actor)
        if not holds_any(actor.at(desk.desk.clock()), CAPTAIN, standing.scopes):
            raise NotAllowed
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(connection, desk.desk, MailKind.INVITATION, address.key, visitor)
    with connection.transaction(), once(connection, repository.TAKEN):
        standing = lock(connection, TEAMS, team_id, actor)
        team, at = _find(connection, team_id), desk.desk.clock()
        if repository.count_invited(connection, team_id) >= desk.settings.invitations_max:
            raise TooManyWaiting(waiting_max=desk.settings.invitations_max)
        if repository.is_waiting(connection, team_id, None, address.key):
            raise AlreadyAsked
        new = NewMember(
            member_id=desk.desk.new_id(), team_id=team_id, hackathon_id=team.hackathon_id, address=address
        )
        repository.store_member(connection, new, at)
        moved = apply(
            connection, MEMBER_ROWS, new.member_id, "invite", actor, desk.desk.clock, seen_version=1
        )
        until = _until(connection, standing.deadlines_of, moved.at, desk.settings.invitation_days)
        set_deadline(connection, new.member_id, Deadline(INVITATION, until, CITY_ZONE.key))
        inviter = None if actor.person_id is None else find_person(connection, actor.person_id)
        if inviter is not None:
            enqueue(connection, [mails.invitation(desk, inviter, team, address.written, until)], moved.at)
        return _member(connection, new.member_id)


def accept(connection: Connection, desk: TeamDesk, actor: Actor, member_id: UUID, seen_version: int) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    with connection.transaction(), once(connection, repository.TAKEN):
        lock(connection, MEMBER_ROWS, member_id, actor)
        if actor.person_id is None or not repository.is_invited(connection, member_id, actor.person_id):
            raise InvitationGone
        known = _member(connection, member_id)
        if repository.is_waiting(connection, known.team_id, actor.person_id, None):
            raise AlreadyAsked
        repository.bind(connection, member_id, actor.person_id)
        return apply(
            connection, MEMBER_ROWS, member_id, "accept", actor, desk.desk.clock, seen_version=seen_version
        )


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: TeamDesk,
    actor: Actor,
    member_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every other step: decline, withdraw, approve, refuse, take_back, leave, remove, take_out.

    A team that has too few members afterwards falls back to forming; one that nobody is left in withdraws.
    """
    if event == "accept":
        raise ValueError("an invitation is accepted by accept(), which says whose it is")
    with connection.transaction(), once(connection, repository.TAKEN):
        known = repository.find_member(connection, member_id)
        if known is None:
            raise NoSuchObject
        team = _find(connection, known.team_id)
        if event in {"leave", "take_out"} and known.is_captain and team.members == 1:
            _withdraw(connection, desk, actor, team)
        moved = apply(
            connection,
            MEMBER_ROWS,
            member_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        _tell(connection, desk, known, moved)
        if moved.source == "member":
            _settle(connection, desk, actor, known.team_id)
        return moved


def hand_over(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID, member_id: UUID, seen_version: int
) -> None:
    """Make another member the captain: by the captain, or by organisers when the captain is gone."""
    with connection.transaction():
        standing = lock(connection, TEAMS, team_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), CAPTAIN | STAFF, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        heir = repository.find_member(connection, member_id)
        if heir is None or heir.team_id != team_id or heir.state != "member":
            raise NotAMember
        repository.make_captain(connection, team_id, member_id)
        note(connection, TEAMS, standing, "hand_over", actor, at, {"person": str(heir.person_id)})
        person = None if heir.person_id is None else find_person(connection, heir.person_id)
        enqueue(connection, mails.to_person(desk, person, "captain", _find(connection, team_id)), at)


def list_members(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> list[Member]:
    """Who belongs, asks or is invited, for the team itself and for organisers, whose look is noted."""
    with connection.transaction():
        team, at = _find(connection, team_id), desk.desk.clock()
        current, scopes = actor.at(at), scopes_of(team_id, team.hackathon_id)
        if team_id in hidden_teams(connection, actor, team.hackathon_id):
            raise NoSuchObject
        if not holds_any(current, MEMBERS | STAFF, scopes):
            raise NotAllowed
        members = repository.find_members(connection, team_id)
        if not holds_any(current, MEMBERS, scopes):
            shown = [member.person_id for member in members if member.person_id is not None]
            note_access(connection, actor, shown, "teams.members", at)
        return members


def list_memberships(connection: Connection, actor: Actor) -> list[Member]:
    """Teams where a person belongs, asks to, or is invited."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_of_person(connection, actor.person_id)


def _begin(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID, event: str) -> Member:
    if actor.person_id is None:
        raise NotAllowed
    with once(connection, repository.TAKEN):
        lock(connection, TEAMS, team_id, actor)
        team = _find(connection, team_id)
        if repository.is_waiting(connection, team_id, actor.person_id, None):
            raise AlreadyAsked
        new = NewMember(
            member_id=desk.desk.new_id(),
            team_id=team_id,
            hackathon_id=team.hackathon_id,
            person_id=actor.person_id,
        )
        repository.store_member(connection, new, desk.desk.clock())
        apply(connection, MEMBER_ROWS, new.member_id, event, actor, desk.desk.clock, seen_version=1)
        return _member(connection, new.member_id)


def _settle(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> None:
    team = _find(connection, team_id)
    if not team.is_short or team.state not in {"eligible", "locked"}:
        return
    at = desk.desk.clock()
    if team.state == "eligible":
        apply(connection, TEAMS, team_id, "fall_short", actor, desk.desk.clock, seen_version=team.version)
    enqueue(connection, mails.to_captain(connection, desk, "short", team), at)


def _withdraw(connection: Connection, desk: TeamDesk, actor: Actor, team: Team) -> None:
    is_own = holds_any(actor, CAPTAIN, scopes_of(team.team_id, team.hackathon_id))
    event = "withdraw" if is_own else "remove"
    if team.state in {"forming", "eligible", "locked"}:
        apply(connection, TEAMS, team.team_id, event, actor, desk.desk.clock, seen_version=team.version)


def _tell(connection: Connection, desk: TeamDesk, known: Member, moved: Moved) -> None:
    template = _TOLD.get(moved.event)
    if template is None or known.person_id is None:
        return
    because = {} if template != "taken_out" else {"because": MEMBER.label("reason", str(moved.reason))}
    person, team = find_person(connection, known.person_id), _find(connection, known.team_id)
    enqueue(connection, mails.to_person(desk, person, template, team, **because), moved.at, words=moved.words)


def _until(connection: Connection, hackathon_id: UUID, at: datetime, days: float) -> datetime:
    """So many days, and not longer than team formation is open."""
    planned = {one.name: one.instant for one in find_deadlines(connection, hackathon_id)}
    freeze, wanted = planned.get(FREEZE), at + timedelta(days=days)
    return wanted if freeze is None else min(freeze, wanted)


def _find(connection: Connection, team_id: UUID) -> Team:
    team = repository.find_team(connection, team_id)
    if team is None:
        raise NoSuchObject
    return team


def _member(connection: Connection, member_id: UUID) -> Member:
    member = repository.find_member(connection, member_id)
    assert member is not None
    return member
