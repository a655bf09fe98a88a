"""The candidates there are: our own, and those that other packages offer by entry points."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import structlog

from forecasting.candidates.model import Learner
from forecasting.candidates.naive import HOUR_OF_WEEK_MEAN, HOUR_OF_WEEK_MEDIAN, SeasonalNaive
from forecasting.settings import ForecastSettings

GROUP = "falaj.forecasting"

log = structlog.get_logger()


def learners(settings: ForecastSettings, offered: Sequence[EntryPoint] | None = None) -> tuple[Learner, ...]:
    """Our own, cheapest first, then what installed packages offer; one that cannot be loaded is left out and logged."""
    own: list[Learner] = [SeasonalNaive(168), SeasonalNaive(24), HOUR_OF_WEEK_MEAN, HOUR_OF_WEEK_MEDIAN]
    names = {learner.name for learner in own}
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
        own.append(learner)
    return tuple(own)
