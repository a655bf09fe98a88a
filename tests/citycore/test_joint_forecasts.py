"""Forecasts together: distributions stay what they are, and only what was high together is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.alerts.rules import QUANTILES
from citycore.forecasts.joint import DAYS_MIN, Dependence, Marginal, joint

START = datetime(2026, 1, 1, tzinfo=UTC)
NORMAL = np.array([-1.96, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.96])


def dependence(errors: np.ndarray) -> Dependence:
    return Dependence.of_errors([START + timedelta(hours=25 * n) for n in range(len(errors))], errors)


def marginal(errors: np.ndarray | None, scale: float = 1.0, level: float = 100.0) -> Marginal:
    quantiles = np.tile(level + scale * NORMAL, (24, 1))
    return Marginal(quantiles, 0, None if errors is None else dependence(errors))


def widths(errors: np.ndarray, others: np.ndarray, combine: str = "sum") -> tuple[float, float]:
    """Of the 80 % band of one series and of both together."""
    one, both = joint([marginal(errors)], "sum"), joint([marginal(errors), marginal(others)], combine)
    return tuple(float((found.quantiles()[:, 5] - found.quantiles()[:, 1]).mean()) for found in (one, both))


RANDOM = np.random.default_rng(7).standard_normal((3, 56, 24))


def test_one_series_alone_is_what_it_was() -> None:
    found = joint([marginal(RANDOM[0])], "sum")
    np.testing.assert_allclose(found.quantiles()[5], 100 + NORMAL, atol=0.05)
    assert (found.method, found.days) == ("joint_errors", 56)


@pytest.mark.parametrize(("others", "factor"), [(RANDOM[0], 2.0), (RANDOM[1], 2**0.5), (-RANDOM[0], 0.0)])
def test_a_sum_is_as_wide_as_its_errors_go_together(others: np.ndarray, factor: float) -> None:
    alone, both = widths(RANDOM[0], others)
    assert both == pytest.approx(factor * alone, rel=0.12, abs=0.35)


def test_the_highest_of_several_lies_above_each() -> None:
    found = joint([marginal(RANDOM[0]), marginal(RANDOM[1]), marginal(RANDOM[2])], "highest")
    assert found.quantiles()[:, 3].mean() == pytest.approx(100.82, abs=0.15)
    lowest = joint([marginal(RANDOM[0]), marginal(RANDOM[1])], "lowest")
    assert (lowest.quantiles()[:, 3] < 100).all()


def test_probabilities_of_a_sum_are_those_of_its_values() -> None:
    found = joint([marginal(RANDOM[0]), marginal(RANDOM[1])], "sum")
    assert found.exceedance(200.0).mean() == pytest.approx(0.5, abs=0.05)
    assert found.exceedance(0.0).min() == 1.0
    assert found.exceedance(1e9).max() == 0.0


def test_without_days_in_common_the_worst_is_taken_to_come_together() -> None:
    few = RANDOM[0][: DAYS_MIN - 1]
    for others in (few, None):
        found = joint([marginal(RANDOM[0]), marginal(others)], "sum")
        assert (found.method, found.days) == ("together", 0)
        np.testing.assert_allclose(found.quantiles()[0], 200 + 2 * NORMAL, atol=0.1)


def test_hours_that_were_not_measured_and_bounds_of_zero_are_no_harm() -> None:
    errors = RANDOM[0].copy()
    errors[:, 3] = np.nan
    errors[5] = np.nan
    low = Marginal(np.tile(np.maximum(NORMAL, 0.0), (24, 1)), 0, dependence(errors))
    found = joint([low, marginal(errors)], "sum")
    assert np.isfinite(found.values).all()
    assert joint([low], "sum").values.min() == 0.0


def test_days_survive_json() -> None:
    kept = Dependence.from_json(json.loads(json.dumps(dependence(RANDOM[0]).to_json())))
    assert kept.days == dependence(RANDOM[0]).days
    np.testing.assert_array_equal(kept.ranks, dependence(RANDOM[0]).ranks)
    assert len(QUANTILES) == len(NORMAL)
