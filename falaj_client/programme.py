"""What there is to work on together, as values: hackathons, their dates, challenges, submissions, results and awards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from falaj_client.model import Name, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Half-open: what closes at ``instant`` is open until just before it. ``extension_count``: how often it was moved."""

    deadline: str
    name: Name
    instant: dt.datetime
    zone: str
    extension_count: int = field(metadata=within("extensions", read=len))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """``amount`` is a decimal number in ``currency``, None where it is not money."""

    name: Name
    amount: str | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who stands behind a hackathon."""

    name: Name
    website: str | None


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
    prizes: tuple[Prize, ...]
    rules: Name | None
    eligibility: Name | None
    contact_email: str | None
    partners: tuple[Partner, ...]
    challenge_count: int
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A problem to solve; ``datasets`` and ``things`` are codes of what it links, ``terms`` whose the work will be."""

    challenge: str
    hackathon: str
    name: Name
    problem: Name
    organisation: str | None = field(metadata=within("organisation", "organisation"))
    organisation_name: Name | None = field(metadata=within("organisation", "name"))
    terms: str | None
    datasets: tuple[str, ...] = field(metadata=within("datasets", "dataset"))
    things: tuple[str, ...] = field(metadata=within("things", "thing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """What became of a submission: ``kind`` is ``funding_call``, ``pilot`` or ``marketplace``."""

    kind: str
    kind_name: Name
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a team handed in last, in its own words; ``sha256`` is over all of it."""

    submission: str
    hackathon: str
    challenge: str | None
    title: str
    summary: str
    team: str
    state: str
    state_name: Name
    submitted_at: dt.datetime
    sha256: str
    continuations: tuple[Continuation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A place. ``score`` is normalised and decides; ``status`` is ``provisional`` until appeals are over.

    ``challenge`` is None where all challenges of the hackathon are compared.
    """

    hackathon: str
    hackathon_name: Name
    status: str
    status_name: Name
    released_at: dt.datetime
    challenge: str | None
    submission: str
    title: str
    team: str
    place: int
    score: float
    raw_score: float
    raw_place: int
    sheet_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Who won what: ``award`` is ``place`` or ``peoples_choice``; ``vote_count`` is None where nobody voted about it."""

    hackathon: str
    hackathon_name: Name
    award: str
    award_name: Name
    challenge: str | None
    place: int
    vote_count: int | None
    submission: str
    title: str
    team: str
    continuations: tuple[Continuation, ...]
