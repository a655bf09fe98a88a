"""``falaj bench forecast``: how much forecasts err, whether their bands keep their word, and what they cost.

Twenty rolling origins in the last eight weeks of each recording, the candidates fitted anew on the way as in a
backtest; weights and bands at each origin come from earlier origins alone. With ``--development`` the last eight weeks
are left alone and the eight before them are judged. Figures are shares of the error of the same hour last week.
"""

from __future__ import annotations

import argparse
import pickle
import resource
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.forecast_set.chance import Dependence, chance_in_range
from benchmarks.forecast_set.figures import (
    BAND_HOURS,
    HORIZONS,
    JUDGED_LEVELS,
    ORIGINS,
    Figures,
    Recorded,
    brier_skill,
    figures,
    geometric_mean,
    reliability,
)
from benchmarks.forecast_set.recordings import RECORDED, SHIPPED, SHIPPED_ONLY, cut
from benchmarks.report import Case, report
from citycore.clock import day_start
from citycore.intervals import HOUR
from forecasting.backtest import Replay, replay
from forecasting.candidates.model import BASELINE, COMBINATION, CandidateFailed, Learner
from forecasting.candidates.naive import SeasonalNaive
from forecasting.candidates.registry import learners
from forecasting.combination import combine
from forecasting.compose import issue, study
from forecasting.day_types import DayTypes, country_of
from forecasting.model import HourlySeries, Panel, PanelSeries, SeriesTraits
from forecasting.settings import ForecastSettings

ROOT = Path(__file__).parents[1]
KEPT_HOURS = 8 * 168
#: How far a measured share may lie from the level of its band, by level.
TOLERANCES = (0.03, 0.02)
TARGETS = {24: 0.72, 48: 0.76, 168: 0.90}
MAJOR_HOLIDAYS = frozenset(
    {"New Year's Day", "Memorial Day", "Independence Day", "Labor Day", "Thanksgiving Day", "Christmas Day"}
)
#: Holidays are judged with at least half a year of history.
FIRST_HOLIDAY = date(2017, 5, 1)
PANEL_SERIES = 40
#: Errors and bands, the bands of rivals beside them, major holidays, and seconds and memory.
PARTS = ("errors", "rivals", "holidays", "costs")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench forecast", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(
        "--recordings", type=Path, default=ROOT.parent / "shared/data", help="where the recordings are"
    )
    parser.add_argument("--development", action="store_true", help="leave the last eight weeks alone")
    parser.add_argument("--panels", nargs="*", choices=sorted(RECORDED), help="judge these only")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS, help="measure these only")
    parser.add_argument(
        "--keep", type=Path, help="keep what candidates said in this folder, and use it again"
    )
    options = parser.parse_args(arguments)
    settings = ForecastSettings()
    panels, folder = RECORDED, options.recordings
    if not folder.is_dir():
        sys.stderr.write(f"{folder} is missing: the shipped excerpts are judged alone\n")
        panels, folder = SHIPPED_ONLY, SHIPPED
    found: list[Figures] = []
    cases: list[Case] = []
    for name in options.panels or panels:
        panel = panels[name](folder)
        if options.development:
            panel = cut(panel, KEPT_HOURS)
        if name == "i94" and "holidays" in options.parts:
            cases += _holidays(panel, settings)
        if not {"errors", "rivals"} & set(options.parts):
            continue
        replays, seconds = _replayed(name, panel, settings, options.keep)
        if min(len(replayed.origins) for replayed in replays.values()) <= ORIGINS:
            sys.stderr.write(f"{name}: too short to be judged\n")
            continue
        found += _judged(name, panel, replays, settings, rivals="rivals" in options.parts)
        cases.append(Case(f"{name}: candidates, {len(replays)} series", seconds, "s of processor"))
    if found:
        cases = [*_errors(found), *_bands(found), *_probabilities(found), *cases]
    if "costs" in options.parts:
        cases += _costs(settings)
    report("forecast", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


def processor_seconds() -> float:
    """Of this process and of the fits that it had made by others."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _replayed(
    name: str, panel: Panel, settings: ForecastSettings, kept: Path | None
) -> tuple[dict[int, Replay], float]:
    """What each candidate said from the judged origins and from those before that weights and bands are found by."""
    file = None if kept is None else kept / f"{name}.pickle"
    if file is not None and file.exists():
        loaded: tuple[dict[int, Replay], float] = pickle.loads(file.read_bytes())  # noqa: S301 -- of an earlier run of this command
        return loaded
    # A served model is a night old at most; here a week, for time.
    wide = settings.model_copy(
        update={"backtest_origins": settings.backtest_origins + 2 * ORIGINS - 1, "refit_days": 7}
    )
    last = (
        max(one.series.end for one in panel.series)
        - (settings.horizon_hours - settings.backtest_step_hours) * HOUR
    )
    began = processor_seconds()
    replays = replay(panel, learners(settings), last, wide)
    found = replays, processor_seconds() - began
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(found))
    return found


def _judged(
    name: str, panel: Panel, replays: Mapping[int, Replay], settings: ForecastSettings, *, rivals: bool
) -> list[Figures]:
    knowing = _knowing(learners(settings))
    return [
        figures(
            Recorded(name if len(panel.series) == 1 else f"{name} {one.key + 1}", one, replays[one.key]),
            knowing,
            settings,
            rivals=rivals,
        )
        for one in panel.series
    ]


def _knowing(candidates: Sequence[Learner]) -> frozenset[str]:
    return frozenset(learner.name for learner in candidates if learner.knows_days)


def _errors(found: Sequence[Figures]) -> list[Case]:
    cases = []
    for hours in HORIZONS:
        ratios = {one.name: one.ratios[COMBINATION, hours] for one in found}
        cases.append(
            Case(
                f"error, {hours} h, geometric mean",
                geometric_mean(list(ratios.values())),
                "of last week's",
                target=TARGETS[hours],
                at_most=True,
            )
        )
        for one in found:
            model, best = one.best(hours)
            cases.append(
                Case(
                    f"error, {hours} h, {one.name} (best: {model})",
                    ratios[one.name],
                    "of last week's",
                    best,
                    target=1.0,
                    at_most=True,
                )
            )
        hindsight = geometric_mean([ratios[one.name] / one.best(hours)[1] for one in found])
        cases.append(
            Case(f"error, {hours} h, of the best single", hindsight, "ratio", target=1.03, at_most=True)
        )
        singles = sorted({model for one in found for model, _ in one.ratios} - {COMBINATION})
        for model in singles:
            known = [one.ratios[model, hours] for one in found if (model, hours) in one.ratios]
            known = [ratio for ratio in known if np.isfinite(ratio) and ratio > 0]
            if known:
                cases.append(
                    Case(
                        f"error, {hours} h, {model}, {len(known)} series",
                        geometric_mean(known),
                        "of last week's",
                    )
                )
    return cases


def _bands(found: Sequence[Figures]) -> list[Case]:
    cases = []
    for level, tolerance in zip(JUDGED_LEVELS, TOLERANCES, strict=True):
        for hours in BAND_HOURS:
            cases += _by_chance(found, level, hours, tolerance)
            for one in found:
                share = one.coverage[level, hours]
                off = abs(share - level / 100)
                cases.append(
                    Case(
                        f"{level} % band, {hours} h, {one.name}: off by",
                        off,
                        f"covers {share:.3f}",
                        target=tolerance,
                        at_most=True,
                    )
                )
            for rival in ("prophet", "split_conformal"):
                if any((rival, level, hours) not in one.winklers for one in found):
                    continue
                ratio = geometric_mean(
                    [one.winklers["ours", level, hours] / one.winklers[rival, level, hours] for one in found]
                )
                cases.append(
                    Case(
                        f"Winkler {level}, {hours} h, of {rival}'s", ratio, "ratio", target=1.0, at_most=True
                    )
                )
    return cases


def _by_chance(found: Sequence[Figures], level: int, hours: int, tolerance: float) -> list[Case]:
    """How many series lie within the range, beside how many would if every band were right (baseline); nothing without earlier origins."""
    try:
        known = Dependence.of([one.earlier[level, hours] for one in found])
    except ValueError:
        return []
    variances = [known.of_mean(ORIGINS, one.step, hours) for one in found]
    chances = [chance_in_range(level / 100, tolerance, variance) for variance in variances]
    inside = sum(abs(one.coverage[level, hours] - level / 100) <= tolerance for one in found)
    deviation = float(np.sqrt(level * (100 - level) / 1e4 * max(variances)))
    return [
        Case(
            f"{level} % band, {hours} h: series within {tolerance}, of {len(found)}",
            inside,
            f"perfect: baseline; all {float(np.prod(chances)):.1g}; sd {100 * deviation:.1f} points",
            sum(chances),
        )
    ]


def _probabilities(found: Sequence[Figures]) -> list[Case]:
    odds = np.concatenate([one.odds for one in found])
    cases = [Case("exceedance, Brier skill", brier_skill(odds), "of climatology", target=0.2)]
    cases += [
        Case(
            f"exceedance, said {said:.2f}, off by",
            abs(said - came),
            f"{count} cases",
            target=0.07,
            at_most=True,
        )
        for said, came, count in reliability(odds)
    ]
    return cases


def _holidays(panel: Panel, settings: ForecastSettings) -> list[Case]:
    """Each major holiday from its midnight on, with everything before it as history."""
    one = panel.series[0]
    zone, country = one.traits.zone, country_of(one.traits.zone)
    days = [FIRST_HOLIDAY.fromordinal(FIRST_HOLIDAY.toordinal() + ahead) for ahead in range(3 * 366)]
    origins = [
        day_start(day, ZoneInfo(zone)) for day in days if panel.days.occasion(day, country) in MAJOR_HOLIDAYS
    ]
    origins = [origin for origin in origins if origin + 24 * HOUR <= one.series.end]
    knowing = [learner for learner in learners(settings) if learner.knows_days]
    errors: dict[str, list[float]] = {}
    for origin in origins:
        asked = {one.key: [origin]}
        said = {BASELINE: SeasonalNaive(168).predict(panel, asked, 24)[one.key]}
        for learner in knowing:
            try:
                answer = learner.fit(panel.before(origin), origin).predict(
                    panel, asked, settings.horizon_hours
                )
            except CandidateFailed:
                continue
            if one.key in answer:
                part = answer[one.key]
                said[learner.name] = type(part)(part.median[:, :24])
        known = {name: said[name] for name in said if name != BASELINE}
        even = np.full((1, 24, len(known)), 1.0 / len(known))
        said[COMBINATION] = combine(known, tuple(known), even, np.zeros_like(even))
        actual = one.series.after(origin, 24)
        for name, prediction in said.items():
            errors.setdefault(name, []).append(float(np.nanmean(np.abs(prediction.median[0] - actual))))
    base = float(np.mean(errors[BASELINE]))
    return [
        Case(
            f"I-94, {len(some)} major holidays, {name}",
            float(np.mean(some)),
            "vehicles/h",
            base,
            float(np.mean(some)) / base,
            0.35 if name == COMBINATION else None,
            at_most=True,
        )
        for name, some in errors.items()
    ]


def _costs(settings: ForecastSettings) -> list[Case]:
    """Processor seconds of a panel of one year, all candidates included."""
    random, hours = np.random.default_rng(1), np.arange(8_760)
    week = random.uniform(20, 200, (PANEL_SERIES, 168))
    start = datetime(2025, 9, 1, tzinfo=UTC)
    panel = Panel(
        "made",
        tuple(
            PanelSeries(
                key,
                HourlySeries(
                    start, np.maximum(week[key][hours % 168] + 20 * random.standard_normal(len(hours)), 0.0)
                ),
                SeriesTraits(lower_bound=0.0),
            )
            for key in range(PANEL_SERIES)
        ),
        DayTypes(),
    )
    until = panel.series[0].series.end
    began = processor_seconds()
    fitted, studies = study(panel, learners(settings), until, settings)
    nightly = processor_seconds() - began
    began = processor_seconds()
    issue(panel, fitted, studies, settings)
    hourly = processor_seconds() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Case(
            f"nightly study, {PANEL_SERIES} series of a year",
            nightly / PANEL_SERIES,
            "s each",
            target=1.8,
            at_most=True,
        ),
        Case(
            f"hourly issue, {PANEL_SERIES} series", hourly / PANEL_SERIES, "s each", target=0.12, at_most=True
        ),
        Case("memory of the process", memory, "MB", target=500.0, at_most=True),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
