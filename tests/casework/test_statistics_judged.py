"""Figures against foreign packages: where they work out the same, they agree to a millionth."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from casework.statistics.agreement import krippendorff_alpha, nominal_alpha
from casework.statistics.differences import Channel, chance_that_all_are_one, difference
from casework.statistics.kaplan_meier import curve
from casework.statistics.means import mean_of, net_promoter_score
from casework.statistics.proportions import design_effect, wilson
from casework.statistics.raking import Margin, rake
from casework.statistics.settings import StatisticsSettings

MILLIONTH = 1e-6


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(autouse=True)
def foreign_warnings():
    """Packages that are only asked here may warn about themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_wilson_is_that_of_statsmodels(chance):
    from statsmodels.stats.proportion import proportion_confint

    bases = chance.integers(1, 2_000, 500)
    counts = (bases * chance.random(500)).round().astype(int)
    counts[:2], counts[2:4] = 0, bases[2:4]
    for level in (0.9, 0.95, 0.99):
        low, high = wilson(counts / bases, bases, level)
        expected = proportion_confint(counts, bases, 1 - level, method="wilson")
        np.testing.assert_allclose([low, high], expected, atol=MILLIONTH)


def test_differences_are_those_of_statsmodels(chance):
    from statsmodels.stats.proportion import (
        confint_proportions_2indep,
        proportions_chisquare,
        proportions_ztest,
    )

    for _ in range(100):
        bases = chance.integers(5, 800, 2)
        counts = chance.integers(1, bases)
        found = difference(
            *(
                Channel(str(n), int(count), int(base))
                for n, (count, base) in enumerate(zip(counts, bases, strict=True))
            )
        )
        assert found is not None
        low, high = confint_proportions_2indep(counts[0], bases[0], counts[1], bases[1], method="newcomb")
        assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=MILLIONTH)
        assert found.chance == pytest.approx(proportions_ztest(counts, bases)[1], abs=MILLIONTH)
    counts, bases = np.array([40, 55, 61]), np.array([100, 90, 130])
    channels = [Channel(str(n), int(c), int(b)) for n, (c, b) in enumerate(zip(counts, bases, strict=True))]
    assert chance_that_all_are_one(channels) == pytest.approx(
        proportions_chisquare(counts, bases)[1], abs=MILLIONTH
    )


def test_means_are_those_of_statsmodels(chance):
    from statsmodels.stats.weightstats import DescrStatsW

    values = chance.normal(1e6, 3, 57)
    found = mean_of(values)
    assert found is not None
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(
        DescrStatsW(values).tconfint_mean(), abs=MILLIONTH
    )
    # The variance of an answer that counts 100, 0 or −100.
    score = net_promoter_score([10] * 46 + [8] * 30 + [3] * 24)
    assert score is not None
    assert score.interval is not None
    low, high = DescrStatsW(np.repeat([100.0, 0.0, -100.0], [46, 30, 24]), ddof=0).zconfint_mean()
    # statsmodels divides by n − 1.
    half = (high - low) / 2 * (99 / 100) ** 0.5
    assert (score.value, score.interval.high - score.value) == pytest.approx((22, half), abs=MILLIONTH)


@pytest.mark.parametrize("share_open", [0, 0.3, 0.7])
def test_the_curve_is_that_of_lifelines(chance, share_open):
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    durations = chance.exponential(20, 401).round(0 if share_open else 3)
    is_closed = chance.random(401) >= share_open
    found = curve(durations, is_closed)
    fitted = KaplanMeierFitter().fit(durations, is_closed)
    expected = fitted.survival_function_at_times(found.times).to_numpy()
    np.testing.assert_allclose(found.open_share, expected, atol=MILLIONTH)
    ends = fitted.confidence_interval_.loc[found.times].to_numpy()
    inside = (found.open_share > 0) & (found.open_share < 1)
    np.testing.assert_allclose(np.column_stack([found.low, found.high])[inside], ends[inside], atol=MILLIONTH)
    for share in (0.25, 0.5, 0.9):
        time = qth_survival_time(1 - share, fitted)
        assert found.time_until(share) == (None if np.isinf(time) else pytest.approx(time, abs=MILLIONTH))


def test_weights_are_those_of_svy(chance):
    import polars as pl
    import svy

    shares = (np.array([0.3, 0.25, 0.2, 0.15, 0.1]), np.array([0.5, 0.5]), np.array([0.1, 0.4, 0.3, 0.2]))
    columns = [chance.choice(len(share), 1_500, p=chance.dirichlet(300 * share)) for share in shares]
    settings = StatisticsSettings()
    found = rake([Margin(*pair) for pair in zip(columns, shares, strict=True)], settings)
    assert found.converged
    assert found.limited == 0
    names = [f"margin_{place}" for place in range(len(shares))]
    frame = pl.DataFrame(
        dict(zip(names, map(np.char.mod, ["%d"] * 3, columns), strict=True)) | {"weight": np.ones(1_500)}
    )
    targets = {
        name: {str(level): float(value) for level, value in enumerate(share)}
        for name, share in zip(names, shares, strict=True)
    }
    sample = svy.Sample(frame, svy.Design(wgt="weight")).weighting.rake(
        shares=targets, tol=1e-12, max_iter=500
    )
    theirs = sample.data["rk_wgt"].to_numpy()
    np.testing.assert_allclose(found.weights, theirs / theirs.mean(), atol=MILLIONTH)
    assert found.design_effect == pytest.approx(design_effect(theirs), abs=MILLIONTH)


def test_agreement_is_that_of_krippendorff(chance):
    import krippendorff

    for _ in range(20):
        marks = chance.integers(1, 6, (4, 30)).astype(float)
        marks[chance.random(marks.shape) < 0.3] = np.nan
        units = [unit[~np.isnan(unit)].tolist() for unit in marks.T]
        for own, level in ((krippendorff_alpha, "interval"), (nominal_alpha, "nominal")):
            theirs = krippendorff.alpha(reliability_data=marks, level_of_measurement=level)
            assert own(units) == pytest.approx(theirs, abs=MILLIONTH)
