"""What there is to work on together, as values: hackathons, their dates and their challenges."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from falaj_client.model import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Half-open: what closes at ``instant`` is open until just before it. ``extension_count``: how often it was moved."""

    deadline: str
    name: Name
    instant: dt.datetime
    zone: str
    extension_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hackathon:
    """``state`` is the public one; ``place`` is None online; without dates it is postponed or cancelled."""

    hackathon: str
    name: Name
    description: Name
    state: str
    state_name: Name
    state_reason: str | None
    mode: str
    place: Name | None
    international: bool
    team_members_min: int
    team_members_max: int
    rounds: int
    challenge_count: int
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A problem to solve; ``datasets`` and ``things`` are codes of what it links, ``terms`` whose the work will be."""

    challenge: str
    hackathon: str
    name: Name
    problem: Name
    organisation: str | None
    organisation_name: Name | None
    terms: str | None
    datasets: tuple[str, ...]
    things: tuple[str, ...]
