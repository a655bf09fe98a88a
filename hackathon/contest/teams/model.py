"""Teams and who belongs to them, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Profile:
    """What a team says about itself; ``open_roles`` are those that it looks for somebody for."""

    name: str
    pitch: str = ""
    open_roles: tuple[str, ...] = ()
    challenge_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """``is_short`` says that it has fewer members than its hackathon asks for."""

    team_id: UUID
    hackathon_id: UUID
    profile: Profile
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    members: int
    is_short: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team, or an address that was invited and that nobody has answered from."""

    member_id: UUID
    team_id: UUID
    hackathon_id: UUID
    person_id: UUID | None
    email: str | None
    is_captain: bool
    state: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What the guards of a team look at."""

    hackathon_state: str
    members: int
    members_min: int
    has_challenge: bool
    #: Whether its hackathon starts before team formation closes.
    begins_early: bool


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the guards of a membership look at; ``has_other_team`` is about the person who joins."""

    hackathon_state: str
    team_state: str
    members: int
    members_max: int
    has_other_team: bool
    is_captain: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """``what`` a team has to do or to wait for next, as a code, and the instant by which it is over."""

    what: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Teams that are looked for, by the words of their name, and which part of the list.

    ``is_looking``: those that take somebody in for a role.
    """

    words: str = ""
    is_looking: bool = False
    after: UUID | None = None
    rows: int = 50


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    teams: list[Team]
    after: UUID | None
