"""The candidates there are: our own, and those that other packages offer by entry points."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import structlog

from forecasting.candidates.decay import Decay
from forecasting.candidates.model import Learner
from forecasting.candidates.naive import HOUR_OF_WEEK_MEAN, HOUR_OF_WEEK_MEDIAN, SeasonalNaive
from forecasting.candidates.prophet import ProphetDayTypes
from forecasting.candidates.trees import Trees
from forecasting.settings import ForecastSettings

GROUP = "falaj.forecasting"

log = structlog.get_logger()


def learners(settings: ForecastSettings, offered: Sequence[EntryPoint] | None = None) -> tuple[Learner, ...]:
    """Our own, cheapest first, then what installed packages offer; one that cannot be loaded is left out and logged."""
    found: list[Learner] = [
        SeasonalNaive(168),
        SeasonalNaive(24),
        HOUR_OF_WEEK_MEAN,
        HOUR_OF_WEEK_MEDIAN,
        Decay(settings.refit_days),
        Trees(settings),
        *_prophets(settings),
    ]
    names = {learner.name for learner in found}
    for entry in entry_points(group=GROUP) if offered is None else offered:
        try:
            learner: Learner = entry.load()(settings)
            name = learner.name
        except Exception:
            # Whatever a package of others does while it is loaded: ours are there without it.
            log.exception("forecast_candidate_refused", entry_point=entry.name)
            continue
        if name in names:
            log.warning("forecast_candidate_refused", entry_point=entry.name, error="the name is taken")
            continue
        names.add(name)
        found.append(learner)
    return tuple(found)


def _prophets(settings: ForecastSettings) -> list[Learner]:
    if settings.prophet_series_max == 0:
        return []
    first, *longer = settings.prophet_weeks
    return [
        ProphetDayTypes(settings, first),
        *(ProphetDayTypes(settings, weeks, f"prophet_{weeks}_weeks") for weeks in longer),
    ]
