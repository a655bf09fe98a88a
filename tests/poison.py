"""Numbers and instants that no sensor means, for every test that lets data through the hub.

``poisoned_values(seed, count)`` gives doubles over the whole range of the type: first :data:`EDGES`, then
random patterns of 64 bits, so that every exponent is as likely as any other. Most lie beyond what is
physical; some are not a number (with payloads of every kind), infinite or subnormal. The same seed gives
the same numbers on every machine. JSON cannot say those that are not finite: ``finite`` leaves them out.

``POISONED_TIMES`` are instants at both ends of what Python, RFC 3339 and PostgreSQL can say, as texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

_MAX, _MIN = sys.float_info.max, sys.float_info.min

#: Where the type, the arithmetic of the store or a rule changes its mind.
EDGES: tuple[float, ...] = (
    0.0, -0.0, 1.0, -1.0,
    _MAX, -_MAX, np.nextafter(_MAX, 0), 1e308, -1e308, 9e307, 1.4e154, -1.4e154, 1e153,
    1e100, -1e100, np.nextafter(1e100, 2e100), np.nextafter(1e100, 0), 1e99,
    _MIN, -_MIN, np.nextafter(_MIN, 0), 5e-324, -5e-324, 1e-310, 1e-300, 1e-160,
    float(2**53), float(2**53 + 2), float(2**63), float(-(2**63)), float(2**64), 1e22,
    float("inf"), float("-inf"), float("nan"), -float("nan"),
    -9999.0, 9999.0, -999.9, 65535.0, 32767.0, -32768.0, 2147483647.0, -2147483648.0, 4294967295.0,
)  # fmt: skip

#: RFC 3339, ISO 8601 beyond it, and PostgreSQL's own limits, early to late.
POISONED_TIMES: tuple[str, ...] = (
    "-4713-11-24T00:00:00Z", "4713-01-01T00:00:00Z BC", "-0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-14:00", "0001-01-01T00:00:00",
    "1677-09-21T00:12:43Z", "1899-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z",
    "2016-12-31T23:59:60Z", "2038-01-19T03:14:08Z", "2262-04-11T23:47:17Z",
    "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59+14:00",
    "9999-12-31T23:59:59", "10000-01-01T00:00:00Z", "294276-12-31T23:59:59Z", "+294276-12-31T23:59:59Z",
    "294277-01-01T00:00:00Z", "infinity", "-infinity",
)  # fmt: skip


def poisoned_values(seed: int, count: int, *, finite: bool = False) -> list[float]:
    """``count`` doubles, the edges first; with ``finite`` none that JSON cannot say."""
    generator = np.random.Generator(np.random.PCG64(seed))
    values = list(_chosen(EDGES, finite=finite))
    while len(values) < count:
        patterns = generator.integers(0, 2**64, size=count, dtype=np.uint64)
        values.extend(_chosen(patterns.view(np.float64).tolist(), finite=finite))
    return values[:count]


def _chosen(values: Iterable[float], *, finite: bool) -> Iterable[float]:
    return (float(value) for value in values if not finite or np.isfinite(value))
