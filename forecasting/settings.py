"""Every limit of the forecasts, by name; the prefix is ``FALAJ_FORECAST_``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(ge=0)]


class ForecastSettings(BaseSettings):
    """How far, from how much, how often; ``docs/forecasts.md`` explains the words."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_FORECAST_", frozen=True)

    # How far ahead, and from how much history.
    horizon_hours: Annotated[int, Field(ge=1, le=168)] = 168
    training_weeks_max: Annotated[int, Field(ge=2, le=208)] = 104
    #: Real hours before an origin that the seasonal naive and that the other candidates need.
    naive_hours_min: Count = 168
    training_hours_min: Count = 336
    #: The hours before the end of a series in which there must be something to judge by.
    judged_window_hours: Count = 48

    # The backtest: origins 25 hours apart, so that all hours of the day occur.
    backtest_origins: Count = 56
    backtest_origins_min: Count = 3
    backtest_step_hours: Count = 25
    #: Real hours in that window.
    scored_hours_min: Count = 24
    #: Horizon blocks: the last hour of each. Weights and bands are found for each by itself.
    block_hours: tuple[Count, ...] = (6, 24, 48, 96, 168)

    # Learning: how often within a backtest, from how many rows, and how long.
    refit_days: Count = 28
    tree_rows_max: Count = 60_000
    tree_rounds: Count = 200

    #: Properties that are looked at where they are measured at the same thing, or else at the same place; none of them switches it off.
    regressors: tuple[str, ...] = ("wind_speed", "air_temperature", "rainfall")
    #: They are used where they lower the error of the newest origins by so much of it.
    regressor_gain: Annotated[float, Field(ge=0, lt=1)] = 0.02

    #: Prophet costs a second a fit: only so many series of a panel have it, fitted anew this often in a backtest.
    prophet_series_max: Annotated[int, Field(ge=0)] = 1
    prophet_refit_days: Count = 28
    #: Weeks of history that it is tried with, the shortest first; each is a candidate of its own.
    prophet_weeks: tuple[Count, ...] = (12, 52)

    # The combination: how sharply a smaller error counts, and what is too bad to take part.
    combination_sharpness: Annotated[float, Field(gt=0)] = 20.0
    combination_ratio_max: Annotated[float, Field(ge=1)] = 1.25
    #: After so many origins what they say counts half, and what always counts the other half.
    combination_prior_origins: Annotated[float, Field(gt=0)] = 8.0
    #: The most that candidates count together which repeat single hours.
    combination_naive_max: Annotated[float, Field(ge=0, le=1)] = 0.3
    #: How sharply an error on ordinary days counts on holidays.
    combination_special_sharpness: Annotated[float, Field(gt=0)] = 2.0
    #: One candidate is served alone if it errs this much less than the combination.
    alone_margin: Annotated[float, Field(ge=0)] = 0.02

    # The bands: adaptive conformal, scores pooled by horizon block.
    band_scores_min: Count = 20
    #: By how much the tails are cut at the far end of the horizon.
    band_far_cut: Annotated[float, Field(ge=0, lt=1)] = 0.15
    #: How fast a level that was missed is corrected, and what is left of a correction after each origin.
    band_learning_rate: Annotated[float, Field(ge=0, le=1)] = 0.08
    band_memory: Annotated[float, Field(ge=0, le=1)] = 0.97
    #: How far measured coverage may lie from a level before it is called missed.
    level_tolerance: Annotated[float, Field(gt=0)] = 0.05

    # Guards.
    #: Hourly means beyond this size are no measurements and count as missing.
    value_max: Annotated[float, Field(gt=0)] = 1e100
    fit_seconds_max: Annotated[float, Field(gt=0)] = 60.0
    absurd_factor: Annotated[float, Field(ge=1)] = 10.0
    gap_window_hours: Count = 24
    gap_real_hours_min: int = 12

    # When to issue, how often, and how much at once.
    interval_seconds: Seconds = 3600.0
    #: An hour counts as complete this long after its end, so that its last messages are in.
    grace_seconds: Seconds = 60.0
    #: A recording is forecast once nothing has arrived from it for this long.
    settle_seconds: Seconds = 5.0
    #: Politeness of what is due towards the other processes, as in ``nice``.
    niceness: Annotated[int, Field(ge=0, le=19)] = 10
