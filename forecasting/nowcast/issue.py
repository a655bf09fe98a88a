"""From the last quarters of a panel to its nowcasts, all at once. No clock, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np

from forecasting.day_types import DayTypes
from forecasting.nowcast import rules, trees
from forecasting.nowcast.model import (
    BLOCK_OF,
    DAY_QUARTERS,
    DECAY,
    HORIZON,
    LEVELS,
    MODELS,
    QUARTER,
    TREES,
    Band,
    FloatArray,
    Nowcast,
    Panel,
    Study,
)
from forecasting.nowcast.settings import NowcastSettings

#: Quarters of a panel that an issue looks at.
HISTORY = trees.HISTORY


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known before an issue: studies, what was issued last, and trees where some of the studies count on them."""

    studies: Mapping[int, Study]
    before: Mapping[int, Nowcast]
    booster: str | None = None


class Centre(NamedTuple):
    """What a nowcast says, before its bands: by which model, and the usual size of a deviation ahead."""

    model: str
    median: FloatArray
    unit: FloatArray


def issue(panel: Panel, memory: Memory, days: DayTypes, settings: NowcastSettings) -> dict[int, Nowcast]:
    """The nowcasts from the end of ``panel`` on, of each datastream that was studied and has a recent value.

    What came of those issued last widens or narrows the bands. Where the trees are gone, the deviation decays.
    """
    known = [place for place, key in enumerate(panel.keys) if key in memory.studies]
    if not known:
        return {}
    panel = panel.rows(known)
    of_all = [memory.studies[key] for key in panel.keys]
    count = panel.values.shape[1]
    slots = rules.slots_of(panel.start, count + HORIZON, panel.zone, days)
    usual = np.stack([one.profile for one in of_all])[:, slots]
    spread, decay = np.stack([one.spread for one in of_all]), np.stack([one.decay for one in of_all])
    deviations = panel.values - usual[:, :count]
    last = rules.last_known(panel.values, settings.stale_quarters)[:, -1:]
    usual_now = last - rules.last_known(deviations, settings.stale_quarters)[:, -1:]
    ahead = usual[:, None, count:]
    medians = {
        model: rules.said(model, last, usual_now, ahead, decay)[:, 0] for model in MODELS if model != TREES
    }
    wanted = [place for place, one in enumerate(of_all) if one.model == TREES]
    if memory.booster is not None and wanted:
        scale = spread.mean(axis=1)[wanted, None]
        told = trees.Known(deviations[wanted] / scale, usual[wanted] / scale, slots)
        answer = trees.ask(memory.booster, told, np.array([count - 1]))[:, 0]
        medians[TREES] = np.full((len(of_all), HORIZON), np.nan)
        medians[TREES][wanted] = usual[wanted, count:] + answer * scale
    units = spread[:, slots[count:] % DAY_QUARTERS]
    found = {}
    for place, (key, study) in enumerate(zip(panel.keys, of_all, strict=True)):
        model = study.model if study.model in medians else DECAY
        median = np.clip(medians[model][place], *panel.bounds[place])
        if np.isfinite(last[place, 0]) and np.isfinite(median).all():
            found[key] = _banded(panel, place, Centre(model, median, units[place]), memory, settings)
    return found


def _banded(panel: Panel, place: int, centre: Centre, memory: Memory, settings: NowcastSettings) -> Nowcast:
    key = panel.keys[place]
    study, before = memory.studies[key], memory.before.get(key)
    factors = dict.fromkeys(LEVELS, 1.0) if before is None else dict(before.factors)
    inside = dict.fromkeys(LEVELS, 0) if before is None else dict(before.inside)
    seen = 0 if before is None else before.seen
    for ahead, value in () if before is None else outcomes(panel, place, before):
        assert before is not None
        seen += 1
        for level, band in before.bands.items():
            is_inside = bool(band.lower[ahead] <= value <= band.upper[ahead])
            inside[level] += is_inside
            factors[level] *= exp(settings.adaptation * ((0 if is_inside else 1) - (1 - level / 100)))
    least, most = 1 / settings.factor_max, settings.factor_max
    factors = {level: min(max(factor, least), most) for level, factor in factors.items()}
    bands, widest = {}, np.zeros(HORIZON)
    for level in LEVELS:
        widest = np.maximum(widest, study.widths[level][BLOCK_OF] * centre.unit * factors[level])
        lower, upper = (np.clip(centre.median + sign * widest, *panel.bounds[place]) for sign in (-1, 1))
        bands[level] = Band(lower, upper)
    return Nowcast(panel.end, centre.model, centre.median, bands, factors, seen, inside)


def outcomes(panel: Panel, place: int, before: Nowcast) -> Sequence[tuple[int, float]]:
    """What was measured since a nowcast: (quarter ahead from 0, value), within its horizon."""
    first = (before.origin - panel.start) // QUARTER
    places = ((ahead, first + ahead) for ahead in range(HORIZON))
    inside = ((ahead, at) for ahead, at in places if 0 <= at < panel.values.shape[1])
    return [
        (ahead, float(panel.values[place, at]))
        for ahead, at in inside
        if np.isfinite(panel.values[place, at])
    ]
