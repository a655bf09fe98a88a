"""Which numbers a sensor can mean: one rule for messages, files and replayed letters. Pure.

A double reaches from 5e-324 to 1.8e308, nature does not: there are about 1e80 atoms in the universe,
and the shortest time that physics knows is 5e-44 s. What lies beyond is a mark for "no value", a broken
register or a wrong cast. Two such numbers overflow a mean, and a subnormal one has lost its digits.
"""

from __future__ import annotations

import sys
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The largest magnitude that is stored.
MAGNITUDE_MAX = 1e100
#: The smallest magnitude but zero: the smallest normal double (IEEE 754).
MAGNITUDE_MIN = sys.float_info.min


def is_physical(number: float) -> bool:
    """Whether a number, also an integer of any size, can be a measurement."""
    return number == 0 or MAGNITUDE_MIN <= abs(number) <= MAGNITUDE_MAX


def are_physical(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """The same for a column; what is not finite is not physical either."""
    magnitudes = np.abs(numbers)
    within = (magnitudes >= MAGNITUDE_MIN) & (magnitudes <= MAGNITUDE_MAX)
    return np.asarray(within | (magnitudes == 0), dtype=np.bool_)


def number_refusal(result: Any) -> str | None:
    """Why a result is no measurement, None if it is one."""
    if type(result) not in (int, float):
        return "wrong_type"
    if not _is_finite(result):
        return "non_finite"
    return None if is_physical(result) else "not_physical"


def position_refusal(result: Any) -> str | None:
    """The same for longitude and latitude."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        return "wrong_type"
    longitude, latitude = result
    reason = number_refusal(longitude) or number_refusal(latitude)
    if reason is not None:
        return reason
    return None if -180 <= longitude <= 180 and -90 <= latitude <= 90 else "wrong_type"


def _is_finite(result: float) -> bool:
    try:
        return isfinite(result)
    except OverflowError:  # an integer beyond what a double can hold
        return False
