"""Randomness without memory: the same key and instant give the same number, in any order.

Live publishing, a backfill and a test therefore see one and the same city.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def key_of(*parts: object) -> int:
    """A 64-bit key from the parts' texts, equal on every machine and in every run."""
    return int.from_bytes(blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest(), "big")


def uniform(key: int, counters: NDArray[np.int64]) -> Floats:
    """One number in [0, 1) for each counter (SplitMix64 of key and counter)."""
    with np.errstate(over="ignore"):
        mixed = counters.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))).astype(np.float64) / 2.0**64


def chance(key: int) -> float:
    """One number in [0, 1) for the key itself."""
    return float(uniform(key, np.zeros(1, np.int64))[0])


def smooth(key: int, seconds: Floats, period_seconds: float) -> Floats:
    """A wandering curve in about [-1, 1] whose turns are ``period_seconds`` apart."""
    position = seconds / period_seconds
    knot = np.floor(position).astype(np.int64)
    part = position - knot
    part = part * part * (3.0 - 2.0 * part)
    return (2.0 * uniform(key, knot) - 1.0) * (1.0 - part) + (2.0 * uniform(key, knot + 1) - 1.0) * part


def grain(key: int, seconds: Floats) -> Floats:
    """Measurement noise: independent from second to second, in (-1, 1), most of it near 0."""
    ticks = np.floor(seconds).astype(np.int64)
    return (uniform(key, ticks) + uniform(key ^ 0x5555, ticks) + uniform(key ^ 0xAAAA, ticks)) / 1.5 - 1.0
