"""SQL to values and back; never commits. ``queries.sql`` holds the statements."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite

import numpy as np
from psycopg.types.json import Jsonb

from citycore.clock import CITY_ZONE
from citycore.errors import NotFound
from citycore.intervals import HOUR, floor_hour
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.units import bounds_in
from forecasting.model import LEVELS, Forecast, HourlySeries, SeriesTraits
from forecasting.settings import ForecastSettings

QUERIES = load_queries("forecasting")
#: Under which series are set aside that cannot be forecast.
JOB = "forecasts"
#: Hours before are no measurements of a city; dates of antiquity end the arithmetic of a database and of pandas.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A datastream whose forecast is to be issued now."""

    datastream_id: int
    is_recorded: bool


def last_complete_hour(now: datetime, settings: ForecastSettings) -> datetime:
    """The beginning of the newest hour that is over, its last messages included."""
    return floor_hour(now - timedelta(seconds=settings.grace_seconds)) - HOUR


def read_due(connection: Connection, now: datetime, settings: ForecastSettings) -> list[Due]:
    """Every datastream that is due, the most urgent first."""
    rows = connection.execute(
        QUERIES["due_datastreams"],
        {
            "job": JOB,
            "now": now,
            "earliest": EARLIEST,
            "last_hour": last_complete_hour(now, settings),
            "interval": timedelta(seconds=settings.interval_seconds),
            "settle": timedelta(seconds=settings.settle_seconds),
            "horizon": timedelta(hours=settings.judged_window_hours),
            "training": timedelta(weeks=settings.training_weeks_max),
            "scored_hours_min": settings.scored_hours_min,
            "naive_hours_min": settings.naive_hours_min,
        },
    ).fetchall()
    return [Due(*row) for row in rows]


def read_traits(connection: Connection, datastream_id: int) -> SeriesTraits:
    """:class:`NotFound` if there is no such datastream."""
    row = connection.execute(QUERIES["series_traits"], {"datastream_id": datastream_id}).fetchone()
    if row is None:
        raise NotFound(what="datastream", name=datastream_id)
    zone, *unit_and_bounds = row
    lower, upper = (bound if isfinite(bound) else None for bound in bounds_in(*unit_and_bounds))
    return SeriesTraits(zone=zone or CITY_ZONE.key, lower_bound=lower, upper_bound=upper)


def read_series(
    connection: Connection, datastream_id: int, now: datetime, settings: ForecastSettings
) -> HourlySeries | None:
    """The hourly means up to the last complete hour that has one; None if there is none at all.

    A mean beyond ``value_max`` is no measurement, and missing.
    """
    rows = connection.execute(
        QUERIES["hourly_means"],
        {
            "datastream_id": datastream_id,
            "earliest": EARLIEST,
            "last_hour": last_complete_hour(now, settings),
            "training": timedelta(weeks=settings.training_weeks_max),
        },
    ).fetchall()
    if not rows:
        return None
    start = rows[0][0].astimezone(UTC)
    values = np.full((rows[-1][0] - start) // HOUR + 1, np.nan)
    for bucket_start, mean in rows:
        values[(bucket_start - start) // HOUR] = mean
    values[np.abs(values) > settings.value_max] = np.nan
    return HourlySeries(start, values)


def try_lock(connection: Connection, datastream_id: int) -> bool:
    """Whether this transaction is now the only one that forecasts the datastream."""
    row = connection.execute(QUERIES["lock_datastream"], {"datastream_id": datastream_id}).fetchone()
    return row is not None and bool(row[0])


def read_last_origin(connection: Connection, datastream_id: int) -> datetime | None:
    row = connection.execute(QUERIES["last_origin"], {"datastream_id": datastream_id}).fetchone()
    return None if row is None else row[0].astimezone(UTC)


def store_forecast(
    connection: Connection, datastream_id: int, issued_at: datetime, forecast: Forecast
) -> None:
    row = connection.execute(
        QUERIES["store_forecast"],
        {
            "datastream_id": datastream_id,
            "issued_at": issued_at,
            "origin": forecast.origin,
            "horizon_hours": forecast.horizon_hours,
            "model": forecast.model,
            "baseline": forecast.baseline,
            "mae": forecast.mae,
            "baseline_mae": forecast.baseline_mae,
            "skill": forecast.skill,
            "backtest_origins": forecast.backtest_origins,
            **{f"coverage_{level}": forecast.coverage.get(level) for level in LEVELS},
            "training_start": forecast.training_start,
            "training_hours": forecast.training_hours,
            "data_digest": forecast.data_digest,
            "fallback_reason": forecast.fallback_reason,
            "candidates": Jsonb([asdict(score) for score in forecast.candidates]),
        },
    ).fetchone()
    assert row is not None, "an insert that returns gives its row"
    connection.execute(
        QUERIES["store_values"],
        {
            "forecast_id": row[0],
            "times": forecast.hours(),
            "median": forecast.median.tolist(),
            **{f"lower_{level}": band.lower.tolist() for level, band in forecast.bands.items()},
            **{f"upper_{level}": band.upper.tolist() for level, band in forecast.bands.items()},
        },
    )


def delete_old_forecasts(connection: Connection, datastream_id: int, issues_max: int) -> int:
    """How many issues went because newer ones fill the maximum."""
    return connection.execute(
        QUERIES["delete_old_forecasts"], {"datastream_id": datastream_id, "issues_max": issues_max}
    ).rowcount
