"""Teams for those who found them, look for one, or run the hackathon."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.model import Mail
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from casework.workflow.model import Moved
from casework.workflow.repository import find_deadlines
from casework.workflow.rules import compare, why_not
from casework.workflow.service import apply, lock, look, note, unit
from casework.workflow.uniqueness import once
from citycore.store.connections import Connection
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.desk import TeamDesk
from hackathon.contest.teams.errors import AlreadyAsked, ChallengeNotOpen, NotAMentor, TeamNotEditable
from hackathon.contest.teams.machine import CAPTAIN, DECIDED, MEMBER, MEMBERS, OPEN, STAFF, STANDING, TEAM
from hackathon.contest.teams.model import MemberFacts, Page, Profile, Team
from hackathon.contest.teams.repository import NewMember
from hackathon.contest.teams.rules import scopes_of, why_wrong


def found(connection: Connection, desk: TeamDesk, actor: Actor, hackathon_id: UUID, profile: Profile) -> Team:
    """A new team with its founder as captain, while registration is open."""
    if actor.person_id is None:
        raise NotAllowed
    _check(profile, desk)
    team_id, at = desk.desk.new_id(), desk.desk.clock()
    with connection.transaction(), once(connection, repository.TAKEN):
        get_hackathon(connection, hackathon_id, actor)
        _check_challenge(connection, profile, hackathon_id)
        repository.store_team(connection, team_id, hackathon_id, profile, at)
        new = NewMember(
            member_id=desk.desk.new_id(),
            team_id=team_id,
            hackathon_id=hackathon_id,
            person_id=actor.person_id,
            is_captain=True,
        )
        repository.store_member(connection, new, at)
        note(
            connection,
            repository.TEAMS,
            look(connection, repository.TEAMS, team_id, actor),
            "create",
            actor,
            at,
        )
        apply(connection, repository.MEMBERS, new.member_id, "found", actor, desk.desk.clock, seen_version=1)
        return _find(connection, team_id)


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: TeamDesk,
    actor: Actor,
    team_id: UUID,
    profile: Profile,
    seen_version: int,
) -> Team:
    """What a team says about itself: by its captain until it is locked, by organisers as long as it takes part."""
    _check(profile, desk)
    with connection.transaction():
        standing = lock(connection, repository.TEAMS, team_id, actor)
        at = desk.desk.clock()
        current = actor.at(at)
        if not holds_any(current, CAPTAIN | STAFF, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        editable = STANDING if holds_any(current, STAFF, standing.scopes) else OPEN
        if standing.state not in editable:
            raise TeamNotEditable
        _check_challenge(connection, profile, standing.deadlines_of)
        repository.edit(connection, team_id, profile)
        note(connection, repository.TEAMS, standing, "edit", actor, at)
        return _find(connection, team_id)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: TeamDesk,
    actor: Actor,
    team_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of a team: complete, admit, withdraw, remove, disqualify, reinstate.

    Its captain gets a mail about what organisers have decided.
    """
    with unit(connection):
        moved = apply(
            connection,
            repository.TEAMS,
            team_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event in DECIDED:
            enqueue(connection, _decided(connection, desk, moved), moved.at, words=moved.words)
        return moved


def get_team(connection: Connection, actor: Actor, team_id: UUID) -> Team:
    """One that the actor may see; :class:`NoSuchObject` for the others too.

    Why it is out is told to organisers, to its members, and to those who were in it when it ended.
    """
    with connection.transaction():
        team = repository.find_team(connection, team_id)
        if team is None or team_id in hidden_teams(connection, actor, team.hackathon_id):
            raise NoSuchObject
        get_hackathon(connection, team.hackathon_id, actor)
        # Most teams have no reason to hide: only then it is worth a question.
        is_told = (
            team.state_reason is None
            or _sees_reasons(actor, team)
            or repository.belonged_to_the_end(connection, team_id, actor.person_id)
        )
        return team if is_told else _public(team)


def list_teams(  # noqa: PLR0913 (a search has this many sides)
    connection: Connection,
    desk: TeamDesk,
    actor: Actor,
    hackathon_id: UUID,
    *,
    words: str = "",
    is_looking: bool = False,
    after: UUID | None = None,
    rows: int = 50,
) -> Page:
    """Teams of a hackathon by the words of their name; with ``is_looking`` those that take somebody in for a role.

    Everybody sees those that take part, organisers also those that no longer do.
    """
    rows = min(rows, desk.settings.page_rows_max)
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        teams = repository.find_teams(
            connection,
            hackathon_id,
            states=OPEN if is_looking else _states_for(actor, hackathon_id),
            words=words,
            is_looking=is_looking,
            hidden=hidden_teams(connection, actor, hackathon_id),
            after=after,
            rows=rows + 1,
        )
    shown = [team if _sees_reasons(actor, team) else _public(team) for team in teams[:rows]]
    return Page(shown, shown[-1].team_id if len(teams) > rows else None)


def count_teams(connection: Connection, actor: Actor, hackathon_id: UUID) -> int:
    """How many teams of a hackathon the actor sees."""
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        states, hidden = _states_for(actor, hackathon_id), hidden_teams(connection, actor, hackathon_id)
        return repository.count_teams(connection, hackathon_id, states, hidden)


def find_own_team(connection: Connection, actor: Actor, hackathon_id: UUID) -> Team | None:
    """The team that the actor belongs to in a hackathon."""
    with connection.transaction():
        team_id = repository.find_own_team(connection, hackathon_id, actor.person_id)
        return None if team_id is None else _find(connection, team_id)


def why_not_found(connection: Connection, desk: TeamDesk, actor: Actor, hackathon_id: UUID) -> Refusal | None:
    """What stands against founding a team now, before anybody has written about it."""
    with connection.transaction():
        facts = _facts(connection, actor, hackathon_id, team=None)
        return _why_not(connection, desk, "found", hackathon_id, facts)


def why_not_ask(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> Refusal | None:
    """What stands against asking to join this team now."""
    team = get_team(connection, actor, team_id)
    with connection.transaction():
        if repository.is_waiting(connection, team_id, actor.person_id, None):
            return AlreadyAsked()
        facts = _facts(connection, actor, team.hackathon_id, team=team)
        return _why_not(connection, desk, "ask", team.hackathon_id, facts)


def list_mentors(connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID) -> list[UUID]:
    """Who helps a team, for the team itself and for organisers."""
    team = get_team(connection, actor, team_id)
    if not holds_any(actor.at(desk.desk.clock()), MEMBERS | STAFF, scopes_of(team_id, team.hackathon_id)):
        raise NotAllowed
    with connection.transaction():
        return repository.find_mentors(connection, team_id)


def set_mentor(  # noqa: PLR0913 (as apply)
    connection: Connection, desk: TeamDesk, actor: Actor, team_id: UUID, person_id: UUID, *, helps: bool
) -> None:
    """Let a mentor of the hackathon help a team, or no longer; organisers decide."""
    with connection.transaction():
        standing = lock(connection, repository.TEAMS, team_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), STAFF, standing.scopes):
            raise NotAllowed
        if not helps:
            repository.drop_mentor(connection, team_id, person_id)
        elif not repository.add_mentor(connection, team_id, standing.deadlines_of, person_id, at):
            raise NotAMentor
        event = "assign_mentor" if helps else "dismiss_mentor"
        note(connection, repository.TEAMS, standing, event, actor, at, {"person": str(person_id)})


def _facts(connection: Connection, actor: Actor, hackathon_id: UUID, *, team: Team | None) -> MemberFacts:
    """Of somebody who would found a team, or come into this one."""
    hackathon = get_hackathon(connection, hackathon_id, actor)
    own = repository.find_own_team(connection, hackathon_id, actor.person_id)
    return MemberFacts(
        hackathon.state,
        TEAM.initial.name if team is None else team.state,
        0 if team is None else team.members,
        hackathon.description.team_members_max,
        own is not None,
        team is None,
    )


def _why_not(
    connection: Connection, desk: TeamDesk, event: str, hackathon_id: UUID, facts: MemberFacts
) -> Refusal | None:
    step = MEMBER.step(MEMBER.initial.name, event)
    assert step is not None
    planned = {one.name: one.instant for one in find_deadlines(connection, hackathon_id)}
    return why_not(MEMBER, step, facts, planned, desk.desk.clock())


def _decided(connection: Connection, desk: TeamDesk, moved: Moved) -> Iterable[Mail]:
    team, state = _find(connection, moved.object_id), TEAM.label("state", moved.target)
    if moved.reason is None:
        return mails.to_captain(connection, desk, "decided", team, state=state)
    reason = TEAM.label("reason", moved.reason)
    return mails.to_captain(connection, desk, "decided_because", team, state=state, because=reason)


def _states_for(actor: Actor, hackathon_id: UUID) -> Collection[str]:
    is_staff = holds_any(actor, STAFF, [Scope(ScopeKind.HACKATHON, hackathon_id)])
    return [state.name for state in TEAM.states] if is_staff else STANDING


def _sees_reasons(actor: Actor, team: Team) -> bool:
    scopes = [Scope(ScopeKind.TEAM, team.team_id), Scope(ScopeKind.HACKATHON, team.hackathon_id)]
    return holds_any(actor, MEMBERS | STAFF, scopes)


def _public(team: Team) -> Team:
    """Why a team is out concerns itself and the organisers."""
    return replace(team, state_reason=None)


def _find(connection: Connection, team_id: UUID) -> Team:
    team = repository.find_team(connection, team_id)
    assert team is not None
    return team


def _check(profile: Profile, desk: TeamDesk) -> None:
    refusal = why_wrong(profile, desk.settings)
    if refusal is not None:
        raise refusal


def _check_challenge(connection: Connection, profile: Profile, hackathon_id: UUID) -> None:
    chosen = profile.challenge_id
    if chosen is not None and not repository.is_open_challenge(connection, chosen, hackathon_id):
        raise ChallengeNotOpen
