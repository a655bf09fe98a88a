"""A codec table as it is once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ingest.decoders.codec_formula import Formula


class Problem(NamedTuple):
    """What is wrong with a table, where, and what to do about it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where or 'the codec'}: {self.what}"


class CodecFault(ValueError):
    """The table cannot be used; the first of its problems."""


@dataclass(frozen=True, slots=True)
class Field:
    """Some bytes of a block, and what they mean. Without a name they are passed over."""

    name: str
    at: int | None
    size: int
    kind: str = "u"
    is_little: bool = False
    bits: tuple[int, int] | None = None
    is_bcd: bool = False
    negative_bit: int | None = None
    #: (numerator, addend, denominator): value = (raw * numerator + addend) / denominator, exact until the division.
    linear: tuple[int, int, int] | None = None
    formula: Formula | None = None
    unit: str | None = None
    missing: frozenset[int | float] = frozenset()
    labels: Mapping[int, str] | None = None
    is_optional: bool = False
    equals: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What follows a head of a type-length-value stream, or a set flag."""

    fields: tuple[Field, ...]
    sensor: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes of one port are laid out."""

    kind: Literal["fixed", "tlv", "flags", "ignore"]
    fields: tuple[Field, ...] = ()
    lengths: tuple[int, int] | None = None
    start: int = 0
    head: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    is_by_channel: bool = False
    entries: Mapping[bytes, Entry] | None = None
    unknown: str = "refuse"
    flags: Field | None = None
    blocks: tuple[tuple[int, Entry], ...] = ()


@dataclass(frozen=True, slots=True)
class Codec:
    """A table that was read. The layout of the port ``None`` holds for every port without its own."""

    layouts: Mapping[int | None, Layout]
    encoding: str = "raw"
