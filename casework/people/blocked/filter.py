"""A Bloom filter in a file: whether a text is among many, without the texts.

What was put in is always found; of other texts one in ``1 / wrong_share`` is found as well. The bits of a text follow from
two halves of one digest (Kirsch and Mitzenmacher, "Less hashing, same performance", 2008).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from casework.people.errors import BlockListUnusable

_FORMAT: Final = "falaj blocked passwords 1"
_DIGEST_BYTES: Final = 16
#: The first line, which says what follows, is no longer.
_HEAD_BYTES_MAX: Final = 65_536


@dataclass(frozen=True, slots=True)
class Filter:
    """``bits`` as bytes, how many of them each text sets, and what the file says of itself."""

    bits: bytes = field(repr=False)
    hashes: int
    says: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, text: str) -> bool:
        size = 8 * len(self.bits)
        return all(self.bits[place >> 3] >> (place & 7) & 1 for place in _places(text, size, self.hashes))

    @property
    def share_set(self) -> float:
        """Which share of the bits is set: to the power of ``hashes`` it is the share of wrong answers."""
        return int.from_bytes(self.bits).bit_count() / (8 * len(self.bits))


def build(texts: Collection[str], wrong_share: float, says: Mapping[str, Any]) -> Filter:
    """A filter of at least one text, with the fewest bits for that share of wrong answers."""
    hashes = max(1, round(-math.log2(wrong_share)))
    size = math.ceil(-len(texts) * math.log(wrong_share) / (8 * math.log(2) ** 2))
    bits = bytearray(max(1, size))
    for text in texts:
        for place in _places(text, 8 * len(bits), hashes):
            bits[place >> 3] |= 1 << (place & 7)
    return Filter(bytes(bits), hashes, says)


def write(made: Filter, file: Path) -> None:
    """A line of JSON, and the bits."""
    head = {"format": _FORMAT, "hashes": made.hashes, "bytes": len(made.bits), **made.says}
    file.write_bytes(json.dumps(head, ensure_ascii=False).encode() + b"\n" + made.bits)


def read(file: Path) -> Filter:
    """What :func:`write` wrote; :class:`BlockListUnusable`."""
    try:
        head, line, bits = file.read_bytes().partition(b"\n")
        says = json.loads(head) if line and len(head) <= _HEAD_BYTES_MAX else {}
        is_ours = isinstance(says, dict) and says.get("format") == _FORMAT
        if is_ours and bits and says.get("bytes") == len(bits) and 1 <= int(says.get("hashes", 0)) <= 64:
            return Filter(bits, int(says["hashes"]), says)
    except (OSError, ValueError, TypeError) as error:
        raise BlockListUnusable(place=str(file)) from error
    raise BlockListUnusable(place=str(file))


def _places(text: str, size: int, hashes: int) -> Iterator[int]:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
    first, second = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    for number in range(hashes):
        yield (first + number * second) % size
