"""Issue forecasts: one transaction for each datastream."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from citycore.clock import Clock
from citycore.failures.service import Attempts
from citycore.store.connections import Connection
from forecasting import repository
from forecasting.compose import forecast_series
from forecasting.model import Forecast, HourlySeries
from forecasting.repository import Due
from forecasting.settings import ForecastSettings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What one run over the due datastreams came to."""

    issued: int
    failed: int


def forecast_datastream(
    connection: Connection, datastream_id: int, now: datetime, settings: ForecastSettings
) -> Forecast | None:
    """Make and store a forecast from the last complete hour on. ``connection`` is autocommitting.

    None if too little is known of the datastream, or another process is forecasting it.
    :class:`citycore.errors.NotFound` if there is no such datastream.
    """
    with connection.transaction():
        if not repository.try_lock(connection, datastream_id):
            return None
        series = repository.read_series(connection, datastream_id, now, settings)
        return _publish(connection, datastream_id, series, now, settings)


def issue_due(
    connection: Connection,
    clock: Clock,
    settings: ForecastSettings,
    pause: Callable[[float], None] = time.sleep,
) -> IssueReport:
    """Issue what is due, at most ``series_max`` forecasts; a failing series is set aside and stops no other.

    ``connection`` is autocommitting: each forecast is a transaction of its own.
    Between two series of a running city it pauses, so that the machine stays usable.
    ``psycopg.OperationalError`` if the database goes away.
    """
    issued, attempts = 0, Attempts(connection, repository.JOB, clock, may_kill=True)
    tried: set[int] = set()
    while issued + attempts.failed < settings.series_max:
        due = _most_urgent(connection, clock(), settings, tried)
        if due is None:
            break
        tried.add(due.datastream_id)
        issue = partial(_issue, connection, due, clock(), settings)
        issued += attempts.attempt(str(due.datastream_id), issue) or 0
        if not due.is_recorded:
            pause(settings.pause_seconds)
    return IssueReport(issued, attempts.failed)


def _most_urgent(
    connection: Connection, now: datetime, settings: ForecastSettings, tried: Collection[int]
) -> Due | None:
    """Asked anew after each series, so that a recording that has just come in need not wait."""
    dues = repository.read_due(connection, now, settings)
    return next((due for due in dues if due.datastream_id not in tried), None)


def count_due(connection: Connection, now: datetime, settings: ForecastSettings) -> int:
    """How many datastreams are due; a cheap question, asked often."""
    return len(repository.read_due(connection, now, settings))


def _issue(connection: Connection, due: Due, now: datetime, settings: ForecastSettings) -> int:
    """Forecast one datastream unless another process has just done so; how many were issued."""
    with connection.transaction():
        if not repository.try_lock(connection, due.datastream_id):
            return 0
        series = repository.read_series(connection, due.datastream_id, now, settings)
        last = repository.read_last_origin(connection, due.datastream_id)
        if series is None or (last is not None and last >= series.end):
            return 0
        return int(_publish(connection, due.datastream_id, series, now, settings) is not None)


def _publish(
    connection: Connection,
    datastream_id: int,
    series: HourlySeries | None,
    now: datetime,
    settings: ForecastSettings,
) -> Forecast | None:
    traits = repository.read_traits(connection, datastream_id)
    forecast = None if series is None else forecast_series(series, traits, settings)
    if forecast is None:
        return None
    repository.store_forecast(connection, datastream_id, now, forecast)
    repository.delete_old_forecasts(connection, datastream_id, settings.issues_max)
    log.info(
        "forecast_issued",
        datastream=datastream_id,
        origin=forecast.origin.isoformat(),
        model=forecast.model,
        skill=forecast.skill,
        fallback_reason=forecast.fallback_reason,
    )
    return forecast
