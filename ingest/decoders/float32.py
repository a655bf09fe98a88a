"""Numbers that were sent in 32 bits."""

from __future__ import annotations

import struct
from math import isfinite

_FLOAT = struct.Struct("<f")


def shortest_decimal(number: float) -> float:
    """The shortest decimal that is this 32-bit number: 23.1, where its 64-bit reading is 23.100000381469727."""
    if not isfinite(number):
        return number
    bits = _FLOAT.pack(number)
    for digits in (6, 7, 8):
        short = float(f"{number:.{digits}g}")
        try:
            if _FLOAT.pack(short) == bits:
                return short
        except OverflowError:  # rounded up beyond the largest 32-bit number
            continue
    return float(f"{number:.9g}")
