"""Nowcasts: candidates, the choice between them, bands that keep their word, and nothing from after the origin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from forecasting.day_types import DayTypes
from forecasting.nowcast.issue import HISTORY, Memory, issue
from forecasting.nowcast.model import (
    DAY_QUARTERS,
    DECAY,
    HORIZON,
    MODELS,
    PERSISTENCE,
    PROFILE,
    QUARTER,
    SLOTS,
    TREES,
    Panel,
    Study,
)
from forecasting.nowcast.rules import decay_of, slots_of
from forecasting.nowcast.settings import NowcastSettings
from forecasting.nowcast.study import judge, study_panel

START = datetime(2026, 8, 29, 20, tzinfo=UTC)
DAYS = DayTypes()
SETTINGS = NowcastSettings(train_rows_max=20_000, tree_rounds=30)
UNBOUNDED = (-np.inf, np.inf)


def city(days: int, series: int = 6, seed: int = 1, kept: float = 0.9) -> Panel:
    """A daily shape, which is another one at the weekend, and deviations of which a part is left a quarter later."""
    chance, count = np.random.default_rng(seed), days * DAY_QUARTERS
    slots = slots_of(START, count, "Asia/Muscat", DAYS)
    rush = 100 + 60 * np.sin((slots % DAY_QUARTERS) / DAY_QUARTERS * 2 * np.pi)
    usual = np.where(np.isin(slots // DAY_QUARTERS, (4, 5)), rush / 2, rush)
    off = np.zeros((series, count))
    for at in range(1, count):
        off[:, at] = kept * off[:, at - 1] + chance.normal(0, 3, series)
    values = usual * np.linspace(1, 2, series)[:, None] + off
    return Panel(
        "vehicle_flow", "Asia/Muscat", range(series), START, values, np.array([(0.0, np.inf)] * series)
    )


def until(panel: Panel, last: int) -> Panel:
    """Its last quarters up to ``last``, as an issue sees them."""
    first = last - HISTORY
    return replace(panel, start=panel.start + first * QUARTER, values=panel.values[:, first:last].copy())


@pytest.fixture(scope="module")
def learned() -> tuple[Panel, dict[int, Study], str | None]:
    panel = city(35)
    known = replace(panel, values=panel.values[:, : 28 * DAY_QUARTERS])
    studies, booster = study_panel(known, DAYS, SETTINGS)
    return panel, dict(studies), booster and booster.served


def test_bands_keep_their_word_and_nowcasts_beat_the_last_value(
    learned: tuple[Panel, dict[int, Study], str | None],
) -> None:
    panel, studies, booster = learned
    assert len(studies) == 6
    before, inside, errors, naive = {}, {80: [], 95: []}, [], []  # type: ignore[var-annotated]
    for last in range(28 * DAY_QUARTERS, 34 * DAY_QUARTERS, 5):
        made = issue(until(panel, last), Memory(studies, before, booster), DAYS, SETTINGS)
        actual = panel.values[:, last : last + HORIZON]
        for key, nowcast in made.items():
            errors.append(np.abs(nowcast.median - actual[key]))
            naive.append(np.abs(panel.values[key, last - 1] - actual[key]))
            for level, band in nowcast.bands.items():
                inside[level].append((band.lower <= actual[key]) & (actual[key] <= band.upper))
        before = made
    assert 0.72 < np.mean(inside[80]) < 0.88
    assert 0.92 < np.mean(inside[95]) < 0.98
    assert np.mean(errors) < 0.5 * np.mean(naive)
    told = studies[0].told
    assert {one["model"] for one in told["candidates"]} == set(MODELS), "who loses is told as well"
    assert 0.7 < told["coverage"]["80"] < 0.9


def test_nothing_after_the_origin_is_seen(learned: tuple[Panel, dict[int, Study], str | None]) -> None:
    panel, studies, booster = learned
    last = 28 * DAY_QUARTERS
    poisoned = replace(panel, values=panel.values.copy())
    poisoned.values[:, last:] = 1e6
    told = [
        issue(until(one, last), Memory(studies, {}, booster), DAYS, SETTINGS) for one in (panel, poisoned)
    ]
    again, _ = study_panel(replace(poisoned, values=poisoned.values[:, :last]), DAYS, SETTINGS)
    for key in studies:
        assert np.array_equal(told[0][key].median, told[1][key].median)
        assert np.array_equal(again[key].profile, studies[key].profile)


def test_one_bad_series_stops_none(learned: tuple[Panel, dict[int, Study], str | None]) -> None:
    panel, studies, booster = learned
    seen = until(panel, 28 * DAY_QUARTERS)
    seen.values[0], seen.values[1, -3:] = np.nan, np.nan
    seen.values[2, :-1] = np.nan
    made = issue(seen, Memory(studies, {}, booster), DAYS, SETTINGS)
    assert sorted(made) == [1, 2, 3, 4, 5], "an hour without a value is too long, three quarters are not"
    for nowcast in made.values():
        assert nowcast.median.shape == (HORIZON,)
        assert all(
            np.isfinite(band.lower).all() and (band.lower >= 0).all() for band in nowcast.bands.values()
        )
        assert (nowcast.bands[95].upper >= nowcast.bands[80].upper).all()
    odd = replace(
        panel, values=np.vstack([np.full(28 * DAY_QUARTERS, np.nan), panel.values[1, : 28 * DAY_QUARTERS]])
    )
    odd = replace(odd, keys=[0, 1], bounds=panel.bounds[:2])
    assert list(study_panel(odd, DAYS, SETTINGS)[0]) == [1]
    flat = replace(odd, values=np.full((2, 5 * DAY_QUARTERS), 7.0))
    assert [one.model for one in study_panel(flat, DAYS, SETTINGS)[0].values()] == [PERSISTENCE] * 2


def test_bands_widen_after_misses(learned: tuple[Panel, dict[int, Study], str | None]) -> None:
    panel, studies, booster = learned
    last = 28 * DAY_QUARTERS
    first = issue(until(panel, last), Memory(studies, {}, booster), DAYS, SETTINGS)
    jumped = replace(panel, values=panel.values.copy())
    jumped.values[0, last] += 1000
    second = issue(until(jumped, last + 1), Memory(studies, first, booster), DAYS, SETTINGS)
    assert second[0].factors[95] > 1 > second[1].factors[95]
    assert (second[0].seen, second[0].inside[95], second[1].inside[95]) == (1, 0, 1)


@pytest.mark.parametrize(("kept", "wanted"), [(0.9, 0.9), (0.0, 0.0)])
def test_what_is_left_of_a_deviation(kept: float, wanted: float) -> None:
    chance = np.random.default_rng(3)
    off = np.zeros((1, 4000))
    for at in range(1, 4000):
        off[:, at] = kept * off[:, at - 1] + chance.normal()
    found = decay_of(off)[0]
    assert found[0] == pytest.approx(wanted, abs=0.05)
    assert found[7] == pytest.approx(wanted**8, abs=0.08)


def test_the_simplest_wins_a_tie_and_trees_need_a_gain() -> None:
    even = np.ones((20, HORIZON))
    settings = NowcastSettings()
    chosen = {
        name: judge(errors, np.ones((20, HORIZON)), settings)
        for name, errors in {
            "tie": {PERSISTENCE: even, PROFILE: even, DECAY: even, TREES: even},
            "little": {PERSISTENCE: 2 * even, PROFILE: 2 * even, DECAY: even, TREES: 0.99 * even},
            "much": {PERSISTENCE: 2 * even, PROFILE: 2 * even, DECAY: even, TREES: 0.9 * even},
            "none": {PERSISTENCE: even * np.nan, PROFILE: even * np.nan},
        }.items()
    }
    assert {name: found and found[0] for name, found in chosen.items()} == {
        "tie": PERSISTENCE, "little": DECAY, "much": TREES, "none": None,
    }  # fmt: skip


def test_a_profile_has_days_for_holidays_and_ramadan() -> None:
    at = datetime(2026, 11, 24, 20, tzinfo=UTC)  # midnight of the National Day holiday
    assert slots_of(at, 1, "Asia/Muscat", DAYS)[0] == 7 * DAY_QUARTERS
    assert slots_of(datetime(2026, 2, 18, 20, tzinfo=UTC), 1, "Asia/Muscat", DAYS)[0] == 8 * DAY_QUARTERS
    assert slots_of(START, SLOTS, "Asia/Muscat", DAYS).max() < SLOTS
