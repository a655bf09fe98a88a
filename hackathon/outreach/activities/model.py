"""Activities as values. Several ambassadors may report one event: its reach is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.governorates.model import Governorate
from citycore.language import Language


class Topic(StrEnum):
    OPEN_DATA = "open_data"
    INTERNET_OF_THINGS = "internet_of_things"
    ARTIFICIAL_INTELLIGENCE = "artificial_intelligence"
    ROBOTICS = "robotics"
    CYBERSECURITY = "cybersecurity"
    MOBILITY = "mobility"
    ENVIRONMENT = "environment"
    ENERGY_AND_WATER = "energy_and_water"
    HEALTH = "health"
    ENTREPRENEURSHIP = "entrepreneurship"


class Audience(StrEnum):
    PUPILS = "pupils"
    STUDENTS = "students"
    TEACHERS = "teachers"
    PUBLIC_EMPLOYEES = "public_employees"
    COMPANIES = "companies"
    PUBLIC = "public"


class Mode(StrEnum):
    IN_PLACE = "in_place"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Event:
    """What took place, or will; ``governorate`` is None exactly if it is online."""

    title: str
    language: Language
    mode: Mode
    governorate: Governorate | None
    topic: Topic
    audience: Audience
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What an ambassador tells of an event: people reached, minutes of work, and in their own words."""

    reached: int
    minutes: int
    account: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One ambassador's part in an event; ``counted`` is what the verification found of the reach."""

    activity_id: UUID
    event_id: UUID
    ambassador_id: UUID
    person_id: UUID
    event: Event
    report: Report | None
    counted: int | None
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    file_id: UUID
    name: str
    media_type: str
    size_bytes: int
    digest: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Similar:
    """An event that may be the one that is meant."""

    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """``is_own``: the actor reports this event too; ``reached`` is what a report says, 0 where there is none."""

    is_own: bool
    is_told: bool
    evidence_files: int
    reached: int


@dataclass(frozen=True, slots=True)
class Total:
    """Of an ambassador's verified activities: how many, minutes, and the ambassador's shares of the reach."""

    activities: int
    minutes: int
    reached: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Verified events, and whom they reached; each event and its people once."""

    events: int = 0
    reached: int = 0

    def __add__(self, other: Reach) -> Reach:
        return Reach(self.events + other.events, self.reached + other.reached)


@dataclass(frozen=True, slots=True)
class Totals:
    """All verified reach, sorted in three ways; what was online belongs to no governorate."""

    all: Reach
    governorates: Mapping[Governorate | None, Reach]
    topics: Mapping[Topic, Reach]
    audiences: Mapping[Audience, Reach]


@dataclass(frozen=True, slots=True)
class Verified:
    """An activity as everybody sees it; ``reached`` is the ambassador's share."""

    title: str
    language: Language
    governorate: Governorate | None
    topic: Topic
    audience: Audience
    ended_at: datetime
    reached: int
    minutes: int
