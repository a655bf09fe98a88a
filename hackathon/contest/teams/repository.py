"""The statements about teams and their members. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.people.model import Address
from casework.workflow.model import Binding, Standing, one_of
from casework.workflow.uniqueness import once
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.hackathons.rules import chain_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.teams.errors import AlreadyAsked, AlreadyInATeam, TeamNameTaken
from hackathon.contest.teams.machine import MEMBER, TEAM
from hackathon.contest.teams.model import Member, MemberFacts, Profile, Team, TeamFacts, Wanted
from hackathon.contest.teams.rules import scopes_of

QUERIES = load_queries("hackathon.contest.teams")
#: What a team or a member has of which there can be only one.
TAKEN = {
    "team_members_once": AlreadyInATeam,
    "team_members_waiting": AlreadyAsked,
    "team_members_invited": AlreadyAsked,
    "teams_name": TeamNameTaken,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A row to be stored; ``address`` is that of an invitation."""

    member_id: UUID
    team_id: UUID
    hackathon_id: UUID
    person_id: UUID | None = None
    address: Address | None = None
    is_captain: bool = False


def find_team(connection: Connection, team_id: UUID) -> Team | None:
    return find_some(connection, [team_id]).get(team_id)


def find_some(connection: Connection, team_ids: Collection[UUID]) -> dict[UUID, Team]:
    found = rows_of(connection, Team, QUERIES["some"], {"teams": list(team_ids)})
    return {team.team_id: team for team in found}


def find_teams(
    connection: Connection,
    hackathon_id: UUID,
    wanted: Wanted,
    states: Collection[str],
    hidden: Collection[UUID],
) -> list[Team]:
    parameters = values_of(wanted) | {
        "hackathon_id": hackathon_id,
        "states": list(states),
        "pattern": like_pattern(wanted.words),
        "hidden": list(hidden),
    }
    return rows_of(connection, Team, QUERIES["list"], parameters)


def count_teams(
    connection: Connection, hackathon_id: UUID, states: Collection[str], hidden: Collection[UUID]
) -> int:
    parameters = {"hackathon_id": hackathon_id, "states": list(states), "hidden": list(hidden)}
    return only_row(connection, int, QUERIES["count"], parameters)


def find_own_team(connection: Connection, hackathon_id: UUID, person_id: UUID | None) -> UUID | None:
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    return row_of(connection, UUID, QUERIES["own_team"], parameters)


def store_team(
    connection: Connection, team_id: UUID, hackathon_id: UUID, profile: Profile, at: datetime
) -> None:
    """A new one; :class:`TeamNameTaken`."""
    parameters = _columns(team_id, profile) | {
        "hackathon_id": hackathon_id,
        "state": TEAM.initial.name,
        "at": at,
    }
    if connection.execute(QUERIES["create"], parameters).rowcount == 0:
        raise TeamNameTaken


def edit(connection: Connection, team_id: UUID, profile: Profile) -> None:
    """Under the next version; :class:`TeamNameTaken`."""
    with once(connection, TAKEN):
        connection.execute(QUERIES["edit"], _columns(team_id, profile))


def is_open_challenge(connection: Connection, challenge_id: UUID, hackathon_id: UUID) -> bool:
    parameters = {"challenge_id": challenge_id, "hackathon_id": hackathon_id}
    return only_row(connection, bool, QUERIES["is_open_challenge"], parameters)


def set_code(connection: Connection, team_id: UUID, digest: bytes | None, until: datetime | None) -> None:
    parameters = {"team_id": team_id, "digest": digest, "expires_at": until}
    connection.execute(QUERIES["set_code"], parameters)


def find_team_of_code(connection: Connection, digest: bytes, at: datetime) -> UUID | None:
    return row_of(connection, UUID, QUERIES["team_of_code"], {"digest": digest, "at": at})


def store_member(connection: Connection, new: NewMember, at: datetime) -> None:
    connection.execute(QUERIES["store_member"], values_of(new) | {"at": at})


def find_member(connection: Connection, member_id: UUID) -> Member | None:
    return row_of(connection, Member, QUERIES["member"], {"member_id": member_id})


def bind(connection: Connection, member_id: UUID, person_id: UUID) -> None:
    connection.execute(QUERIES["bind_member"], {"member_id": member_id, "person_id": person_id})


def is_invited(connection: Connection, member_id: UUID, person_id: UUID | None) -> bool:
    return only_row(connection, bool, QUERIES["is_invited"], {"member_id": member_id, "person_id": person_id})


def is_waiting(connection: Connection, team_id: UUID, person_id: UUID | None, email_key: str | None) -> bool:
    """Whether the person belongs to the team or has asked to, or the address is invited."""
    parameters = {"team_id": team_id, "person_id": person_id, "email_key": email_key}
    return only_row(connection, bool, QUERIES["is_waiting"], parameters)


def count_invited(connection: Connection, team_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_invited"], {"team_id": team_id})


def count_requested(connection: Connection, hackathon_id: UUID, person_id: UUID | None) -> int:
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    return only_row(connection, int, QUERIES["count_requested"], parameters)


def belonged_to_the_end(connection: Connection, team_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"team_id": team_id, "person_id": person_id}
    return only_row(connection, bool, QUERIES["belonged_to_the_end"], parameters)


def find_members(connection: Connection, team_id: UUID) -> list[Member]:
    return rows_of(connection, Member, QUERIES["members"], {"team_id": team_id})


def find_of_person(connection: Connection, person_id: UUID) -> list[Member]:
    return rows_of(connection, Member, QUERIES["of_person"], {"person_id": person_id})


def find_captains(connection: Connection, team_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """By team, who leads it."""
    return dict(connection.execute(QUERIES["captains"], {"teams": list(team_ids)}).fetchall())


def make_captain(connection: Connection, team_id: UUID, member_id: UUID) -> None:
    connection.execute(QUERIES["drop_captain"], {"team_id": team_id})
    connection.execute(QUERIES["make_captain"], {"member_id": member_id})


def add_mentor(
    connection: Connection, team_id: UUID, hackathon_id: UUID, person_id: UUID, at: datetime
) -> bool:
    """Whether the person is a mentor of the hackathon, and now of the team."""
    parameters = {"team_id": team_id, "hackathon_id": hackathon_id, "person_id": person_id, "at": at}
    return connection.execute(QUERIES["add_mentor"], parameters).fetchone() is not None


def drop_mentor(connection: Connection, team_id: UUID, person_id: UUID) -> None:
    connection.execute(QUERIES["drop_mentor"], {"team_id": team_id, "person_id": person_id})


def find_mentors(connection: Connection, team_id: UUID) -> list[UUID]:
    return rows_of(connection, UUID, QUERIES["mentors"], {"team_id": team_id})


def find_lately_mentored(connection: Connection, person_id: UUID, rows: int) -> list[UUID]:
    """Teams that somebody helps, those first that were assigned last."""
    parameters = {"person_id": person_id, "rows": rows}
    return rows_of(connection, UUID, QUERIES["lately_mentored"], parameters)


def find_mentored(connection: Connection, person_id: UUID, hackathon_id: UUID) -> list[UUID]:
    """Teams of a hackathon that somebody helps."""
    parameters = {"person_id": person_id, "hackathon_id": hackathon_id}
    return rows_of(connection, UUID, QUERIES["mentored"], parameters)


class _Around(NamedTuple):
    team_id: UUID
    facts: TeamFacts


def _read_teams(
    connection: Connection, team_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[TeamFacts]]:
    """Whoever has a conflict with a team finds none."""
    found = find_some(connection, team_ids)
    hackathons = {team.hackathon_id for team in found.values()}
    hidden = {one for hackathon_id in hackathons for one in hidden_teams(connection, actor, hackathon_id)}
    around = rows_of(
        connection, _Around, QUERIES["team_surroundings"], {"teams": list(found.keys() - hidden)}
    )
    return {team_id: _standing(found[team_id], facts) for team_id, facts in around}


def _standing(team: Team, facts: TeamFacts) -> Standing[TeamFacts]:
    chain, scopes = chain_of(team.hackathon_id), scopes_of(team.team_id, team.hackathon_id)
    return Standing(team.team_id, team.state, team.version, chain, scopes, team.hackathon_id, facts)


def _read_member(connection: Connection, member_id: UUID, actor: Actor) -> Standing[MemberFacts] | None:
    member = find_member(connection, member_id)
    if member is None:
        return None
    person_id = member.person_id
    if member.state == "invited" and is_invited(connection, member_id, actor.person_id):
        person_id = actor.person_id
    is_own = person_id is not None and person_id == actor.person_id
    if not is_own and member.team_id in hidden_teams(connection, actor, member.hackathon_id):
        return None
    parameters = {"member_id": member_id, "person_id": person_id}
    own = frozenset() if person_id is None else frozenset({Scope(ScopeKind.PERSON, person_id)})
    return Standing(
        member_id,
        member.state,
        member.version,
        chain_of(member.hackathon_id),
        scopes_of(member.team_id, member.hackathon_id) | own,
        # An invitation has a deadline of its own.
        member_id if member.state == "invited" else member.hackathon_id,
        only_row(connection, MemberFacts, QUERIES["member_surroundings"], parameters),
    )


def _columns(team_id: UUID, profile: Profile) -> dict[str, object]:
    roles = [role.strip() for role in profile.open_roles]
    return values_of(profile) | {"team_id": team_id, "name": profile.name.strip(), "open_roles": roles}


TEAMS: Binding[TeamFacts] = Binding(
    TEAM,
    QUERIES["lock_team"],
    one_of(_read_teams),
    QUERIES["move_team"],
    QUERIES["due_teams"],
    read_some=_read_teams,
)
MEMBERS: Binding[MemberFacts] = Binding(
    MEMBER, QUERIES["lock_member"], _read_member, QUERIES["move_member"], QUERIES["due_members"]
)
