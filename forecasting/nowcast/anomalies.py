"""When values that lie beyond their band are an anomaly, and when it is over. Pure.

While one begins and goes on, its values are compared with what was expected before it, as far ahead as that reached: what is expected
from it would soon take it for usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forecasting.nowcast.model import QUARTER, FloatArray, Nowcast
from forecasting.nowcast.settings import NowcastSettings

#: Where a band has no width, a value that is not in it is so many half-widths off, and no value is further.
SIZE_MAX = 1000.0


@dataclass(frozen=True, slots=True)
class Step:
    """One quarter (or hour) that was measured, with what was expected of it."""

    at: datetime
    value: float
    expected: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float

    @property
    def is_outside(self) -> bool:
        return not self.lower_95 <= self.value <= self.upper_95

    @property
    def is_inside(self) -> bool:
        return self.lower_80 <= self.value <= self.upper_80

    @property
    def size(self) -> float:
        """How many half-widths of the 95 % band it lies off what was expected, on its side."""
        width = abs((self.upper_95 if self.value > self.expected else self.lower_95) - self.expected)
        off = abs(self.value - self.expected)
        return min(off / width, SIZE_MAX) if width > 0 else SIZE_MAX * (off > 0)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a nowcast said, as it can be kept beside what follows from it."""

    origin: datetime
    median: tuple[float, ...]
    lower_80: tuple[float, ...]
    upper_80: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]

    @classmethod
    def of(cls, said: Nowcast) -> Expectation:
        bounds = (tuple(side.tolist()) for level in (80, 95) for side in _sides(said, level))
        return cls(said.origin, tuple(said.median.tolist()), *bounds)

    def step(self, at: datetime, value: float) -> Step | None:
        """None for a quarter that it does not reach."""
        place = (at - self.origin) // QUARTER
        if not 0 <= place < len(self.median):
            return None
        rest = (self.lower_80, self.upper_80, self.lower_95, self.upper_95)
        return Step(at, value, self.median[place], *(bound[place] for bound in rest))


@dataclass(frozen=True, slots=True)
class Anomaly:
    """From the first step that was outside to the last one (its beginning), which is None while it goes on.

    ``worst`` is the step that lies furthest off.
    """

    starts_at: datetime
    worst: Step
    steps: int
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a datastream: steps in a row outside, those in a row inside again, what goes on, what was expected before."""

    outside: tuple[Step, ...] = ()
    calm: int = 0
    going_on: Anomaly | None = None
    #: The beginning of the last step outside.
    last_outside_at: datetime | None = None
    before: Expectation | None = None

    @property
    def is_nothing(self) -> bool:
        return not self.outside and self.going_on is None


def follow(
    state: State, measured: Sequence[tuple[datetime, float]], said: Expectation, settings: NowcastSettings
) -> tuple[State, list[Anomaly]]:
    """The state after some quarters, in order of time, and the anomalies that began, went on or ended in them."""
    found: list[Anomaly] = []
    for at, value in measured:
        of_before = None if state.before is None else state.before.step(at, value)
        step = of_before or said.step(at, value)
        if step is None:
            continue
        expected = said if of_before is None else state.before
        state, changed = judge(state, step, settings)
        found += [] if changed is None else [changed]
        state = State() if state.is_nothing else replace(state, before=expected)
    return state, found


def judge(state: State, step: Step, settings: NowcastSettings) -> tuple[State, Anomaly | None]:
    """The state after one more step, and the anomaly that began, went on or ended with it."""
    so_far = state.going_on
    if so_far is None:
        return _watch(state, step, settings)
    if step.is_inside:
        state = replace(state, calm=state.calm + 1)
        is_over = state.calm >= settings.close_steps
        return (State(), replace(so_far, ends_at=state.last_outside_at)) if is_over else (state, None)
    if not step.is_outside:
        return replace(state, calm=0), None
    worst = max(so_far.worst, step, key=lambda one: one.size)
    going_on = replace(so_far, worst=worst, steps=so_far.steps + 1)
    return replace(state, calm=0, going_on=going_on, last_outside_at=step.at), going_on


def _watch(state: State, step: Step, settings: NowcastSettings) -> tuple[State, Anomaly | None]:
    if not step.is_outside:
        return State(), None
    outside = (*state.outside, step)
    if len(outside) < settings.open_steps and step.size < settings.open_size:
        return replace(state, outside=outside), None
    begun = Anomaly(outside[0].at, max(outside, key=lambda one: one.size), len(outside))
    return replace(state, outside=(), calm=0, going_on=begun, last_outside_at=step.at), begun


def _sides(said: Nowcast, level: int) -> tuple[FloatArray, FloatArray]:
    return said.bands[level].lower, said.bands[level].upper
