"""LightGBM, direct: one model for all series of a panel and all hours ahead, with heads for what is unsure.

What is learned is the difference from the usual week in units of the series' swing, by absolute error: first as a
line through what was odd of late, then what trees find beyond it. Two more heads learn the 10 and the 90 % quantile. Rows are drawn up to a limit, so that a large panel costs no more than a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.candidates.extras import Extras, Places
from forecasting.candidates.features import NAMES, Described, Origins, at_origins, describe
from forecasting.candidates.linear import Lines
from forecasting.candidates.model import WEEK_HOURS, CandidateFailed
from forecasting.candidates.model import Origins as Asked
from forecasting.candidates.trial import gain
from forecasting.day_types import SPECIAL_KINDS
from forecasting.model import FallbackReason, FloatArray, Panel, PanelSeries, Prediction
from forecasting.settings import ForecastSettings
from forecasting.walls import IntArray, Walls

SEED = 1
#: Origins described at once: bounds the memory, some 2 MB each hundred.
CHUNK = 1_000
HORIZON = 168
#: Hours ahead that are drawn for each origin, and for each origin before a day of a kind of its own.
DRAWN_HOURS, DRAWN_SPECIAL = 12, 6
#: The first origins that are learned from have two weeks behind them.
WARM_HOURS = 2 * WEEK_HOURS
ROWS_MIN = 1_000

PARAMETERS: Mapping[str, Any] = {
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "num_threads": 1,
    "verbosity": -1,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, slots=True)
class Trees:
    """The learner; ``settings`` limits its rows and rounds."""

    settings: ForecastSettings
    name: str = "lightgbm"
    knows_days: bool = True

    @property
    def refit_days(self) -> int:
        return self.settings.refit_days

    def fit(self, panel: Panel, until: datetime) -> FittedTrees:
        """:class:`CandidateFailed` where no series has enough hours."""
        import lightgbm

        numbers = {one.key: float(place) for place, one in enumerate(panel.series)}
        extras = Extras.of(panel)
        drawn = _Drawing(panel, until, self.settings, extras).rows(numbers)
        if drawn is None:
            raise CandidateFailed(FallbackReason.TOO_LITTLE_DATA)
        table, wanted = drawn.table, drawn.wanted
        lines = Lines.fit(table, wanted)
        wanted = wanted - lines.predict(table)
        if extras.beside:
            columns = len(NAMES) + len(extras.alone.names)
            if gain(table, wanted, drawn.moments, columns, PARAMETERS) < self.settings.regressor_gain:
                extras, table = extras.alone, np.ascontiguousarray(table[:, :columns])
        data = lightgbm.Dataset(
            table,
            wanted,
            feature_name=[*NAMES, *extras.names],
            free_raw_data=False,
            params=dict(PARAMETERS),
        )
        rounds = self.settings.tree_rounds
        heads: dict[str, tuple[dict[str, Any], int]] = {
            "median": ({"objective": "regression_l1"}, rounds),
            "low": ({"objective": "quantile", "alpha": 0.1}, rounds // 2),
            "high": ({"objective": "quantile", "alpha": 0.9}, rounds // 2),
        }
        return FittedTrees(
            numbers,
            lines,
            {
                name: lightgbm.train({**PARAMETERS, **extra}, data, count).model_to_string()
                for name, (extra, count) in heads.items()
            },
            extras,
        )


@dataclass(slots=True)
class FittedTrees:
    """The boosters as text: small, and the same in every process. ``extras``: what else they have learned with."""

    numbers: Mapping[int, float]
    lines: Lines
    heads: Mapping[str, str]
    extras: Extras

    @property
    def beside(self) -> tuple[str, ...]:
        """The other properties that it looks at."""
        return self.extras.beside

    def predict(self, panel: Panel, origins: Asked, horizon_hours: int) -> Mapping[int, Prediction]:
        import lightgbm

        boosters = {name: lightgbm.Booster(model_str=text) for name, text in self.heads.items()}
        asked = [one for one in panel.series if origins.get(one.key)]
        told = _Neighbours(panel, {one.key: np.array(origins[one.key]) for one in asked}, horizon_hours)
        found = {}
        for one in asked:
            wanted = origins[one.key]
            described = _described(one, panel, max(wanted) + timedelta(hours=horizon_hours), self.numbers)
            known = told.own(one.key)
            targets = described.walls.ahead(wanted, horizon_hours)
            rows = np.repeat(np.arange(len(wanted)), horizon_hours)
            asked_rows = describe(described, known, told.others(one.key), rows, targets.ravel())
            line = self.lines.predict(asked_rows.table)
            places = Places(rows, known.starts[rows], targets.ravel())
            beside = self.extras.at_origins(one, wanted)
            table = self.extras.beside_table(asked_rows.table, described.walls, panel.days, beside, places)
            said = {
                name: (asked_rows.base + asked_rows.unit * (line + _predict(booster, table))).reshape(
                    targets.shape
                )
                for name, booster in boosters.items()
            }
            median = one.traits.clip(said["median"])
            found[one.key] = Prediction(
                median, np.minimum(said["low"], median), np.maximum(said["high"], median)
            )
        return found


def _predict(booster: Any, table: FloatArray) -> FloatArray:
    said: FloatArray = booster.predict(table, num_threads=1)
    return said


def _described(one: PanelSeries, panel: Panel, until: datetime, numbers: Mapping[int, float]) -> Described:
    return Described.of(Walls.of(one, panel.days, until), panel.days, numbers.get(one.key, float("nan")))


class _Neighbours:
    """What each series' neighbours said of late: the mean over the others at the same instant."""

    def __init__(self, panel: Panel, origins: Mapping[int, NDArray[Any]], horizon_hours: int) -> None:
        self._own: dict[int, Origins] = {}
        self._moments: dict[int, list[datetime]] = {}
        sums: dict[datetime, list[FloatArray]] = {}
        for one in panel.series:
            some = list(origins.get(one.key, ()))
            if not some:
                continue
            walls = Walls.of(one, panel.days, max(some) + timedelta(hours=horizon_hours))
            known = at_origins(walls, walls.at(some))
            self._own[one.key], self._moments[one.key] = known, some
            for moment, row in zip(some, known.told, strict=True):
                sums.setdefault(moment, []).append(row)
        self._sums = {
            moment: (np.nansum(rows, axis=0), np.isfinite(rows).sum(axis=0)) for moment, rows in sums.items()
        }

    def own(self, key: int) -> Origins:
        return self._own[key]

    def others(self, key: int) -> FloatArray | None:
        """The mean of the others at each origin, NaN where there are none."""
        if len(self._own) < 2:
            return None
        told = self._own[key].told
        sums = np.array([self._sums[moment][0] for moment in self._moments[key]]) - np.nan_to_num(told)
        counts = np.array([self._sums[moment][1] for moment in self._moments[key]]) - np.isfinite(told)
        found = np.full(sums.shape, np.nan)
        np.divide(sums, counts, out=found, where=counts > 0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Rows to learn from, what is wanted of each, and its origin in hours from the fit on."""

    table: FloatArray
    wanted: FloatArray
    moments: FloatArray


class _Drawing:
    """Rows to learn from: the same origins for all series, some hours ahead of each."""

    def __init__(self, panel: Panel, until: datetime, settings: ForecastSettings, extras: Extras) -> None:
        self._panel, self._until, self._settings, self._extras = panel, until, settings, extras
        self._random = np.random.default_rng(SEED)

    def rows(self, numbers: Mapping[int, float]) -> _Drawn | None:
        series = [one for one in self._panel.series if one.series.real_hours > WARM_HOURS]
        if not series:
            return None
        origins = self._origins(series)
        told = _Neighbours(Panel(self._panel.property_code, tuple(series), self._panel.days), origins, 0)
        tables, wanted, moments = [], [], []
        for one in series:
            if not len(origins[one.key]):
                continue
            described = _described(one, self._panel, self._until, numbers)
            known = told.own(one.key)
            rows, targets = self._hours(described, known)
            actual = described.walls.values[targets]
            real = np.isfinite(actual)
            rows, targets = rows[real], targets[real]
            found = describe(described, known, told.others(one.key), rows, targets)
            score = (actual[real] - found.base) / found.unit
            usable = np.isfinite(score)
            places = Places(rows, known.starts[rows], targets)
            beside = self._extras.at_origins(one, origins[one.key])
            table = self._extras.beside_table(found.table, described.walls, self._panel.days, beside, places)
            tables.append(table[usable])
            wanted.append(score[usable])
            hours = np.array([(origin - self._until) / HOUR for origin in origins[one.key]])
            moments.append(hours[rows][usable])
        table = np.concatenate(tables)
        if len(table) < ROWS_MIN:
            return None
        return _Drawn(table, np.concatenate(wanted), np.concatenate(moments))

    def _origins(self, series: list[PanelSeries]) -> dict[int, NDArray[Any]]:
        """The newest hours count as much as the oldest; all series share the instants."""
        first = min(one.series.start for one in series)
        hours = (self._until - first) // HOUR
        count = max(self._settings.tree_rows_max // (DRAWN_HOURS * len(series)), 50)
        drawn = np.sort(self._random.choice(hours, min(count, hours), replace=False))
        found = {}
        for one in series:
            own = [first + int(hour) * HOUR for hour in drawn]
            found[one.key] = np.array(
                [origin for origin in own if one.series.start + WARM_HOURS * HOUR <= origin < one.series.end],
                dtype=object,
            )
        return found

    def _hours(self, described: Described, known: Origins) -> tuple[IntArray, IntArray]:
        """Hours ahead of each origin: near ones more often, and special ones added."""
        count = len(known.starts)
        share = self._random.random((count, DRAWN_HOURS))
        ahead = np.where(np.arange(DRAWN_HOURS) % 2 == 0, 48 * share, HORIZON * share).astype(np.int64)
        rows = np.repeat(np.arange(count), DRAWN_HOURS)
        targets = (known.starts[:, None] + ahead).ravel()
        near = known.starts[:, None] + np.arange(HORIZON)
        inside = near < len(described.walls.kinds)
        special = inside & np.isin(described.walls.kinds[np.where(inside, near, 0)], SPECIAL_KINDS)
        extra_rows, extra = np.nonzero(special)
        kept = self._random.random(len(extra)) < DRAWN_SPECIAL / DAY_SHARE
        rows = np.concatenate([rows, extra_rows[kept]])
        targets = np.concatenate([targets, known.starts[extra_rows[kept]] + extra[kept]])
        reachable = targets < len(described.walls.values)
        return rows[reachable], targets[reachable]


#: Of a special day's 24 hours so many are drawn for each origin that sees it.
DAY_SHARE = 24.0
