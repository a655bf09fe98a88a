"""What figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = FloatArray | Sequence[float]

#: How sure intervals are, unless somebody asks for another level.
LEVEL: float = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float | int) and self.low <= value <= self.high

    def overlaps(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from ``base`` answers. ``interval`` shows chance only; None where too few answered to say.

    ``effective_base`` is smaller than the base where answers weigh unequally.
    """

    value: float
    interval: Interval | None
    base: int
    effective_base: float
