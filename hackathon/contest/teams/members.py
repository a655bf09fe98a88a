"""Into a team and out of it: by code, by invitation, by request, and always agreed to by both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.people.addresses import parse_address
from casework.people.limits import MailKind, count_mail
from casework.people.model import Visitor
from casework.people.repository import find_person
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved
from casework.workflow.uniqueness import once
from citycore.store.rows import known
from hackathon.contest.interests.service import hidden_from
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.errors import (
    AlreadyAsked,
    NotAMember,
    TeamClosed,
    TeamCodeUnknown,
    TeamInvitationGone,
    TooManyWaiting,
)
from hackathon.contest.teams.machine import CAPTAIN, INVITATION, MEMBER, MEMBERS, OPEN, STAFF
from hackathon.contest.teams.model import Member, Team
from hackathon.contest.teams.repository import MEMBERS as MEMBER_ROWS
from hackathon.contest.teams.repository import TEAMS, NewMember
from hackathon.contest.teams.rules import scopes_of
from hackathon.contest.teams.settings import TeamSettings

FREEZE = "team_formation_closes"
#: What others decide about somebody, and the mail that says so.
_TOLD = {"approve": "taken_in", "refuse": "not_taken_in", "remove": "taken_out", "take_out": "taken_out"}


def make_code(session: Session, team_id: UUID) -> Code:
    """A new code to join with, shown this once; the one before no longer counts."""
    text = new_code(session.programme.random)
    standing = session.hold(TEAMS, team_id, CAPTAIN)
    at = session.now()
    if standing.state not in OPEN:
        raise TeamClosed
    until = _until(session, standing.deadlines_of, at, session.of(TeamSettings).code_days)
    repository.set_code(session.connection, team_id, code_digest(text), until)
    session.note(TEAMS, standing, "make_code", at)
    return Code(text, until)


def join_by_code(session: Session, text: str) -> Member:
    """Join the team whose code it is; :class:`TeamCodeUnknown` also for one that no longer counts."""
    team = find_by_code(session, text)
    return _begin(session, team.team_id, "use_code")


def find_by_code(session: Session, text: str) -> Team:
    """The team whose code it is; :class:`TeamCodeUnknown` also for whom the team is not there."""
    team_id = repository.find_team_of_code(session.connection, code_digest(text), session.now())
    team = None if team_id is None else _find(session, team_id)
    if team is None or team.team_id in hidden_from(session, team.hackathon_id):
        raise TeamCodeUnknown
    return team


def ask_to_join(session: Session, team_id: UUID) -> Member:
    """Ask to belong to a team; its captain decides."""
    team = _find(session, team_id)
    waiting = repository.count_requested(session.connection, team.hackathon_id, session.actor.person_id)
    if waiting >= session.of(TeamSettings).requests_max:
        raise TooManyWaiting(waiting_max=session.of(TeamSettings).requests_max)
    member = _begin(session, team_id, "ask")
    session.send(mails.to_captain(session, "request", team), session.now())
    return member


def invite(programme: Programme, actor: Actor, team_id: UUID, email: str, visitor: Visitor) -> Member:
    """Invite an address. Whoever has an account with it, or opens one, finds the invitation there: who
    invites does not learn whether there is one.
    """
    address = parse_address(email)
    with programme.session(actor) as session:
        standing = session.hold(TEAMS, team_id, CAPTAIN)
    # In a transaction of its own: what is refused below has been tried all the same.
    count_mail(programme, MailKind.INVITATION, address.key, visitor)
    with programme.session(actor) as session, once(session.connection, repository.TAKEN):
        standing = session.lock(TEAMS, team_id)
        team, at = _find(session, team_id), session.now()
        if repository.count_invited(session.connection, team_id) >= session.of(TeamSettings).invitations_max:
            raise TooManyWaiting(waiting_max=session.of(TeamSettings).invitations_max)
        if repository.is_waiting(session.connection, team_id, None, address.key):
            raise AlreadyAsked
        new = NewMember(
            member_id=session.new_id(), team_id=team_id, hackathon_id=team.hackathon_id, address=address
        )
        repository.store_member(session.connection, new, at)
        moved = session.apply(MEMBER_ROWS, new.member_id, "invite", 1)
        until = _until(session, standing.deadlines_of, moved.at, session.of(TeamSettings).invitation_days)
        session.set_deadline(new.member_id, INVITATION, until)
        inviter = find_person(session.connection, session.person_id)
        if inviter is not None:
            session.send([mails.invitation(session, inviter, team, address.written, until)], moved.at)
        return _member(session, new.member_id)


def accept(session: Session, member_id: UUID, seen_version: int) -> Moved:
    """Accept an invitation that was sent to one's own confirmed address."""
    with once(session.connection, repository.TAKEN):
        session.lock(MEMBER_ROWS, member_id)
        person_id = session.actor.person_id
        if person_id is None or not repository.is_invited(session.connection, member_id, person_id):
            raise TeamInvitationGone
        known = _member(session, member_id)
        if repository.is_waiting(session.connection, known.team_id, person_id, None):
            raise AlreadyAsked
        repository.bind(session.connection, member_id, person_id)
        return session.apply(MEMBER_ROWS, member_id, "accept", seen_version)


def move(
    session: Session, member_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every other step: decline, withdraw, approve, refuse, take_back, leave, remove, take_out.

    A team that has too few members afterwards falls back to forming; one that nobody is left in withdraws.
    """
    if event == "accept":
        raise ValueError("an invitation is accepted by accept(), which says whose it is")
    with once(session.connection, repository.TAKEN):
        known = existing(repository.find_member(session.connection, member_id))
        team = _find(session, known.team_id)
        if event in {"leave", "take_out"} and known.is_captain and team.members == 1:
            _withdraw(session, team)
        moved = session.apply(MEMBER_ROWS, member_id, event, seen_version, reason)
        _tell(session, known, moved)
        if moved.source == "member":
            _settle(session, known.team_id, was_short=team.is_short)
        return moved


def hand_over(session: Session, team_id: UUID, member_id: UUID, seen_version: int) -> None:
    """Make another member the captain: by the captain, or by organisers when the captain is gone."""
    standing = session.hold(TEAMS, team_id, CAPTAIN | STAFF, seen_version)
    at = session.now()
    heir = repository.find_member(session.connection, member_id)
    if heir is None or heir.team_id != team_id or heir.state != "member":
        raise NotAMember
    repository.make_captain(session.connection, team_id, member_id)
    session.note(TEAMS, standing, "hand_over", at, person=str(heir.person_id))
    person = None if heir.person_id is None else find_person(session.connection, heir.person_id)
    session.send(mails.to_person(session, person, "captain", _find(session, team_id)), at)


def list_members(session: Session, team_id: UUID) -> list[Member]:
    """Who belongs, asks or is invited, for the team itself and for organisers, whose look is noted."""
    team, at = _find(session, team_id), session.now()
    current, scopes = session.actor.at(at), scopes_of(team_id, team.hackathon_id)
    if team_id in hidden_from(session, team.hackathon_id):
        raise NoSuchObject
    if not holds_any(current, MEMBERS | STAFF, scopes):
        raise NotAllowed
    members = repository.find_members(session.connection, team_id)
    if not holds_any(current, MEMBERS, scopes):
        shown = [member.person_id for member in members if member.person_id is not None]
        note_access(session.connection, session.actor, shown, "teams.members", at)
    return members


def list_memberships(session: Session) -> list[Member]:
    """Teams where a person belongs, asks to, or is invited."""
    if session.actor.person_id is None:
        return []
    return repository.find_of_person(session.connection, session.actor.person_id)


def _begin(session: Session, team_id: UUID, event: str) -> Member:
    person_id = session.person_id
    with once(session.connection, repository.TAKEN):
        session.lock(TEAMS, team_id)
        team = _find(session, team_id)
        if repository.is_waiting(session.connection, team_id, person_id, None):
            raise AlreadyAsked
        new = NewMember(
            member_id=session.new_id(), team_id=team_id, hackathon_id=team.hackathon_id, person_id=person_id
        )
        repository.store_member(session.connection, new, session.now())
        session.apply(MEMBER_ROWS, new.member_id, event, 1)
        return _member(session, new.member_id)


def _settle(session: Session, team_id: UUID, *, was_short: bool) -> None:
    """What organisers admitted although it is small stays in, as what falls short after the freeze does."""
    team = _find(session, team_id)
    if not team.is_short or team.state not in {"eligible", "locked"}:
        return
    at = session.now()
    freeze = session.planned(team.hackathon_id).get(FREEZE)
    is_forming = freeze is not None and at < freeze and not was_short
    if team.state == "eligible" or is_forming:
        session.apply(TEAMS, team_id, "fall_short", team.version)
    session.send(mails.to_captain(session, "short", team), at)


def _withdraw(session: Session, team: Team) -> None:
    is_own = holds_any(session.actor, CAPTAIN, scopes_of(team.team_id, team.hackathon_id))
    event = "withdraw" if is_own else "remove"
    if team.state in {"forming", "eligible", "locked"}:
        session.apply(TEAMS, team.team_id, event, team.version)


def _tell(session: Session, known: Member, moved: Moved) -> None:
    template = _TOLD.get(moved.event)
    if template is None or known.person_id is None:
        return
    because = {} if template != "taken_out" else {"because": MEMBER.label("reason", str(moved.reason))}
    person, team = find_person(session.connection, known.person_id), _find(session, known.team_id)
    session.send(mails.to_person(session, person, template, team, **because), moved)


def _until(session: Session, hackathon_id: UUID, at: datetime, days: float) -> datetime:
    """So many days, and not longer than team formation is open."""
    planned = session.planned(hackathon_id)
    freeze, wanted = planned.get(FREEZE), at + timedelta(days=days)
    return wanted if freeze is None else min(freeze, wanted)


def _find(session: Session, team_id: UUID) -> Team:
    return existing(repository.find_team(session.connection, team_id))


def _member(session: Session, member_id: UUID) -> Member:
    return known(repository.find_member(session.connection, member_id))
