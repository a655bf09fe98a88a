"""Introductions as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.people.model import Names
from casework.taxonomy.model import PriceBand
from casework.workflow.wording import Labelled
from hackathon.market.matching.model import Match, Part

PACKAGE: Final = "hackathon.market.introductions"


class Side(Labelled, package=PACKAGE, table="side"):
    """Who suggests; only the first two can be interested."""

    AGENCY = "agency"
    VENDOR = "vendor"
    PROGRAMME = "programme"

    @property
    def other(self) -> Side:
        """The other of the two that meet."""
        return Side.VENDOR if self is Side.AGENCY else Side.AGENCY


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two that meet: a public organisation, and the person who agreed to be named, if somebody has."""

    organisation_id: UUID
    names: Names
    contact_id: UUID | None
    interested_at: datetime | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """``score`` (in thousandths) and ``parts`` are those of the day on which it was suggested."""

    introduction_id: UUID
    need_id: UUID
    need_titles: Names
    offering_id: UUID
    offering_number: int
    offering_titles: Names
    vendor_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    suggested_by: Side
    score: int
    parts: tuple[Part, ...]
    agency: Party
    vendor: Party
    shared_at: datetime | None

    @property
    def match(self) -> Match:
        return Match(self.need_id, self.offering_id, self.vendor_id, self.score, self.parts)

    def party(self, side: Side) -> Party:
        return self.agency if side is Side.AGENCY else self.vendor


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who suggests that two meet, how well they fit that day, and which version of the offering it is about."""

    by: Side
    match: Match
    offering_number: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is to be written to, as the other side reads it from mutual interest on."""

    names: Names
    email: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at. A contact counts while the person speaks for their side."""

    is_need_open: bool
    is_offering_listed: bool
    has_agency_contact: bool
    has_vendor_contact: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a side says has come of it."""

    has_met: bool
    has_pilot: bool
    has_contract: bool
    value_band: PriceBand | None = None
    note: str = ""


class QuestionKey(NamedTuple):
    """Which question: about what, to which side, how many days after contacts were shared."""

    introduction_id: UUID
    side: Side
    days: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a side is asked so many days after contacts were shared; ``told`` once it has answered."""

    introduction_id: UUID
    side: Side
    days: int
    due_at: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    told: Told | None


@dataclass(frozen=True, slots=True)
class Stage:
    """How many introductions have come at least this far."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Of one day of questions: how many were asked and answered, and what was said."""

    days: int
    asked: int
    answered: int
    met: int
    pilots: int
    contracts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``ended`` counts by the state in which introductions ended."""

    stages: tuple[Stage, ...]
    ended: dict[str, int]
    asked: tuple[Asked, ...]
