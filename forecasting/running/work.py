"""What runners are given: whole pieces of work on values, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from forecasting.candidates.model import Learner
from forecasting.candidates.registry import learners
from forecasting.compose import issue, study
from forecasting.keeping import Studied, packed, unpacked
from forecasting.model import Forecast, Panel
from forecasting.settings import ForecastSettings
from forecasting.study import Study

#: Asked at once for a series that nobody has studied yet: they need no time.
QUICK = frozenset(
    {"seasonal_naive_168", "seasonal_naive_24", "hour_of_week_mean", "hour_of_week_median", "decay_to_median"}
)

#: Days that they are tested on.
QUICK_ORIGINS = 14


def study_panel(panel: Panel, settings: ForecastSettings) -> Studied:
    """All candidates fitted, tested on the past, weighed and calibrated."""
    return _studied(panel, learners(settings), settings)


def begin_panel(panel: Panel, settings: ForecastSettings) -> tuple[Studied, dict[int, Forecast]]:
    """A study by the cheap candidates alone, and forecasts from it."""
    settings = settings.model_copy(update={"backtest_origins": min(QUICK_ORIGINS, settings.backtest_origins)})
    quick = tuple(one for one in learners(settings) if one.name in QUICK)
    studied = _studied(panel, quick, settings)
    return studied, issue_panel(panel, studied.models, studied.studies, settings)


def issue_panel(
    panel: Panel,
    models: Mapping[str, bytes],
    studies: Mapping[int, dict[str, Any]],
    settings: ForecastSettings,
) -> dict[int, Forecast]:
    """Forecasts from what was fitted and studied; nothing is fitted."""
    known = {key: Study.from_json(plain) for key, plain in studies.items()}
    usable = {key: one for key, one in known.items() if one is not None}
    return dict(issue(panel, unpacked(models), usable, settings))


def _studied(panel: Panel, candidates: tuple[Learner, ...], settings: ForecastSettings) -> Studied:
    until = max(one.series.end for one in panel.series)
    fitted, studies = study(panel, candidates, until, settings)
    digests = "".join(one.data_digest for _, one in sorted(studies.items()))
    return Studied(
        models=packed(fitted),
        studies={key: one.to_json() for key, one in studies.items()},
        until=until,
        data_digest=sha256(digests.encode()).hexdigest(),
    )
