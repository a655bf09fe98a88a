"""From a series to a published forecast: backtest, choice, median, bands. No clock, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import numpy as np

from forecasting.backtest import backtest_origins, predict, run_backtest
from forecasting.bands import bands_around, half_widths, measured_coverage, scores_of
from forecasting.candidates import BASELINE, Candidate, CandidateFailed, SeasonalNaive
from forecasting.model import Backtest, FallbackReason, FloatArray, Forecast, HourlySeries, SeriesTraits
from forecasting.prophet_candidate import ProphetDayTypes
from forecasting.rules import has_gap_before_origin, is_enough, ranked, score_table, skill
from forecasting.settings import ForecastSettings


def challengers_for(traits: SeriesTraits, settings: ForecastSettings) -> tuple[Candidate, ...]:
    """The candidates beside the seasonal naive, cheapest first."""
    return (ProphetDayTypes(traits, settings.fit_seconds_max),)


def forecast_series(
    series: HourlySeries,
    traits: SeriesTraits,
    settings: ForecastSettings,
    challengers: Sequence[Candidate] | None = None,
) -> Forecast | None:
    """The forecast from the end of ``series`` on, or None where too little is known to say anything.

    ``series`` ends with its last real hour. The candidate with the smallest mean absolute error
    on the backtest is published; ``fallback_reason`` says why the choice was narrower than usual.
    """
    if not is_enough(series, settings):
        return None
    if challengers is None:
        challengers = challengers_for(traits, settings)
    reason, origins = _arena(series, settings)
    naive = run_backtest(SeasonalNaive(), series, origins, settings.horizon_hours, settings.absurd_factor)
    tested = [naive]
    if reason is None:
        more, reason = _test(challengers, series, origins, settings)
        tested += more
    winner, median, reason = _publishable(tested, challengers, series, settings, reason)
    return _forecast(series, traits, settings, tested, winner, median, reason, challengers)


def _arena(
    series: HourlySeries, settings: ForecastSettings
) -> tuple[FallbackReason | None, tuple[datetime, ...]]:
    """The origins to test on, and why only the seasonal naive may compete, if so."""
    origins = backtest_origins(series, settings, settings.training_hours_min)
    if len(origins) < settings.backtest_origins_min:
        return (
            FallbackReason.TOO_LITTLE_DATA,
            backtest_origins(series, settings, settings.naive_hours_min),
        )
    if has_gap_before_origin(series, settings):
        return FallbackReason.GAP_BEFORE_ORIGIN, origins
    return None, origins


def _test(
    challengers: Sequence[Candidate],
    series: HourlySeries,
    origins: Sequence[datetime],
    settings: ForecastSettings,
) -> tuple[list[Backtest], FallbackReason | None]:
    """Backtests of the challengers that have an answer, and why the first other one has none."""
    tested, reason = [], None
    for challenger in challengers:
        try:
            tested.append(
                run_backtest(challenger, series, origins, settings.horizon_hours, settings.absurd_factor)
            )
        except CandidateFailed as failure:
            reason = reason or failure.reason
    return tested, reason


def _publishable(
    tested: Sequence[Backtest],
    challengers: Sequence[Candidate],
    series: HourlySeries,
    settings: ForecastSettings,
    reason: FallbackReason | None,
) -> tuple[Backtest, FloatArray, FallbackReason | None]:
    """The best candidate that also has an answer at the very origin, with that answer."""
    candidates: dict[str, Candidate] = {known.name: known for known in (SeasonalNaive(), *challengers)}
    for backtest in ranked(tested):
        try:
            said = predict(candidates[backtest.model], series, settings.horizon_hours, settings.absurd_factor)
        except CandidateFailed as failure:
            reason = reason or failure.reason
            continue
        return backtest, said, reason
    raise AssertionError("the seasonal naive always has an answer where anything was measured")


def _forecast(  # noqa: PLR0913, PLR0917 -- the one place where everything that was found meets
    series: HourlySeries,
    traits: SeriesTraits,
    settings: ForecastSettings,
    tested: Sequence[Backtest],
    winner: Backtest,
    said: FloatArray,
    reason: FallbackReason | None,
    challengers: Sequence[Candidate],
) -> Forecast:
    baseline_mae = next(known.mae for known in tested if known.model == BASELINE)
    median = traits.clip(said)
    names = (BASELINE, *(challenger.name for challenger in challengers))
    return Forecast(
        origin=series.end,
        median=median,
        bands=bands_around(median, half_widths(scores_of(winner, traits), settings), traits),
        model=winner.model,
        baseline=BASELINE,
        mae=winner.mae,
        baseline_mae=baseline_mae,
        skill=skill(winner.mae, baseline_mae),
        backtest_origins=len(winner.origins),
        coverage=measured_coverage(winner, traits, settings),
        training_start=series.start,
        training_hours=series.real_hours,
        data_digest=digest(series),
        fallback_reason=reason,
        candidates=score_table(names, tested, baseline_mae),
    )


def digest(series: HourlySeries) -> str:
    """A fingerprint of exactly the data a forecast was made from."""
    canonical = np.where(np.isfinite(series.values), series.values, np.nan).astype("<f8")
    return sha256(series.start.isoformat().encode() + canonical.tobytes()).hexdigest()
