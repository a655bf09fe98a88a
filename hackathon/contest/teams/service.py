"""Teams for those who found them, look for one, or run the hackathon."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.lists.model import DeskList, Sort, flag, one_of, words
from casework.outbox.model import Mail
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from casework.workflow.model import Moved
from casework.workflow.rules import compare, why_not
from casework.workflow.uniqueness import once
from citycore.store.rows import known
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_from
from hackathon.contest.teams import mails, repository
from hackathon.contest.teams.errors import AlreadyAsked, ChallengeNotOpen, NotAMentor, TeamNotEditable
from hackathon.contest.teams.machine import CAPTAIN, DECIDED, MEMBER, MEMBERS, OPEN, STAFF, STANDING, TEAM
from hackathon.contest.teams.model import ALL, MemberFacts, Page, Profile, Team, Wanted
from hackathon.contest.teams.repository import NewMember
from hackathon.contest.teams.rules import check, scopes_of
from hackathon.contest.teams.settings import TeamSettings


def found(session: Session, hackathon_id: UUID, profile: Profile) -> Team:
    """A new team with its founder as captain, while registration is open."""
    person_id = session.person_id
    check(profile, session.of(TeamSettings))
    team_id, at = session.new_id(), session.now()
    with once(session.connection, repository.TAKEN):
        get_hackathon(session, hackathon_id)
        _check_challenge(session, profile, hackathon_id)
        repository.store_team(session.connection, team_id, hackathon_id, profile, at)
        new = NewMember(
            member_id=session.new_id(),
            team_id=team_id,
            hackathon_id=hackathon_id,
            person_id=person_id,
            is_captain=True,
        )
        repository.store_member(session.connection, new, at)
        session.note(repository.TEAMS, session.look(repository.TEAMS, team_id), "create", at)
        session.apply(repository.MEMBERS, new.member_id, "found", 1)
        return _find(session, team_id)


def edit(session: Session, team_id: UUID, profile: Profile, seen_version: int) -> Team:
    """What a team says about itself: by its captain until it is locked, by organisers as long as it takes part."""
    check(profile, session.of(TeamSettings))
    standing = session.lock(repository.TEAMS, team_id)
    at = session.now()
    current = session.actor.at(at)
    if not holds_any(current, CAPTAIN | STAFF, standing.scopes):
        raise NotAllowed
    compare(standing, seen_version)
    editable = STANDING if holds_any(current, STAFF, standing.scopes) else OPEN
    if standing.state not in editable:
        raise TeamNotEditable
    _check_challenge(session, profile, standing.deadlines_of)
    repository.edit(session.connection, team_id, profile)
    session.note(repository.TEAMS, standing, "edit", at)
    return _find(session, team_id)


def move(session: Session, team_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Every step of a team: complete, begin, admit, reopen, withdraw, remove, disqualify, reinstate.

    Its captain gets a mail about what organisers have decided.
    """
    moved = session.apply(repository.TEAMS, team_id, event, seen_version, reason)
    if event in DECIDED:
        session.tell(_decided, moved)
    return moved


def get_team(session: Session, team_id: UUID) -> Team:
    """One that the actor may see; :class:`NoSuchObject` for the others too.

    Why it is out is told to organisers, to its members, and to those who were in it when it ended.
    """
    team = repository.find_team(session.connection, team_id)
    if team is None or team_id in hidden_from(session, team.hackathon_id):
        raise NoSuchObject
    get_hackathon(session, team.hackathon_id)
    # Most teams have no reason to hide: only then it is worth a question.
    is_told = (
        team.state_reason is None
        or _sees_reasons(session.actor, team)
        or repository.belonged_to_the_end(session.connection, team_id, session.actor.person_id)
    )
    return team if is_told else _public(team)


def list_teams(session: Session, hackathon_id: UUID, wanted: Wanted = ALL) -> Page:
    """Everybody sees those that take part, organisers also those that no longer do."""
    rows = min(wanted.rows, session.of(TeamSettings).page_rows_max)
    get_hackathon(session, hackathon_id)
    states = OPEN if wanted.is_looking else _states_for(session.actor, hackathon_id)
    hidden, more = hidden_from(session, hackathon_id), replace(wanted, rows=rows + 1)
    teams = repository.find_teams(session.connection, hackathon_id, more, states, hidden)
    shown = [team if _sees_reasons(session.actor, team) else _public(team) for team in teams[:rows]]
    return Page(shown, shown[-1].team_id if len(teams) > rows else None)


def _desk_values(session: Session, hackathon_id: UUID) -> dict[str, object]:
    session.require(STAFF, [Scope(ScopeKind.HACKATHON, hackathon_id)])
    hidden = hidden_from(session, hackathon_id)
    return {"hackathon_id": hackathon_id, "hidden": list(hidden), "standing": sorted(STANDING)}


#: All of a hackathon for its organisers, those too that no longer take part.
DESK = DeskList(
    repository.QUERIES["desk"],
    "team_id",
    _desk_values,
    sorts={
        "name": Sort("listed.search_text", "text"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="name",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(state.name for state in TEAM.states)),
        flag("short", "listed.is_short"),
    ),
    binding=repository.TEAMS,
)


def count_teams(session: Session, hackathon_id: UUID) -> int:
    """How many teams of a hackathon the actor sees."""
    get_hackathon(session, hackathon_id)
    states, hidden = _states_for(session.actor, hackathon_id), hidden_from(session, hackathon_id)
    return repository.count_teams(session.connection, hackathon_id, states, hidden)


def find_own_team(session: Session, hackathon_id: UUID) -> Team | None:
    """The team that the actor belongs to in a hackathon."""
    team_id = repository.find_own_team(session.connection, hackathon_id, session.actor.person_id)
    return None if team_id is None else _find(session, team_id)


def why_not_found(session: Session, hackathon_id: UUID) -> Refusal | None:
    """What stands against founding a team now, before anybody has written about it."""
    facts = _facts(session, hackathon_id, team=None)
    return _why_not(session, "found", hackathon_id, facts)


def why_not_ask(session: Session, team_id: UUID) -> Refusal | None:
    """What stands against asking to join this team now."""
    team = get_team(session, team_id)
    if repository.is_waiting(session.connection, team_id, session.actor.person_id, None):
        return AlreadyAsked()
    facts = _facts(session, team.hackathon_id, team=team)
    return _why_not(session, "ask", team.hackathon_id, facts)


def list_mentors(session: Session, team_id: UUID) -> list[UUID]:
    """Who helps a team, for the team itself and for organisers."""
    team = get_team(session, team_id)
    session.require(MEMBERS | STAFF, scopes_of(team_id, team.hackathon_id))
    return repository.find_mentors(session.connection, team_id)


def set_mentor(session: Session, team_id: UUID, person_id: UUID, *, helps: bool) -> None:
    """Let a mentor of the hackathon help a team, or no longer; organisers decide."""
    standing = session.hold(repository.TEAMS, team_id, STAFF)
    at = session.now()
    if not helps:
        repository.drop_mentor(session.connection, team_id, person_id)
    elif not repository.add_mentor(session.connection, team_id, standing.deadlines_of, person_id, at):
        raise NotAMentor
    event = "assign_mentor" if helps else "dismiss_mentor"
    session.note(repository.TEAMS, standing, event, at, person=str(person_id))


def _facts(session: Session, hackathon_id: UUID, *, team: Team | None) -> MemberFacts:
    """Of somebody who would found a team, or come into this one."""
    hackathon = get_hackathon(session, hackathon_id)
    own = repository.find_own_team(session.connection, hackathon_id, session.actor.person_id)
    return MemberFacts(
        hackathon.state,
        TEAM.initial.name if team is None else team.state,
        0 if team is None else team.members,
        hackathon.description.team_members_max,
        own is not None,
        team is None,
    )


def _why_not(session: Session, event: str, hackathon_id: UUID, facts: MemberFacts) -> Refusal | None:
    step = known(MEMBER.step(MEMBER.initial.name, event))
    planned = session.planned(hackathon_id)
    return why_not(MEMBER, step, facts, planned, session.now())


def _decided(session: Session, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    teams = repository.find_some(session.connection, [moved.object_id for moved in steps])
    captains = mails.captains_of(session, teams)
    for moved in steps:
        told, template = {"state": TEAM.label("state", moved.target)}, "decided"
        if moved.reason is not None:
            told["because"], template = TEAM.label("reason", moved.reason), "decided_because"
        team = teams[moved.object_id]
        yield moved, mails.to_person(session, captains.get(team.team_id), template, team, **told)


def _states_for(actor: Actor, hackathon_id: UUID) -> Collection[str]:
    is_staff = holds_any(actor, STAFF, [Scope(ScopeKind.HACKATHON, hackathon_id)])
    return [state.name for state in TEAM.states] if is_staff else STANDING


def _sees_reasons(actor: Actor, team: Team) -> bool:
    scopes = [Scope(ScopeKind.TEAM, team.team_id), Scope(ScopeKind.HACKATHON, team.hackathon_id)]
    return holds_any(actor, MEMBERS | STAFF, scopes)


def _public(team: Team) -> Team:
    """Why a team is out concerns itself and the organisers."""
    return replace(team, state_reason=None)


def _find(session: Session, team_id: UUID) -> Team:
    return known(repository.find_team(session.connection, team_id))


def _check_challenge(session: Session, profile: Profile, hackathon_id: UUID) -> None:
    chosen = profile.challenge_id
    if chosen is not None and not repository.is_open_challenge(session.connection, chosen, hackathon_id):
        raise ChallengeNotOpen
