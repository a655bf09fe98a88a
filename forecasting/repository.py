"""SQL to values and back; never commits. ``queries.sql`` holds the statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from psycopg.types.json import Jsonb

from citycore.forecasts.words import Outcome
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS, copy_stream
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from forecasting.days import read_countries
from forecasting.keeping import Studied, code_version
from forecasting.model import LEVELS, Forecast
from forecasting.panels import Due, Known, Part
from forecasting.reading import EARLIEST, last_complete_hour
from forecasting.running.settings import ServingSettings
from forecasting.settings import ForecastSettings

QUERIES = load_queries("forecasting")
#: Under which series are set aside that cannot be forecast, and that cannot be studied.
ISSUES, STUDIES = "forecasts", "forecast_studies"
_HOUR_MICROSECONDS = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """All that decides what is read and kept."""

    forecast: ForecastSettings
    serving: ServingSettings


class Last(NamedTuple):
    """Where the newest forecast starts, whether it waits for a whole study, and whether its days are of another kind than was known."""

    origin: datetime
    is_provisional: bool
    has_other_days: bool


def _enough(now: datetime, settings: ForecastSettings, job: str) -> dict[str, Any]:
    return {
        "job": job,
        "now": now,
        "code_version": code_version(),
        "earliest": EARLIEST,
        "last_hour": last_complete_hour(now, settings),
        "judged": timedelta(hours=settings.judged_window_hours),
        "training": timedelta(weeks=settings.training_weeks_max),
        "scored_hours_min": settings.scored_hours_min,
        "naive_hours_min": settings.naive_hours_min,
    }


def read_due(
    connection: Connection, now: datetime, limits: Limits, series_max: int | None = None
) -> list[Due]:
    """Datastreams that are due, the most urgent first, no more than one batch."""
    settings = limits.forecast
    parameters = {
        **_enough(now, settings, ISSUES),
        "interval": timedelta(seconds=settings.interval_seconds),
        "settle": timedelta(seconds=settings.settle_seconds),
        "series_max": series_max or limits.serving.series_max,
        **read_countries(connection),
    }
    return rows_of(connection, Due, QUERIES["due_series"], parameters)


def read_wanted(
    connection: Connection, datastreams: Sequence[int], now: datetime, limits: Limits
) -> list[Due]:
    """These, as if they were due; those without a measured hour are not among them."""
    parameters = {**_enough(now, limits.forecast, ISSUES), "datastreams": list(datastreams)}
    return rows_of(connection, Due, QUERIES["wanted"], parameters)


def read_known(connection: Connection, now: datetime, limits: Limits) -> list[Known]:
    """Everything that can be forecast, by family, with what is known of its study."""
    return rows_of(connection, Known, QUERIES["series_to_study"], _enough(now, limits.forecast, STUDIES))


def read_members(connection: Connection, panel: str, now: datetime) -> list[int]:
    """What was studied together by this code, but for what is set aside."""
    parameters = {"panel": panel, "now": now, "job": ISSUES, "code_version": code_version()}
    return rows_of(connection, int, QUERIES["members"], parameters)


def read_studies(connection: Connection, datastreams: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Studies as they are kept, by datastream."""
    rows = connection.execute(QUERIES["studies"], {"datastreams": list(datastreams)}).fetchall()
    return dict(rows)


def read_models(connection: Connection, panel: str) -> dict[str, bytes]:
    """What was fitted for a panel by this very code, as bytes."""
    parameters = {"panel": panel, "code_version": code_version()}
    return dict(connection.execute(QUERIES["models"], parameters).fetchall())


def read_last_issues(connection: Connection, datastreams: Sequence[int]) -> dict[int, Last]:
    """The newest forecast of each."""
    wanted = {"datastreams": list(datastreams), **read_countries(connection)}
    rows = connection.execute(QUERIES["last_issues"], wanted).fetchall()
    return {number: Last(origin.astimezone(UTC), *rest) for number, origin, *rest in rows}


def try_lock(connection: Connection, panel: str) -> bool:
    """Whether this connection is now the only one that works on a panel, until :func:`unlock`."""
    row = connection.execute(QUERIES["lock_panel"], {"panel": panel}).fetchone()
    return row is not None and bool(row[0])


def unlock(connection: Connection, panel: str) -> None:
    connection.execute(QUERIES["unlock_panel"], {"panel": panel})


def store_studies(
    connection: Connection, part: Part, studied: Studied, now: datetime, settings: ServingSettings
) -> None:
    """Instead of what there was of these series and of the panel. A candidate that is too large is not kept."""
    common = {"panel": part.panel, "code_version": code_version()}
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["delete_gone_studies"], common)
        cursor.execute(QUERIES["delete_models"], common)
        cursor.executemany(
            QUERIES["store_model"],
            [
                {
                    **common,
                    "model": name,
                    "fitted_at": now,
                    "data_digest": studied.data_digest,
                    "content": content,
                }
                for name, content in studied.models.items()
                if len(content) <= settings.model_bytes_max
            ],
        )
        cursor.executemany(
            QUERIES["store_study"],
            [
                {
                    **common,
                    "datastream_id": number,
                    "studied_at": now,
                    "until": studied.until,
                    "is_quick": part.is_new,
                    "study": Jsonb(study),
                }
                for number, study in studied.studies.items()
            ],
        )


def store_forecasts(
    connection: Connection, forecasts: Mapping[int, Forecast], now: datetime, *, is_provisional: bool
) -> None:
    """All of them with one pipeline and one COPY."""
    if not forecasts:
        return
    rows = [
        {**_head(number, one), "issued_at": now, "is_provisional": is_provisional}
        for number, one in forecasts.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(QUERIES["store_forecast"], rows, returning=True)
        numbers = []
        while True:
            numbers += [row[0] for row in cursor.fetchall()]
            if not cursor.nextset():
                break
        with cursor.copy(QUERIES["copy_values"]) as copy:
            copy.write(_values(numbers, list(forecasts.values())))


def _head(datastream_id: int, forecast: Forecast) -> dict[str, Any]:
    return {
        "datastream_id": datastream_id,
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
        "candidates": Jsonb(
            [
                {"model": one.model, "mae": one.mae, "skill": one.skill, "failure": one.failure}
                for one in forecast.candidates
            ]
        ),
        "choice": Jsonb(asdict(forecast.choice)),
        "levels": Jsonb([asdict(one) for one in forecast.levels]),
        "blocks": Jsonb([asdict(one) for one in forecast.blocks]),
    }


def _values(numbers: Sequence[int], forecasts: Sequence[Forecast]) -> bytes:
    """The hours of all forecasts as a stream for COPY."""
    hours = [
        int(one.origin.timestamp()) * 1_000_000
        - POSTGRES_EPOCH_MICROSECONDS
        + np.arange(one.horizon_hours) * _HOUR_MICROSECONDS
        for one in forecasts
    ]
    lengths = [one.horizon_hours for one in forecasts]
    bounds = [
        np.concatenate([getattr(one.bands[level], side) for one in forecasts])
        for level in LEVELS
        for side in ("lower", "upper")
    ]
    return copy_stream(
        [
            np.repeat(np.array(numbers, dtype=np.int64), lengths),
            np.concatenate(hours).astype(np.int64),
            np.concatenate([one.median for one in forecasts]),
            *bounds,
        ]
    )


def delete_old_forecasts(
    connection: Connection, datastreams: Iterable[int], settings: ServingSettings
) -> int:
    """How many issues went because newer ones fill the maximum."""
    parameters = {
        "datastreams": list(datastreams),
        "issues_max": settings.issues_max,
        "judged_for": timedelta(days=settings.judged_days),
    }
    return connection.execute(QUERIES["delete_old_forecasts"], parameters).rowcount


def store_outcomes(connection: Connection, now: datetime, limits: Limits) -> int:
    """What came true of the forecasts that are kept; how many sums are new or changed. Old ones go."""
    ends = [end for end in limits.forecast.block_hours if end < limits.forecast.horizon_hours]
    ends.append(limits.forecast.horizon_hours)
    parameters = {
        "last_hour": last_complete_hour(now, limits.forecast),
        "judged_for": timedelta(days=limits.serving.judged_days),
        "first_hours": [1, *(end + 1 for end in ends[:-1])],
        "last_hours": ends,
        "value_max": limits.forecast.value_max,
    }
    changed = connection.execute(QUERIES["store_outcomes"], parameters).rowcount
    connection.execute(
        QUERIES["delete_old_outcomes"], {"now": now, "days_max": limits.serving.outcome_days_max}
    )
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldForecast:
    """The newest forecast of a datastream, as far as words are made of it."""

    model: str
    baseline: str
    skill: float | None
    backtest_origins: int
    fallback_reason: str | None
    is_provisional: bool
    choice: Any
    levels: Any
    origin: datetime
    mae: float | None
    baseline_mae: float | None
    thing: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What came true of a datastream's forecasts, summed up."""

    since: date | None
    days: int
    hours: int | None
    compared: float | None
    baseline: float | None
    inside_50: int | None
    inside_80: int | None
    inside_95: int | None

    def outcome(self) -> Outcome:
        skill = 1 - (self.compared or 0.0) / self.baseline if self.baseline else None
        inside = {50: self.inside_50, 80: self.inside_80, 95: self.inside_95}
        coverage = {
            level: (count or 0) / self.hours if self.hours else None for level, count in inside.items()
        }
        return Outcome(since=self.since, days=self.days, skill=skill, coverage=coverage)


def read_told(connection: Connection, datastream_id: int) -> ToldForecast | None:
    return row_of(connection, ToldForecast, QUERIES["told"], {"datastream_id": datastream_id})


def read_outcome(connection: Connection, datastream_id: int) -> Outcome:
    return only_row(connection, Sums, QUERIES["outcome"], {"datastream_id": datastream_id}).outcome()


def read_datastreams_of(connection: Connection, observed_property: str) -> list[int]:
    return rows_of(connection, int, QUERIES["of_property"], {"observed_property": observed_property})


def delete_unused_models(connection: Connection) -> int:
    return connection.execute(QUERIES["delete_unused_models"]).rowcount
