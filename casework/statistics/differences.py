"""Whether channels differ: kiosks, links and telephones stand side by side before anybody adds them up.

The interval of a difference is Newcombe's: R. G. Newcombe, "Interval estimation for the difference between
independent proportions" (1998), method 10. Whether all channels could be one is Pearson's test.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt

import numpy as np

from casework.statistics.model import LEVEL, Interval
from casework.statistics.proportions import wilson


@dataclass(frozen=True, slots=True)
class Channel:
    """Of ``base`` answers by a channel ``count`` say it."""

    code: str
    count: int
    base: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The share of ``first`` less that of ``second``. ``chance`` is how often so large a difference comes by chance
    alone between channels that do not differ.
    """

    first: str
    second: str
    value: float
    interval: Interval
    chance: float


def difference(first: Channel, second: Channel, level: float = LEVEL) -> Difference | None:
    """None where nobody answered by one of the channels."""
    if not first.base or not second.base:
        return None
    shares = np.array([first.count / first.base, second.count / second.base])
    low, high = wilson(shares, [first.base, second.base], level)
    value = float(shares[0] - shares[1])
    below = sqrt((shares[0] - low[0]) ** 2 + (high[1] - shares[1]) ** 2)
    above = sqrt((high[0] - shares[0]) ** 2 + (shares[1] - low[1]) ** 2)
    pooled = (first.count + second.count) / (first.base + second.base)
    spread = sqrt(pooled * (1 - pooled) * (1 / first.base + 1 / second.base))
    chance = erfc(abs(value) / spread / sqrt(2)) if spread else 1.0
    return Difference(first.code, second.code, value, Interval(value - below, value + above), chance)


def differences(channels: list[Channel], level: float = LEVEL) -> tuple[Difference, ...]:
    """Between each two channels in which somebody answered.

    Where many are compared, chance has many tries: each probability is multiplied by their number (Bonferroni).
    """
    answered = [channel for channel in channels if channel.base]
    pairs = list(combinations(answered, 2))
    # The intervals are widened by the same rule, so that no interval without 0 stands beside a probability that says
    # nothing.
    stricter = 1 - (1 - level) / max(1, len(pairs))
    found = [difference(first, second, stricter) for first, second in pairs]
    return tuple(
        Difference(one.first, one.second, one.value, one.interval, min(1.0, one.chance * len(pairs)))
        for one in found
        if one is not None
    )


def chance_that_all_are_one(channels: list[Channel]) -> float | None:
    """How often channels that do not differ give shares as unlike as these; None of fewer than two channels."""
    from scipy.special import chdtrc

    counts = np.array([[one.count, one.base - one.count] for one in channels if one.base], np.float64)
    if len(counts) < 2:
        return None
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    if not expected.all():
        return 1.0  # all say the same
    return float(chdtrc(len(counts) - 1, ((counts - expected) ** 2 / expected).sum()))
