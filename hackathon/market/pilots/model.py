"""Pilots, their things and what these measure, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from casework.people.model import Names
from casework.workflow.wording import Labelled

PACKAGE: Final = "hackathon.market.pilots"
#: What every namespace begins with, as the database's own functions say.
PREFIX: Final = "pilot-"


class Origin(Labelled, package=PACKAGE, table="origin"):
    """What a pilot came out of."""

    INTRODUCTION = "introduction"
    SUBMISSION = "submission"
    AWARD = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be tried; from ``starts_on`` until (not including) ``ends_on``, days in Muscat."""

    code: str
    title_ar: str
    title_en: str
    purpose_ar: str
    purpose_en: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a pilot can be proposed: with which agency (None: any that is verified), and who would provide it.

    One of ``provider_id`` (a company), ``team_id`` and ``application_id`` is set. ``is_ready`` says that what it
    comes out of has come far enough.
    """

    origin: Origin
    origin_id: UUID
    titles: Names
    agency_id: UUID | None
    is_ready: bool
    provider_id: UUID | None = None
    team_id: UUID | None = None
    application_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is stored of a new pilot."""

    ground: Ground
    agency_id: UUID
    plan: Plan
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class Pilot:
    """``provider`` is a company, a team, or the organisation on whose behalf was applied; no person is named."""

    pilot_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    plan: Plan
    origin: Origin
    origin_id: UUID
    agency_id: UUID
    agency: Names
    provider_id: UUID | None
    team_id: UUID | None
    application_id: UUID | None
    provider: Names
    is_simulated: bool
    agreed_at: datetime | None
    started_at: datetime | None
    has_source: bool

    @property
    def namespace(self) -> str:
        """The code of its source, and what the codes of its things begin with."""
        return f"{PREFIX}{self.plan.code}"

    @property
    def titles(self) -> Names:
        return Names(self.plan.title_ar, self.plan.title_en)


@dataclass(frozen=True, slots=True)
class Facts:
    """Pilots have no guards: what stands against a proposal is found before there is one."""


@dataclass(frozen=True, slots=True)
class NewThing:
    """``name`` is what follows the namespace in its code; WGS 84 degrees, both or none."""

    name: str
    kind: str
    name_ar: str
    name_en: str
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """What the hub knows to be measured; ``unit`` in UCUM."""

    code: str
    names: Names
    unit: str


class ResultType(Labelled, package=PACKAGE, table="result_type"):
    """What the values of a datastream are: numbers, words, or where something is."""

    MEASUREMENT = "measurement"
    CATEGORY = "category"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class NewDatastream:
    """Which thing, by its code, measures which property; ``interval_seconds`` is None if it is not regular."""

    thing: str
    property: str
    interval_seconds: int | None
    result_type: ResultType = ResultType.MEASUREMENT


@dataclass(frozen=True, slots=True)
class Measured:
    """A datastream: its newest value (``text`` for what is no number), and how many values the last day brought."""

    what: Property
    result_type: ResultType
    interval_seconds: int | None
    phenomenon_time: datetime | None
    result: float | None
    text: str | None
    quality: int | None
    count_of_day: int

    def age(self, at: datetime) -> timedelta | None:
        """How old the newest value is."""
        return None if self.phenomenon_time is None else at - self.phenomenon_time

    def is_fresh(self, at: datetime, intervals: int, seconds: int) -> bool:
        """Not older than so many of its intervals, or than so many seconds where it has none."""
        age = self.age(at)
        most = seconds if self.interval_seconds is None else self.interval_seconds * intervals
        return age is not None and age <= timedelta(seconds=most)


@dataclass(frozen=True, slots=True)
class Thing:
    code: str
    kind: str
    names: Names
    longitude: float | None
    latitude: float | None
    measures: tuple[Measured, ...]
