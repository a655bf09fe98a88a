"""Rules, what they remember, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["threshold", "rate", "missing", "band", "forecast", "anomaly"]
Severity = Literal["minor", "moderate", "severe", "extreme"]
#: As CAP 1.2 names them.
Category = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "Other"
]
Happening = Literal["raised", "cleared"]
Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Words = Annotated[str, Meta(min_length=1, max_length=1_000)]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Seconds = Annotated[int, Meta(ge=0, le=2_592_000)]


class Both(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    en: Words
    ar: Words


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Hours of the city in which nobody is told, except of what is extreme; ``to`` may lie on the next day."""

    start: TimeOfDay
    end: TimeOfDay


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is watched, and from when on it is worth an alert. Bounds are in ``unit``, else in that of the property.

    ``threshold`` and ``rate`` have ``above`` or ``below`` (of a rate: units per hour), ``band`` has ``low`` and ``high``, ``missing`` has
    ``missing_seconds``, ``forecast`` has ``above`` or ``below`` and a ``probability``. ``anomaly`` has ``above``: how many half-widths of the band
    of what was expected a value lies off, at least 1.
    """

    code: Code
    name: Both
    text: Both
    kind: Kind
    severity: Severity
    #: What is watched: a property, or an index of air quality; everywhere, or in one place, of one thing or datastream.
    observed_property: Code | None = None
    index: Literal["us", "eu", "who"] | None = None
    place: str | None = None
    thing: str | None = None
    datastream: int | None = None
    above: float | None = None
    below: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    missing_seconds: Annotated[int, Meta(ge=1, le=31_536_000)] | None = None
    probability: Annotated[float, Meta(gt=0, lt=1)] | None = None
    #: So long the condition holds, and so long it is calm again, between two phenomenon times.
    duration_seconds: Seconds = 0
    clear_seconds: Seconds = 0
    #: It is calm again only so far within the bound.
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    quiet: Quiet | None = None
    category: Category = "Other"
    is_public: bool = True
    notify: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()

    @property
    def horizon(self) -> tuple[float, float]:
        """Between which values all is well; infinite where there is no bound."""
        inf = float("inf")
        if self.kind == "band":
            return (-inf if self.low is None else self.low, inf if self.high is None else self.high)
        return (-inf if self.below is None else self.below, inf if self.above is None else self.above)


@dataclass(frozen=True, slots=True)
class State:
    """``since``: since when its condition holds without a break, or, once raised, since when it is calm again."""

    is_raised: bool = False
    since: datetime | None = None


IDLE = State()


@dataclass(frozen=True, slots=True)
class Sample:
    """A value, and the newest one before it."""

    at: datetime
    value: float | None
    previous_at: datetime | None = None
    previous_value: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """``at`` is by the clock of the phenomenon."""

    happening: Happening
    at: datetime
    value: float | None
    expected_at: datetime | None = None
