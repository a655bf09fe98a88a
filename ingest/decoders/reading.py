"""JSON as devices send it, read strictly, and text. Pure.

A key that stands twice in one object, a number that is none and what lies too deep are refused: a reader that takes
the last of two values would lose the other without a word. Numbers keep any size; ingest refuses what cannot be measured.
"""

from __future__ import annotations

import json
import re
import reprlib
from typing import Any

import msgspec

from citycore.units import unit_by_spelling
from ingest.decoders.model import Unreadable

#: Objects and arrays in one another. No format of these goes deeper than nine.
DEPTH_MAX = 32
UNREADABLE = "unreadable_payload"
_decode = msgspec.json.Decoder().decode
#: Counts at least every key: in valid JSON only a key's closing quote stands before a colon, or text that looks like it.
_KEY_ENDS = re.compile(rb'"[ \t\r\n]*:')
#: Where none of these is, nothing stands between the quote of a key and its colon.
_SPACES = (b'" ', b'"\n', b'"\r', b'"\t')
_TOO_DEEP = "arrays or objects lie too deep in one another"
#: What many writers of JSON print for a float that is no number.
_NO_NUMBER = re.compile(rb'(?<![\w"])[-+]?(nan|inf|infinity)(?![\w"])', re.IGNORECASE)
_SHOWN_CHARACTERS_MAX = 100
_represent = reprlib.Repr().repr  # never the whole of a long list


def read_json(payload: bytes) -> Any:
    """The document; :class:`Unreadable` if it is none."""
    try:
        document = _decode(payload)
    except msgspec.ValidationError:  # a number beyond what a float or a short text holds
        return _read_slowly(payload)
    except msgspec.DecodeError as error:
        if (found := _NO_NUMBER.search(payload)) is not None:
            raise Unreadable("non_finite", found[0].decode("ascii")) from error
        raise Unreadable(UNREADABLE, str(error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable(UNREADABLE, "the payload is not UTF-8") from error
    except RecursionError as error:
        raise Unreadable(UNREADABLE, _TOO_DEEP) from error
    if count_key_ends(payload) != _count_keys(document, DEPTH_MAX):
        _find_doubled(payload)
    return document


def count_key_ends(payload: bytes) -> int:
    """How many keys a valid document seems to have: at least as many as it has."""
    for space in _SPACES:
        if space in payload:
            return len(_KEY_ENDS.findall(payload))
    return payload.count(b'":')


def read_object(payload: bytes) -> dict[str, Any]:
    document = read_json(payload)
    if type(document) is not dict:
        raise Unreadable(UNREADABLE, "the payload is not a JSON object")
    return document


def read_text(payload: bytes, characters_max: int) -> str:
    """The payload as text, without space around it."""
    if len(payload) > characters_max * 4:
        raise Unreadable("too_large", f"a text of {len(payload)} bytes")
    try:
        text = payload.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Unreadable(UNREADABLE, "the payload is not UTF-8") from error
    if not text:
        raise Unreadable(UNREADABLE, "the payload is empty")
    if len(text) > characters_max:
        raise Unreadable("too_large", f"a text of {len(text)} characters")
    return text


_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,9})?", re.IGNORECASE | re.ASCII)
#: Python reads no longer ones without being asked to; a float of them is as good.
_DIGITS_MAX = 300


def as_number(text: str) -> float | int | None:
    """The number that a text is, None if it is none (``nan`` is none)."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return None
    if len(text) <= _DIGITS_MAX and text.lstrip("+-").isdigit():
        return int(text)
    return float(text)


#: A number with something behind it that may be its unit.
_QUANTITY = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(\D.{0,19})", re.ASCII)


def as_quantity(text: str) -> tuple[float | int, str] | None:
    """The number and the unit that a text states: ``3.384 V``; None of any other text, also of a number alone."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, unit = as_number(found[1]), unit_by_spelling(found[2].strip())
    return None if number is None or unit is None else (number, unit)


def shown(value: Any) -> str:
    """A value for people, cut short."""
    text = value if isinstance(value, str) else _represent(value)
    return text if len(text) <= _SHOWN_CHARACTERS_MAX else f"{text[:_SHOWN_CHARACTERS_MAX]}…"


def _count_keys(value: Any, depth: int) -> int:
    if type(value) is dict:
        if not depth:
            raise Unreadable(UNREADABLE, _TOO_DEEP)
        count = len(value)
        for member in value.values():
            kind = type(member)
            if kind is dict or kind is list:
                count += _count_keys(member, depth - 1)
        return count
    if type(value) is list:
        if not depth:
            raise Unreadable(UNREADABLE, _TOO_DEEP)
        count = 0
        for member in value:
            kind = type(member)
            if kind is dict or kind is list:
                count += _count_keys(member, depth - 1)
        return count
    return 0


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        seen: set[str] = set()
        doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
        raise Unreadable("doubled_key", shown(doubled))
    return known


def _integer(digits: str) -> float | int:
    return int(digits) if len(digits) <= _DIGITS_MAX else float(digits)


def _constant(name: str) -> Any:
    raise Unreadable("non_finite", name)


def _find_doubled(payload: bytes) -> Any:
    """The document, read slowly; :class:`Unreadable` where a key stands twice."""
    try:
        return json.loads(
            payload.decode(), object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer
        )
    except (ValueError, OverflowError) as error:
        raise Unreadable(UNREADABLE, str(error)) from error
    except RecursionError as error:
        raise Unreadable(UNREADABLE, _TOO_DEEP) from error


def _read_slowly(payload: bytes) -> Any:
    document = _find_doubled(payload)
    _count_keys(document, DEPTH_MAX)
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unreadable(UNREADABLE, "a text holds half a character") from error
    return document
