"""Subscriptions to the report as values: of what it is, when it comes, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.people.model import Names
from casework.workflow.wording import Label, Labelled
from citycore.language import Language

PACKAGE: Final = "casework.report_mails"
#: Over how many last days the dashboards report; a test holds it against theirs.
DAYS: Final[tuple[int, ...]] = (1, 3, 7, 14, 28, 365)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Rhythm(Labelled, package=PACKAGE, table="rhythm"):
    """How often it comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class State(Labelled, package=PACKAGE, table="state"):
    """A subscription that nothing can come of is ``set_aside`` until its person resumes or ends it."""

    ACTIVE = "active"
    PAUSED = "paused"
    SET_ASIDE = "set_aside"


class Fault(StrEnum):
    """Why no report came.

    It is tried again soon where the hub did not answer or the making was ended, at the next time where trying again
    would come to the same, and not at all where there can be none.
    """

    AWAY = "away"
    ENDED = "ended"
    TOO_LARGE = "too_large"
    NOT_AVAILABLE = "not_available"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"fault.{self.value}")

    @property
    def is_passing(self) -> bool:
        return self in {Fault.AWAY, Fault.ENDED}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a report is of, by codes: ``place`` is "" for everywhere, the property "" for the one that it opens on."""

    place: str
    observed_property: str
    days: int
    language: Language


@dataclass(frozen=True, slots=True)
class Times:
    """When it comes, on the city's clock: ``weekdays`` (1 is Monday) of a weekly one, ``month_day`` of a monthly one."""

    rhythm: Rhythm
    weekdays: tuple[int, ...]
    month_day: int | None
    hour: int


@dataclass(frozen=True, slots=True)
class New:
    """A subscription as it is begun."""

    subscription_id: UUID
    person_id: UUID
    stop_token: str
    created_at: datetime
    choice: Choice
    times: Times
    next_due: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """``next_due`` is the next of the chosen times, ``due_at`` when it is tried next. ``failures`` are times in a row
    for which nothing came, ``tries`` attempts for the one that is due. ``is_failing``: it is set aside as a failure of the hub's.
    """

    subscription_id: UUID
    person_id: UUID
    stop_token: str
    state: State
    version: int
    created_at: datetime
    choice: Choice
    times: Times
    next_due: datetime
    due_at: datetime
    asked_at: datetime | None
    last_sent: datetime | None
    tries: int
    failures: int
    last_failure: Fault | None
    failed_at: datetime | None
    is_failing: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Something that can be reported on."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Made:
    """A report: the file, what it calls its place, and its answers in words, one a line."""

    content: bytes
    place: str
    answers: str
