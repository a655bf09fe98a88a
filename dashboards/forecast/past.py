"""What a forecast said a week ago, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from citycore.intervals import HOUR
from dashboards import client
from dashboards.answers import Claim, Counted, Value
from dashboards.forecast import client as own
from dashboards.model import Forecast, Hour, Level
from dashboards.period import YEAR_FIRST, YEAR_LAST

WEEK = timedelta(weeks=1)
#: The band that the page holds against what came.
BAND: Level = "80"


@dataclass(frozen=True, slots=True)
class Past:
    """The forecast that stood a week before, with the hours that came since a day before it."""

    forecast: Forecast
    hours: Sequence[Hour]
    calls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of ``hours`` that were forecast and came, so many lay ``inside`` the band; ``error`` is the mean distance from the median."""

    hours: int
    inside: int
    error: float


def load(datastream: int, forecast: Forecast) -> Past | None:
    """None where the hub had no forecast of it a week before."""
    if not is_near(forecast.issued_at):
        return None
    moment = forecast.issued_at - WEEK
    before = own.issued_by(datastream, moment)
    if before is None or not before.steps or not is_near(before.origin):
        return None
    start, end = before.origin - 24 * HOUR, before.steps[-1].phenomenon_time + HOUR
    calls = [own.issued_by_url(datastream, moment), client.hours_url(datastream, start, end)]
    return Past(before, client.hours(datastream, start, end), calls)


def is_near(moment: datetime) -> bool:
    """Whether a week before and after it still lie in the calendar, which a hub of old may not know."""
    return YEAR_FIRST <= moment.year <= YEAR_LAST


def outcome(past: Past) -> Outcome | None:
    """None while nothing has come of it."""
    came = {hour.bucket_start: hour.mean for hour in past.hours if hour.mean is not None}
    met = [(came[step.phenomenon_time], step) for step in past.forecast.steps if step.phenomenon_time in came]
    if not met:
        return None
    inside = sum(step.bands[BAND][0] <= value <= step.bands[BAND][1] for value, step in met)
    error = sum(abs(value - step.median) for value, step in met) / len(met)
    return Outcome(len(met), inside, error)


def claims_of(past: Past | None) -> list[Claim]:
    """How many hours of last week's forecast came within its band, and how far off its median was."""
    if past is None or (found := outcome(past)) is None:
        return []
    return [
        Claim(
            "forecast.came",
            {
                "inside": found.inside,
                "hours": Counted("forecast.of_hours", found.hours),
                "error": Value(found.error, past.forecast.unit),
            },
        )
    ]
