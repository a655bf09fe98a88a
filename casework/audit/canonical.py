"""One spelling for each value: the JSON Canonicalization Scheme (RFC 8785) for what the log holds.

Floats are refused rather than written: their spelling is the hard part of the scheme, and
nothing that is logged needs them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

#: Beyond it two integers can be the same number to a reader with doubles.
INTEGER_MAX = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no place in the log."""


def canonical(value: object) -> bytes:
    """UTF-8 bytes of the canonical JSON; :class:`NotCanonical` for what has none here."""
    ordered = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return ordered.encode()


def _ordered(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, Mapping):
        return {_text(key): _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(one) for one in value]
    raise NotCanonical(f"{type(value).__name__} is not logged")


def _utf16(key: object) -> bytes:
    """By UTF-16 code units, as the scheme wants it."""
    return _text(key).encode("utf-16-be")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotCanonical("a name must be text")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise NotCanonical("text that the database cannot hold")
    return value


def _integer(value: int) -> int:
    if abs(value) > INTEGER_MAX:
        raise NotCanonical(f"{value} is not exact to every reader")
    return value
