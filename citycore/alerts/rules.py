"""What a rule makes of a value. Pure: preview, worker and tests take the same steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias

from citycore.alerts.model import IDLE, Event, Rule, Sample, State
from citycore.clock import CITY_ZONE

#: Which part of all futures lies below the bounds of a forecast.
QUANTILES = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)
#: Two values further apart have no rate of change.
RATE_SECONDS_MAX = 3_600
_HOUR_SECONDS = 3_600
Step: TypeAlias = tuple[State, tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule and one of its subjects, ready for values in the unit of the subject."""

    rule: Rule
    low: float
    high: float
    hysteresis: float
    duration: timedelta
    clear: timedelta
    missing: timedelta | None
    #: Of a forecast: the bounds of the values that it is about.
    above: float | None
    below: float | None


def watch(rule: Rule, factor: float = 1.0, shift: float = 0.0) -> Watch:
    """``factor`` and ``shift`` make a value of the rule's unit one of the subject's."""
    low, high = rule.horizon
    if rule.kind == "anomaly":
        return _watch_anomalies(rule)
    if rule.kind == "forecast":
        low, high = -math.inf, math.nextafter(rule.probability or 0.0, 0.0)
    elif rule.kind == "rate":
        low, high = low * factor, high * factor
    else:
        low, high = low * factor + shift, high * factor + shift
    return Watch(
        rule=rule,
        low=low,
        high=high,
        hysteresis=rule.hysteresis * factor,
        duration=timedelta(seconds=rule.duration_seconds),
        clear=timedelta(seconds=rule.clear_seconds),
        missing=None if rule.missing_seconds is None else timedelta(seconds=rule.missing_seconds),
        above=None if rule.above is None else rule.above * factor + shift,
        below=None if rule.below is None else rule.below * factor + shift,
    )


def _watch_anomalies(rule: Rule) -> Watch:
    """Half-widths have no unit. Whether an anomaly goes on or is over is known already, so nothing has to last."""
    nothing = timedelta()
    return Watch(rule, -math.inf, rule.horizon[1], 0.0, nothing, nothing, None, None, None)


def step(watched: Watch, state: State, sample: Sample) -> Step:
    """What a value that is newer than all before it changes."""
    if watched.missing is not None:
        return _heard(watched.missing, state, sample)
    value = rate_of(sample) if watched.rule.kind == "rate" else sample.value
    if value is None or not math.isfinite(value):
        return state, ()
    return (
        _raised(watched, state, sample.at, value)
        if state.is_raised
        else _idle(watched, state, sample.at, value)
    )


def _idle(watched: Watch, state: State, at: datetime, value: float) -> Step:
    if watched.low <= value <= watched.high:
        return IDLE, ()
    if at - (state.since or at) >= watched.duration:
        return State(is_raised=True), (Event("raised", at, value),)
    return (state if state.since else State(since=at)), ()


def _raised(watched: Watch, state: State, at: datetime, value: float) -> Step:
    if not watched.low + watched.hysteresis <= value <= watched.high - watched.hysteresis:
        return State(is_raised=True), ()
    if at - (state.since or at) >= watched.clear:
        return IDLE, (Event("cleared", at, value),)
    return (state if state.since else State(is_raised=True, since=at)), ()


def _heard(missing: timedelta, state: State, sample: Sample) -> Step:
    """A value came: what was silent is so no more, also if nobody had noticed."""
    cleared = Event("cleared", sample.at, None)
    if state.is_raised:
        return IDLE, (cleared,)
    if sample.previous_at is not None and sample.at - sample.previous_at > missing:
        return IDLE, (Event("raised", sample.previous_at + missing, None), cleared)
    return IDLE, ()


def silence(watched: Watch, state: State, newest_at: datetime, now: datetime) -> Step:
    """Nothing has come since ``newest_at``."""
    if watched.missing is None or state.is_raised or now - newest_at <= watched.missing:
        return state, ()
    return State(is_raised=True), (Event("raised", newest_at + watched.missing, None),)


def rate_of(sample: Sample) -> float | None:
    """Units per hour since the value before; None where there is none, or it is too old."""
    if sample.value is None or sample.previous_at is None or sample.previous_value is None:
        return None
    seconds = (sample.at - sample.previous_at).total_seconds()
    if not 0 < seconds <= RATE_SECONDS_MAX:
        return None
    return (sample.value - sample.previous_value) / seconds * _HOUR_SECONDS


def exceedance(bounds: Sequence[float], above: float | None, below: float | None) -> float:
    """How probable a value above (or below) is; ``bounds`` of a forecast are ordered as :data:`QUANTILES`.

    Between two bounds the probability is taken to run evenly, and outside of all of them it is 0 or 1: an alert is about what is likely.
    ``/v1/forecasts/exceedance`` says no more there than the outermost bounds allow.
    """
    edge = above if above is not None else below
    if edge is None:
        return 0.0
    under = _share_below(bounds, edge)
    return 1.0 - under if above is not None else under


def _share_below(bounds: Sequence[float], edge: float) -> float:
    if edge < bounds[0]:
        return 0.0
    if edge >= bounds[-1]:
        return 1.0
    for (lower, first), (upper, last) in zip(
        zip(bounds, QUANTILES, strict=True),
        list(zip(bounds, QUANTILES, strict=True))[1:],
        strict=False,
    ):
        if edge < upper:
            part = (edge - lower) / (upper - lower) if upper > lower else 1.0
            return first + part * (last - first)
    return 1.0


def told_at(rule: Rule, now: datetime) -> datetime:
    """When somebody is told of what happens now: at once, or at the end of the quiet hours."""
    quiet = rule.quiet
    if quiet is None or rule.severity == "extreme" or quiet.start == quiet.end:
        return now
    local = now.astimezone(CITY_ZONE)
    clock, start, end = local.time(), time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    is_quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not is_quiet:
        return now
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, CITY_ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rule would have done to one subject."""

    raised: int
    seconds: float
    first_at: datetime | None
    is_open: bool


def rehearse(watched: Watch, samples: Iterable[Sample], until: datetime) -> Tally:
    """Take all steps of a time that is over, oldest first."""
    state, raised, seconds = IDLE, 0, 0.0
    first: datetime | None = None
    began: datetime | None = None
    newest: datetime | None = None

    def count(events: Iterable[Event]) -> None:
        nonlocal raised, seconds, first, began
        for event in events:
            if event.happening == "raised":
                raised, began = raised + 1, event.at
                first = first or event.at
            elif began is not None:
                seconds, began = seconds + (event.at - began).total_seconds(), None

    for sample in samples:
        state, events = step(watched, state, sample)
        count(events)
        newest = sample.at
    if newest is not None:
        state, events = silence(watched, state, newest, until)
        count(events)
    is_open = began is not None
    if began is not None:
        seconds += max(0.0, (until - began).total_seconds())
    return Tally(raised, seconds, first, is_open)
