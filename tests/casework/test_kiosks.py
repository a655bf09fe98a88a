"""Hours at which somebody fills a kiosk are noticed, and busy kiosks are not blamed."""

from __future__ import annotations

import numpy as np
import pytest

from casework.statistics.outliers import kiosk_outliers
from casework.statistics.settings import StatisticsSettings

SETTINGS = StatisticsSettings()


@pytest.mark.parametrize("spread", [1, 3], ids=["by chance", "more than by chance"])
def test_hours_that_were_filled_are_found_and_others_not(spread):
    chance = np.random.default_rng(4)
    means = np.array([[2], [8], [25], [60]]) * np.ones((4, 240))
    answers = chance.poisson(means) if spread == 1 else chance.negative_binomial(means / 2, 1 / spread)
    is_open = np.ones(answers.shape, np.bool_)
    is_open[:, ::12] = False
    assert kiosk_outliers(answers, is_open, SETTINGS).sum() <= 1
    for device, mean in enumerate([2, 8, 25, 60]):
        answers[device, 7] = 4 * mean + 40
    found = kiosk_outliers(answers, is_open, SETTINGS)
    assert found[:, 7].all()
    assert found.sum() <= 5


def test_closed_kiosks_and_none_at_all():
    answers = np.array([[500, 3, 3, 3]])
    assert not kiosk_outliers(answers, np.array([[False, True, True, True]]), SETTINGS).any()
    assert kiosk_outliers(np.zeros((0, 4), np.int64), np.zeros((0, 4), np.bool_), SETTINGS).shape == (0, 4)
