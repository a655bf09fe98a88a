"""On recordings that nobody here made. The bounds are loose; the figures are printed (``pytest -s``)."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.candidates import SeasonalNaive
from forecasting.compose import forecast_series
from forecasting.model import LEVELS, HourlySeries, SeriesTraits
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings()
#: As many as prove it, and twice as many with ``--long``.
ISSUES, ISSUES_LONG = 2, 4
HOURS = 12 * 168


def read(folder, name):
    """The whole recording as (UTC series without holes in its index, zone)."""
    if name == "pedestrians":
        frame = pd.read_csv(folder / "traffic" / "melbourne_pedestrians_2015_2016_hourly.csv.gz")
        frame = frame[frame["Sensor"] == "Southern Cross Station"]
        times, values, zone = pd.to_datetime(frame["utc"]), frame["Count"], "Australia/Melbourne"
    else:
        file, time, column, zone = {
            "traffic": (
                "traffic/i94_minneapolis_2016_2018_hourly.csv.gz",
                "datetime", "traffic_volume", "America/Chicago",
            ),
            "no2": (
                "airquality/valencia_avda_francia_2022_2023_hourly.csv.gz",
                "datetime", "no2", "Europe/Madrid",
            ),
        }[name]  # fmt: skip
        frame = pd.read_csv(folder / file)
        walls = pd.to_datetime(frame[time]).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        times, values = walls.dt.tz_convert("UTC"), frame[column]
    series = pd.Series(values.to_numpy(dtype=float), index=pd.DatetimeIndex(times))
    series = series[series.index.notna() & ~series.index.duplicated()].sort_index()
    return series.reindex(pd.date_range(series.index[0], series.index[-1], freq="h")), zone


def issues(series, count):
    """Series that end with a real hour, at origins 331 hours apart, so that all hours of day occur."""
    for number in range(count):
        end = len(series) - 60 - 331 * number
        while not np.isfinite(series.iloc[end - 1]):
            end -= 1
        history = series.iloc[end - HOURS : end]
        history = history.loc[history.first_valid_index() :]
        start = datetime.fromtimestamp(history.index[0].timestamp(), UTC)
        yield HourlySeries(start, history.to_numpy()), series.iloc[end : end + 48].to_numpy()


@pytest.mark.parametrize("name", ["traffic", "pedestrians", "no2"])
def test_published_forecasts_of_recordings(shared_data, name, is_long):
    series, zone = read(shared_data, name)
    traits = SeriesTraits(zone=zone, lower_bound=0)
    errors, naive_errors, inside, ratios, chosen = [], [], {level: [] for level in LEVELS}, [], []
    for history, truth in issues(series, ISSUES_LONG if is_long else ISSUES):
        forecast = forecast_series(history, traits, SETTINGS)
        assert forecast.mae <= forecast.baseline_mae, "the better one by the backtest is published"
        assert forecast.fallback_reason is None
        real = np.isfinite(truth)
        errors.append(np.abs(truth - forecast.median)[real])
        naive_errors.append(np.abs(truth - SeasonalNaive().predict(history, 48))[real])
        for level, band in forecast.bands.items():
            inside[level].append(((band.lower <= truth) & (truth <= band.upper))[real])
        ratios.append(forecast.candidates[1].mae / forecast.baseline_mae)
        chosen.append(forecast.model)
    ratio = float(np.exp(np.mean(np.log(ratios))))
    ahead = float(np.mean(np.concatenate(errors)) / np.mean(np.concatenate(naive_errors)))
    covered = {level: round(float(np.mean(np.concatenate(parts))), 2) for level, parts in inside.items()}
    print(  # noqa: T201 (the figures are worth reading)
        f"{name}: Prophet/naive {ratio:.2f}, published/naive {ahead:.2f}, covered {covered}, {chosen}"
    )
    assert ratio <= 1.5, "Prophet with day types is in the naive's league"
    assert ahead <= 1.15, "and what was published did not do much worse on days nobody had seen"
    assert 0.7 <= covered[80] <= 0.95
    assert covered[50] < covered[80] < covered[95]
