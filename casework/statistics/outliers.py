"""Hours at a kiosk with far more answers than are usual there: staff who fill it in, or a class of pupils.

They are counted apart with a note, and never deleted.
"""

from __future__ import annotations

import numpy as np

from casework.statistics.model import BoolArray, FloatArray, IntArray
from casework.statistics.settings import StatisticsSettings

#: From the median distance to the standard deviation of a normal distribution.
_MEDIAN_TO_DEVIATION = 1.4826


def kiosk_outliers(answers: IntArray, is_open: BoolArray, settings: StatisticsSettings) -> BoolArray:
    """``answers`` has a row a device and a column an hour; hours at which a device was closed say nothing.

    What is usual is the median of a device, which a few bad hours do not move. Square roots of counts vary equally
    at quiet and busy kiosks (Anscombe); where hours vary more than by chance, as they do, that spread counts.
    """
    deviations = _deviations(answers, is_open)
    found: BoolArray = is_open & (deviations > settings.outlier_deviations)
    return found


def _deviations(answers: IntArray, is_open: BoolArray) -> FloatArray:
    rooted = np.where(is_open, 2 * np.sqrt(answers + 0.375), np.nan)
    usual = np.zeros(len(answers))
    for device, hours in enumerate(is_open):
        if hours.any():
            usual[device] = np.median(rooted[device, hours])
    distances = rooted - usual[:, None]
    spread = np.median(np.abs(distances[is_open])) * _MEDIAN_TO_DEVIATION if is_open.any() else 0.0
    scaled: FloatArray = np.where(is_open, distances, 0.0) / max(1.0, float(spread))
    return scaled
