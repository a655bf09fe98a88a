"""Which numbers a sensor can mean: one rule for messages, files and replayed letters. Pure.

A double reaches from 5e-324 to 1.8e308, nature does not: there are about 1e80 atoms in the universe,
and the shortest time that physics knows is 5e-44 s. What lies beyond is a mark for "no value", a broken
register or a wrong cast. Two such numbers overflow a mean, and a subnormal one has lost its digits.
"""

from __future__ import annotations

import sys
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
