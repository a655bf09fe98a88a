"""Surveys as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from casework.admission.model import Channel
from casework.counting.model import Targets
from casework.people.model import Names
from casework.statistics.statement import Sampling

PACKAGE: Final = "participation.surveys"
KIND: Final = "survey"


#: The ways of those who are on a roll, and of those who come by themselves.
CHANNELS: Final = {
    Sampling.ROLL: frozenset({Channel.TOKEN, Channel.KIOSK}),
    Sampling.SELF_SELECTED: frozenset({Channel.WEB, Channel.KIOSK}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is asked, for what, who decides on the result, and until the end of which day that is promised.

    ``service_ar`` and ``service_en`` name the service that is evaluated, both "" where none is.
    """

    title_ar: str
    title_en: str
    purpose_ar: str
    purpose_en: str
    decider_id: UUID
    promised_on: date
    sampling: Sampling
    channels: frozenset[Channel]
    service_ar: str = ""
    service_en: str = ""

    @property
    def titles(self) -> Names:
        return Names(self.title_ar, self.title_en)

    @property
    def purposes(self) -> Names:
        return Names(self.purpose_ar, self.purpose_en)

    @property
    def services(self) -> Names:
        return Names(self.service_ar or None, self.service_en or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """From (including) ``opens`` until (not including) ``closes`` it is answered."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Survey:
    """``form_version`` and ``form_digest`` are of what is asked, once it is fixed; ``follows_id`` is the wave before it.

    ``release_id`` and ``decision_id`` are those of the published result, ``answered`` how many that says.
    """

    survey_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    agency_id: UUID
    agency: Names
    decider: Names
    description: Description
    follows_id: UUID | None
    form_version: int | None
    form_digest: bytes | None
    opens: datetime | None
    closes: datetime | None
    release_id: UUID | None
    decision_id: UUID | None
    answered: int | None
    #: By which shares of the public it is weighted, as they are stored; None: not at all.
    weights: Any
    is_own: bool

    @property
    def titles(self) -> Names:
        return self.description.titles

    @property
    def targets(self) -> Targets | None:
        return None if self.weights is None else msgspec.convert(self.weights, Targets)


@dataclass(frozen=True, slots=True)
class Rated:
    """How satisfied those were who answered about a service by a channel; ``value`` is None where it is not printed."""

    survey_id: UUID
    service: Names
    channel: str
    closes: datetime
    base: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards ask for; ``is_by_another`` and ``is_read_by_another`` are about who acts: another than who wrote it, and
    than who chose what is quoted.
    """

    has_form: bool
    is_fixed: bool
    has_decider: bool
    is_timely: bool
    is_by_another: bool
    is_read_by_another: bool
    is_counted_out: bool
    has_figures: bool
    is_answered: bool
