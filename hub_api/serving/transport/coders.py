"""The content codings that answers are sent in: gzip (RFC 1952), brotli (RFC 7932) and zstd (RFC 8878)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import brotli
import zstandard

Coding = Literal["zstd", "br", "gzip"]
#: The first of those that a client likes best: zstd is three times as fast as gzip here, and smaller; brotli is between them.
PREFERENCE: tuple[Coding, ...] = ("zstd", "br", "gzip")
#: Of deflate, with the header and the checksum of gzip.
GZIP_WINDOW_BITS = 31
CODINGS_MAX = 20
#: Fields of browsers and programs, of which there are few.
FIELDS_REMEMBERED = 256


class Coder(Protocol):
    """Takes a body piece by piece, and holds little of it."""

    def code(self, piece: bytes) -> bytes: ...

    def end(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Levels:
    """How much work each coding does: a higher level is smaller and slower."""

    gzip: int = 1
    zstd: int = 1
    br: int = 1


class _Gzip:
    def __init__(self, level: int) -> None:
        self._deflater = zlib.compressobj(level, zlib.DEFLATED, GZIP_WINDOW_BITS)
        self.code: Callable[[bytes], bytes] = self._deflater.compress

    def end(self) -> bytes:
        return self._deflater.flush()


class _Zstd:
    def __init__(self, level: int) -> None:
        self._compressor = zstandard.ZstdCompressor(level=level).compressobj()
        self.code: Callable[[bytes], bytes] = self._compressor.compress

    def end(self) -> bytes:
        return self._compressor.flush()


class _Brotli:
    def __init__(self, quality: int) -> None:
        self._compressor = brotli.Compressor(quality=quality)

    def code(self, piece: bytes) -> bytes:
        coded: bytes = self._compressor.process(piece)
        return coded

    def end(self) -> bytes:
        coded: bytes = self._compressor.finish()
        return coded


_CODERS: Mapping[Coding, Callable[[int], Coder]] = {"gzip": _Gzip, "zstd": _Zstd, "br": _Brotli}


def coder(coding: Coding, levels: Levels) -> Coder:
    return _CODERS[coding](getattr(levels, coding))


def coded(coding: Coding, levels: Levels, body: bytes) -> bytes:
    """A whole body at once; the same bytes give the same."""
    one = coder(coding, levels)
    return one.code(body) + one.end()


@lru_cache(FIELDS_REMEMBERED)
def wanted_coding(accept_encoding: str) -> Coding | None:
    """Which coding ``Accept-Encoding`` (RFC 9110, 12.5.3) likes best; None for none.

    ``*`` stands for gzip, which everybody reads, and not for what was never named.
    """
    weights = _weights(accept_encoding)
    best = max(PREFERENCE, key=lambda coding: weights.get(coding, 0.0))
    weight = weights.get(best, 0.0)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def takes_gzip(accept_encoding: str) -> bool:
    """Whether gzip is allowed, by name or by ``*``."""
    return _weights(accept_encoding)["gzip"] > 0


def _weights(accept_encoding: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in accept_encoding.split(",")[:CODINGS_MAX]:
        name, _, parameters = item.partition(";")
        weights[name.strip().lower()] = _weight(parameters)
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return weights


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
