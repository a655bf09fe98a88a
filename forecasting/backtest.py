"""Rolling origins: what each candidate would have said on earlier days, against what then happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from citycore.intervals import HOUR
from forecasting.candidates.model import BASELINE, CandidateFailed, Fitted, Learner, Origins
from forecasting.day_types import SPECIAL_KINDS
from forecasting.model import FallbackReason, FloatArray, Panel, PanelSeries, Prediction
from forecasting.settings import ForecastSettings
from forecasting.walls import Walls

DAY = timedelta(days=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Of one series what was said from each origin (oldest first) and what was then measured.

    ``actual`` has one row an origin and one column an hour ahead; NaN where nothing was measured (yet).
    ``special`` marks hours of a day kind of its own. ``scale`` is the mean change against the day before.
    """

    origins: tuple[datetime, ...]
    actual: FloatArray
    special: NDArray[np.bool_]
    said: Mapping[str, Prediction]
    failures: Mapping[str, FallbackReason]
    scale: float


def backtest_origins(one: PanelSeries, until: datetime, settings: ForecastSettings) -> tuple[datetime, ...]:
    """Origins before ``until``, oldest first, with enough real hours before them and something after them."""
    step = settings.backtest_step_hours * HOUR
    wanted = [until - step * back for back in range(settings.backtest_origins, 0, -1)]
    counts = np.cumsum(np.isfinite(one.series.values))
    total = int(counts[-1]) if len(counts) else 0

    def real_before(origin: datetime) -> int:
        hours = (origin - one.series.start) // HOUR
        return 0 if hours < 1 else int(counts[min(hours, len(counts)) - 1])

    return tuple(origin for origin in wanted if settings.naive_hours_min <= real_before(origin) < total)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Of all candidates and series: what they said, and why some said nothing."""

    said: Mapping[str, Mapping[int, Prediction]]
    failures: Mapping[str, FallbackReason]


def replay(
    panel: Panel, learners: Sequence[Learner], until: datetime, settings: ForecastSettings
) -> dict[int, Replay]:
    """Fit each learner as it would have been then, and ask it from each origin before ``until``; by key.

    One that failed has its reason in every series' ``failures``. What the panel holds after an origin is only scored.
    """
    origins = {one.key: backtest_origins(one, until, settings) for one in panel.series}
    said: dict[str, dict[int, Prediction]] = {}
    failures: dict[str, FallbackReason] = {}
    for learner in learners:
        try:
            said[learner.name] = _as_it_was(learner, panel, origins, settings)
        except CandidateFailed as failure:
            failures[learner.name] = failure.reason
        except Exception:
            # A candidate of others, with data that nobody has seen before: the rest is judged without it.
            log.exception("forecast_candidate_failed", candidate=learner.name)
            failures[learner.name] = FallbackReason.FIT_FAILED
    answers = Answers(said, failures)
    return {one.key: _replayed(one, panel, origins[one.key], answers, settings) for one in panel.series}


def fit_all(
    panel: Panel, learners: Sequence[Learner], until: datetime
) -> tuple[dict[str, Fitted], dict[str, FallbackReason]]:
    """Every candidate as it is fitted at ``until``, and why some are not."""
    fitted: dict[str, Fitted] = {}
    failures: dict[str, FallbackReason] = {}
    for learner in learners:
        try:
            fitted[learner.name] = learner.fit(panel, until)
        except CandidateFailed as failure:
            failures[learner.name] = failure.reason
        except Exception:
            # As in the backtest: a candidate that cannot be fitted stops no other.
            log.exception("forecast_candidate_failed", candidate=learner.name)
            failures[learner.name] = FallbackReason.FIT_FAILED
    return fitted, failures


def _as_it_was(
    learner: Learner, panel: Panel, origins: Origins, settings: ForecastSettings
) -> dict[int, Prediction]:
    """Its answers from all origins, each by the last fit before it."""
    moments = sorted({origin for some in origins.values() for origin in some})
    parts: dict[int, list[Prediction]] = {key: [] for key in origins}
    while moments:
        until = moments[0]
        own = [moment for moment in moments if moment - until < learner.refit_days * DAY]
        moments = moments[len(own) :]
        asked = {
            key: [origin for origin in some if until <= origin <= own[-1]] for key, some in origins.items()
        }
        asked = {key: some for key, some in asked.items() if some}
        answers = _asked(learner, panel, until, asked, settings)
        for key, some in asked.items():
            parts[key].append(answers.get(key) or nothing(len(some), settings.horizon_hours))
    return {key: joined(some) for key, some in parts.items() if some}


def _asked(
    learner: Learner, panel: Panel, until: datetime, asked: Origins, settings: ForecastSettings
) -> Mapping[int, Prediction]:
    try:
        return learner.fit(panel.before(until), until).predict(panel, asked, settings.horizon_hours)
    except CandidateFailed as failure:
        if failure.reason is FallbackReason.TOO_LITTLE_DATA:  # so early; later there was enough
            return {}
        raise


def nothing(origins: int, hours: int) -> Prediction:
    return Prediction(np.full((origins, hours), np.nan))


def joined(parts: Sequence[Prediction]) -> Prediction:
    """Rows below each other; quantiles stay where any part has them."""
    median = np.concatenate([part.median for part in parts])
    if all(part.low is None or part.high is None for part in parts):
        return Prediction(median)
    sides = [
        (np.full_like(part.median, np.nan), np.full_like(part.median, np.nan))
        if part.low is None or part.high is None
        else (part.low, part.high)
        for part in parts
    ]
    return Prediction(
        median, np.concatenate([low for low, _ in sides]), np.concatenate([high for _, high in sides])
    )


def _replayed(
    one: PanelSeries,
    panel: Panel,
    origins: tuple[datetime, ...],
    answers: Answers,
    settings: ForecastSettings,
) -> Replay:
    hours = settings.horizon_hours
    actual = np.array([one.series.after(origin, hours) for origin in origins]).reshape(-1, hours)
    own, failed = {}, dict(answers.failures)
    for name, some in answers.said.items():
        answer = some.get(one.key)
        if answer is None or not np.isfinite(answer.median).any():
            failed.setdefault(name, FallbackReason.TOO_LITTLE_DATA)
        elif is_absurd(answer.median, one, settings):
            failed[name] = FallbackReason.ABSURD_RESULT
        else:
            own[name] = answer
    if BASELINE in own:
        own = {BASELINE: own.pop(BASELINE), **own}
    return Replay(
        origins, actual, special_hours(one, panel, origins, hours), own, failed, change_in_a_day(one)
    )


def special_hours(
    one: PanelSeries, panel: Panel, origins: Sequence[datetime], hours: int
) -> NDArray[np.bool_]:
    """Which hours ahead lie on holidays or in Ramadan: shape (origins, hours)."""
    if not origins:
        return np.zeros((0, hours), dtype=bool)
    walls = Walls.of(one, panel.days, max(origins) + hours * HOUR)
    return np.isin(walls.kinds[walls.ahead(origins, hours)], SPECIAL_KINDS)


def is_absurd(said: FloatArray, one: PanelSeries, settings: ForecastSettings) -> bool:
    """Whether an answer is infinite, or far beyond anything ever measured."""
    if np.isinf(said).any():
        return True
    highest = float(np.nanmax(np.abs(one.series.values)))
    return highest > 0 and float(np.nanmax(np.abs(said))) > settings.absurd_factor * highest


def change_in_a_day(one: PanelSeries) -> float:
    """Mean absolute change against the same hour of the day before: the unit of MASE."""
    values = one.series.values
    changes = np.abs(values[24:] - values[:-24])
    changes = changes[np.isfinite(changes)]
    return float(changes.mean()) if len(changes) else float("nan")
