"""Bytes that were in order, and are not quite any more."""

from __future__ import annotations

import random
from collections.abc import Sequence

BYTES_MAX = 20_000


def mutated(random: random.Random, payload: bytes, others: Sequence[bytes]) -> bytes:
    """The payload after one to three changes, of which one may go on as another does; always the same for a seed."""
    data = bytearray(payload)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        _change(random, data, others)
    return bytes(data[:BYTES_MAX])


def _change(random: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    at = random.randint(0, len(data))
    end = min(len(data), at + random.randint(1, 8))
    # Most often a byte gives way to another: what comes after it stays where it was.
    match random.choice((0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 7)):
        case 0 if data:
            data[at % len(data)] ^= 1 << random.randrange(8)
        case 1 if data:
            data[at % len(data)] = random.choice((0, 1, 0x7F, 0x80, 0xFF))
        case 2:
            data[at:at] = random.randbytes(random.randint(1, 8))
        case 3:
            del data[at:end]
        case 4:
            data[at:at] = data[at:end] * random.randint(1, 40)
        case 5:
            del data[at:]
        case 6:
            other = random.choice(others)
            data[at:] = other[random.randint(0, len(other)) :]
        case _:
            data[at:end] = random.randbytes(end - at)
