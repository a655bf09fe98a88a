"""A column of results, checked by the kind of datastream that each row belongs to. Pure.

A text file has only texts, so a number written as a text counts as the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from citycore.recordings.entries import MISSING
from ingest.model import Family
from ingest.physical import are_physical, position_refusal

#: Words for "no value" where a number is due. NaN is none of them: it is a number of its own kind, and refused.
_NO_VALUE = pa.array([word for word in MISSING if word and word.lower() != "nan"], pa.string())
Reasons = NDArray[Any]
#: What the column reader of Arrow takes for a number, and nothing more.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE | re.ASCII)


def read_results(column: Any, family: Family, text_characters_max: int) -> tuple[NDArray[Any], Reasons]:
    """The results for rows of one family, and the reason of each that is refused ('' otherwise).

    ``column`` is ``double`` or ``string``. The results have the shape that ``Rows`` asks for.
    """
    missing = column.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_string(column.type):
        results, reasons = _READERS[family](column, text_characters_max)
    elif family is Family.MEASUREMENT:
        results, reasons = _checked(column.fill_null(0.0).to_numpy(zero_copy_only=False))
    else:
        results, reasons = _nothing(family, len(column)), _all(len(column), "wrong_type")
    reasons[missing] = "missing_result"
    return results, reasons


def _nothing(family: Family, count: int) -> NDArray[Any]:
    if family is Family.CATEGORY:
        return np.full(count, "", dtype=object)
    return np.zeros((count, 2) if family is Family.POSITION else count, dtype=np.float64)


def _all(count: int, reason: str) -> Reasons:
    return np.full(count, reason, dtype=object)


def _checked(numbers: NDArray[Any]) -> tuple[NDArray[Any], Reasons]:
    reasons = _all(len(numbers), "")
    physical = are_physical(numbers)
    if not physical.all():
        reasons[~physical] = "not_physical"
        reasons[~np.isfinite(numbers)] = "non_finite"
    return numbers, reasons


def _numbers(column: Any, _text_characters_max: int) -> tuple[NDArray[Any], Reasons]:
    try:
        return _checked(column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        pass
    read = [number_of(text) if text is not None else None for text in column.to_pylist()]
    numbers, reasons = _checked(np.array([0.0 if number is None else number for number in read]))
    reasons[[number is None for number in read]] = "wrong_type"
    reasons[pc.is_in(column, _NO_VALUE).to_numpy(zero_copy_only=False)] = "missing_result"
    return numbers, reasons


def number_of(text: str) -> float | None:
    """The number that a text says, perhaps not a finite one; None if it says none."""
    return float(text) if _NUMBER.fullmatch(text) is not None else None


def _categories(column: Any, text_characters_max: int) -> tuple[NDArray[Any], Reasons]:
    texts = np.array([text or "" for text in column.to_pylist()], dtype=object)
    reasons = _all(len(texts), "")
    reasons[[len(text) > text_characters_max for text in texts]] = "wrong_type"
    return texts, reasons


def _positions(column: Any, _text_characters_max: int) -> tuple[NDArray[Any], Reasons]:
    """Positions are written as in a message: ``[longitude, latitude]``."""
    pairs = [pair_of(text or "") for text in column.to_pylist()]
    reasons = np.array([position_refusal(pair) or "" for pair in pairs], dtype=object)
    fits = [pair if reason == "" else (0.0, 0.0) for pair, reason in zip(pairs, reasons, strict=True)]
    return np.array(fits, dtype=np.float64).reshape(len(pairs), 2), reasons


def pair_of(text: str) -> Any:
    """What stands in a text as JSON, hopefully two numbers; None if it is no JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


_READERS: dict[Family, Callable[[Any, int], tuple[NDArray[Any], Reasons]]] = {
    Family.MEASUREMENT: _numbers,
    Family.CATEGORY: _categories,
    Family.POSITION: _positions,
}
