"""The recordings of the forecast benchmark, as panels on the clock of their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from citycore.intervals import HOUR
from forecasting.day_types import DayTypes
from forecasting.model import HourlySeries, Panel, PanelSeries, SeriesTraits

SHIPPED = Path(__file__).parents[2] / "simulators" / "recordings"


def local_times(column: pd.Series, zone: str) -> pd.DatetimeIndex:
    """Wall times without an offset; a time that occurs twice or never is no time."""
    walls = pd.to_datetime(column)
    return pd.DatetimeIndex(
        walls.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    )


def hourly(times: pd.DatetimeIndex, values: pd.Series) -> HourlySeries:
    series = pd.Series(values.to_numpy(dtype=float), index=times)
    series = series[series.index.notna() & ~series.index.duplicated()].sort_index()
    series = series.reindex(pd.date_range(series.index[0], series.index[-1], freq="h"))
    return HourlySeries(
        datetime.fromtimestamp(series.index[0].timestamp(), UTC), series.to_numpy(dtype=np.float64)
    )


def panel(code: str, zone: str, *series: HourlySeries) -> Panel:
    traits = SeriesTraits(zone=zone, lower_bound=0.0)
    return Panel(code, tuple(PanelSeries(key, one, traits) for key, one in enumerate(series)), DayTypes())


def _valencia(column: str) -> Callable[[Path], Panel]:
    def read(folder: Path) -> Panel:
        frame = pd.read_csv(folder / "airquality/valencia_avda_francia_2022_2023_hourly.csv.gz")
        zone = "Europe/Madrid"
        return panel(column, zone, hourly(local_times(frame["datetime"], zone), frame[column]))

    return read


def _london(folder: Path) -> Panel:
    frame = pd.read_csv(folder / "airquality/aqeval_london_no2_2001_2003_hourly.csv.gz")
    times = pd.DatetimeIndex(pd.to_datetime(frame["date"]).dt.tz_localize("UTC"))
    return panel("no2", "Europe/London", hourly(times, frame["no2"]))


def _traffic(file: str) -> Callable[[Path], Panel]:
    def read(folder: Path) -> Panel:
        frame, zone = pd.read_csv(folder / file), "America/Chicago"
        return panel(
            "vehicle_flow", zone, hourly(local_times(frame["datetime"], zone), frame["traffic_volume"])
        )

    return read


def _pedestrians(folder: Path) -> Panel:
    frame = pd.read_csv(folder / "traffic/melbourne_pedestrians_2015_2016_hourly.csv.gz")
    counters = [rows for _, rows in frame.groupby("Sensor", sort=True)]
    return panel(
        "pedestrian_count",
        "Australia/Melbourne",
        *(hourly(pd.DatetimeIndex(pd.to_datetime(rows["utc"])), rows["Count"]) for rows in counters),
    )


def _water(file: str) -> Callable[[Path], Panel]:
    def read(folder: Path) -> Panel:
        frame = pd.read_csv(folder / file)
        times = pd.DatetimeIndex(pd.to_datetime(frame["Time"], utc=True)).floor("h")
        return panel("water_flow", "Europe/Rome", hourly(times, frame["Water flow [l/s]"]))

    return read


#: By name of the panel; the names of its series follow from it.
RECORDED: Mapping[str, Callable[[Path], Panel]] = {
    "valencia_no2": _valencia("no2"),
    "valencia_pm25": _valencia("pm2.5"),
    "london_no2": _london,
    "i94": _traffic("traffic/i94_minneapolis_2016_2018_hourly.csv.gz"),
    "melbourne": _pedestrians,
    "water": _water("traffic/river_waterflow_hourly.csv.gz"),
}
SHIPPED_ONLY: Mapping[str, Callable[[Path], Panel]] = {
    "i94": _traffic("i94_minneapolis_2018_hourly.csv.gz"),
    "water": _water("waterflow_2022_hourly.csv.gz"),
}


def cut(found: Panel, hours: int) -> Panel:
    """Without the last hours of each series: what may be looked at while something is developed."""
    return found.before(max(one.series.end for one in found.series) - hours * HOUR)
