"""From a panel to published forecasts: study it at night, issue from it every hour. No clock, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import numpy as np
import structlog

from citycore.forecasts.joint import Dependence
from forecasting.backtest import Replay, fit_all, is_absurd, replay, special_hours
from forecasting.calibration import adapt, bands, newest, scores_of, unknown
from forecasting.candidates.model import BASELINE, COMBINATION, Fitted, Learner, beside_of
from forecasting.candidates.naive import SeasonalNaive
from forecasting.candidates.registry import learners
from forecasting.choice import Truth, choose, failed, judge_levels, score, unjudged
from forecasting.combination import Weights, blocks, combine, weigh
from forecasting.day_types import DayTypes
from forecasting.model import (
    Band,
    CandidateScore,
    FallbackReason,
    Forecast,
    HourlySeries,
    Panel,
    PanelSeries,
    Prediction,
    SeriesTraits,
)
from forecasting.rules import has_gap_before_origin, is_enough
from forecasting.settings import ForecastSettings
from forecasting.study import Study

log = structlog.get_logger()


def study(
    panel: Panel, candidates: Sequence[Learner], until: datetime, settings: ForecastSettings
) -> tuple[dict[str, Fitted], dict[int, Study]]:
    """Fit the candidates, test them on the past, weigh them and calibrate the bands; by key one study a series.

    Nothing after ``until`` is used. Series without enough data for any forecast have no study.
    """
    panel = panel.before(until)
    panel = Panel(
        panel.property_code,
        tuple(one for one in panel.series if is_enough(ended(one.series), settings)),
        panel.days,
    )
    if not panel.series:
        return {}, {}
    fitted, failures = fit_all(panel, candidates, until)
    usable = [learner for learner in candidates if learner.name in fitted]
    replays = {
        key: replace(found, failures={**failures, **found.failures})
        for key, found in replay(panel, usable, until, settings).items()
    }
    knowing = frozenset(learner.name for learner in candidates if learner.knows_days)
    beside = beside_of(fitted)
    return fitted, {
        one.key: replace(_studied(one, replays[one.key], knowing, until, settings), beside=beside)
        for one in panel.series
    }


def issue(
    panel: Panel, fitted: Mapping[str, Fitted], studies: Mapping[int, Study], settings: ForecastSettings
) -> dict[int, Forecast]:
    """Forecasts from the end of each series on, without any fitting; nothing for series that say too little.

    A series without a study is published as last week's values, with bands from its own past.
    """
    panel = Panel(
        panel.property_code,
        tuple(
            replace(one, series=ended(one.series))
            for one in panel.series
            if is_enough(ended(one.series), settings)
        ),
        panel.days,
    )
    known = dict(studies)
    strangers = tuple(one for one in panel.series if one.key not in known)
    for one in strangers:
        alone = Panel(panel.property_code, (one,), panel.days)
        known |= {
            key: replace(found, choice=unjudged(), fallback_reason=FallbackReason.TOO_LITTLE_DATA)
            for key, found in study(alone, (SeasonalNaive(168),), one.series.end, settings)[1].items()
        }
    answers = _ask_all(panel, fitted, known, settings)
    return {
        one.key: _issued(one, panel, answers, known[one.key], settings)
        for one in panel.series
        if one.key in known
    }


def _ask_all(
    panel: Panel, fitted: Mapping[str, Fitted], studies: Mapping[int, Study], settings: ForecastSettings
) -> dict[str, Mapping[int, Prediction]]:
    """One question to each candidate for all series that it counts for."""
    wanted: dict[str, dict[int, list[datetime]]] = {BASELINE: {}}
    for one in panel.series:
        if one.key not in studies:
            continue
        for name in {BASELINE, *_parts(studies[one.key])}:
            wanted.setdefault(name, {})[one.key] = [one.series.end]
    answers: dict[str, Mapping[int, Prediction]] = {}
    for name, origins in wanted.items():
        asked = SeasonalNaive(168) if name == BASELINE else fitted.get(name)
        try:
            answers[name] = {} if asked is None else asked.predict(panel, origins, settings.horizon_hours)
        except Exception:
            # Whatever a candidate does: the others answer.
            log.exception("forecast_candidate_failed", candidate=name)
            answers[name] = {}
    return answers


def _parts(found: Study) -> frozenset[str]:
    """The candidates that the served model of a series is made of."""
    if found.choice.model != COMBINATION:
        return frozenset({found.choice.model})
    return frozenset(name for block in found.weights for name in block) | frozenset(found.special_weights)


def _issued(
    one: PanelSeries,
    panel: Panel,
    answers: Mapping[str, Mapping[int, Prediction]],
    found: Study,
    settings: ForecastSettings,
) -> Forecast:
    reason = found.fallback_reason
    if reason is None and has_gap_before_origin(one.series, settings):
        reason = FallbackReason.GAP_BEFORE_ORIGIN
    said = None
    model = found.choice.model
    if reason is None and model != BASELINE:
        said, reason = _served(one, panel, answers, found, settings)
    if said is None:
        model, said = BASELINE, answers[BASELINE][one.key]
    calibration = found.calibration if model == found.choice.model else found.baseline_calibration
    said = clipped(said, one.traits)
    offsets = newest(calibration)
    score, base = found.score(model), found.score(BASELINE)
    return Forecast(
        origin=one.series.end,
        median=said.median[0],
        bands={
            level: Band(band.lower[0], band.upper[0])
            for level, band in bands(said, offsets, one.traits, settings).items()
        },
        model=model,
        baseline=BASELINE,
        mae=None if score is None else score.mae,
        baseline_mae=None if base is None else base.mae,
        skill=None if score is None else score.skill,
        backtest_origins=found.origins,
        coverage={level.level: level.coverage for level in found.levels},
        training_start=one.series.start,
        training_hours=one.series.real_hours,
        data_digest=digest(one.series),
        fallback_reason=reason,
        candidates=found.scores,
        choice=found.choice,
        levels=found.levels,
        blocks=() if score is None else score.blocks,
    )


def _served(
    one: PanelSeries,
    panel: Panel,
    answers: Mapping[str, Mapping[int, Prediction]],
    found: Study,
    settings: ForecastSettings,
) -> tuple[Prediction | None, FallbackReason | None]:
    """What the served model says, or None and why; a part of a combination that fails is left out.

    That is a reason worth naming where half of the combination or more is lost.
    """
    usable: dict[str, Prediction] = {}
    reason = None
    for name in sorted(_parts(found)):
        said = answers[name].get(one.key)
        if said is None or not np.isfinite(said.median).all():
            reason = reason or FallbackReason.FIT_FAILED
        elif is_absurd(said.median, one, settings):
            reason = FallbackReason.ABSURD_RESULT
        else:
            usable[name] = said
    if not usable:
        return None, reason
    lost = [sum(weight for name, weight in block.items() if name not in usable) for block in found.weights]
    if found.choice.model == COMBINATION and float(np.mean(lost)) < 0.5:
        reason = None
    names = tuple(usable)
    weights = np.array([[block.get(name, 0.0) for name in names] for block in found.weights])
    by_hour = np.repeat(weights, [part.stop - part.start for part in blocks(settings)], axis=0)[None]
    special = special_hours(one, panel, [one.series.end], settings.horizon_hours)
    on_special = np.array([found.special_weights.get(name, 0.0) for name in names])
    return combine(usable, names, by_hour, special[..., None] * on_special), reason


def clipped(said: Prediction, traits: SeriesTraits) -> Prediction:
    return Prediction(traits.clip(said.median), said.low, said.high)


def forecast_series(
    series: HourlySeries,
    traits: SeriesTraits,
    settings: ForecastSettings,
    candidates: Sequence[Learner] | None = None,
) -> Forecast | None:
    """Study one series by itself and issue its forecast; None where too little is known to say anything."""
    panel = Panel("", (PanelSeries(0, series, traits),), DayTypes())
    fitted, studies = study(
        panel, learners(settings) if candidates is None else candidates, series.end, settings
    )
    return issue(panel, fitted, studies, settings).get(0)


def ended(series: HourlySeries) -> HourlySeries:
    """Without the missing hours at its end."""
    return series.ended()


def digest(series: HourlySeries) -> str:
    """A fingerprint of exactly the data a forecast was made from."""
    canonical = np.where(np.isfinite(series.values), series.values, np.nan).astype("<f8")
    return sha256(series.start.isoformat().encode() + canonical.tobytes()).hexdigest()


def _studied(
    one: PanelSeries, replayed: Replay, knowing: frozenset[str], until: datetime, settings: ForecastSettings
) -> Study:
    reason = None
    weights = Weights((), np.zeros((1, 0, 0)), np.zeros((1, 0)))
    scores: list[CandidateScore] = []
    choice, levels = unjudged(), judge_levels({}, replayed.actual, settings)
    calibration = baseline_calibration = unknown(settings)
    dependence = None
    if len(replayed.origins) < settings.backtest_origins_min or BASELINE not in replayed.said:
        reason = FallbackReason.TOO_LITTLE_DATA
    if BASELINE in replayed.said:
        weights = weigh(replayed, knowing, settings)
        everyone = {**replayed.said, COMBINATION: combined(replayed, weights, settings)}
        judged = {name: _judged(one, name, said, replayed, settings) for name, said in everyone.items()}
        scores = [figures[0] for figures in judged.values()]
        choice = choose(scores, weights.newest(), settings) if reason is None else unjudged()
        served, found = everyone[choice.model], judged[choice.model][1]
        levels = judge_levels(found, replayed.actual, settings)
        calibration, baseline_calibration = (
            adapt(scores_of(said, replayed.actual, one.traits), replayed.origins, settings)[1]
            for said in (served, replayed.said[BASELINE])
        )
        dependence = Dependence.of_errors(replayed.origins, replayed.actual - served.median)
    scores += [failed(name, why) for name, why in replayed.failures.items()]
    return Study(
        key=one.key,
        until=until,
        origins=len(replayed.origins),
        first_origin=replayed.origins[0] if replayed.origins else None,
        data_digest=digest(one.series),
        training_start=one.series.start,
        training_hours=one.series.real_hours,
        choice=choice,
        scores=tuple(scores),
        weights=weights.newest(),
        special_weights=weights.newest_special(),
        calibration=calibration,
        baseline_calibration=baseline_calibration,
        levels=levels,
        fallback_reason=reason,
        dependence=dependence,
    )


def combined(replayed: Replay, weights: Weights, settings: ForecastSettings) -> Prediction:
    """What the combination would have said at each origin, with the weights that it would have had."""
    rows = len(replayed.origins)
    by_hour = np.repeat(
        weights.by_block[:rows], [part.stop - part.start for part in blocks(settings)], axis=1
    )
    special = replayed.special[..., None] * weights.special[:rows, None]
    return combine(replayed.said, weights.names, by_hour, special)


def _judged(
    one: PanelSeries, name: str, said: Prediction, replayed: Replay, settings: ForecastSettings
) -> tuple[CandidateScore, dict[int, Band]]:
    """A candidate's figures, and the bands that it would have had."""
    offsets, _ = adapt(scores_of(said, replayed.actual, one.traits), replayed.origins, settings)
    found = bands(said, offsets, one.traits, settings)
    truth = Truth(replayed.actual, replayed.said[BASELINE].median, replayed.scale)
    return score(name, said.median, found, truth, settings), found
