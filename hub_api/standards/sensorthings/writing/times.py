"""Times as the standard writes them: ISO 8601 instants and intervals, with an offset. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.model import Span

_TIME_CHARACTERS_MAX = 100
#: How nearly all instants are written, by their length; a digit stands where there is 0.
_FORMS = {
    len(form): np.frombuffer(form, np.uint8)
    for form in (b"0000-00-00T00:00:00Z", *(b"0000-00-00T00:00:00.%bZ" % (b"0" * n) for n in range(1, 7)))
}


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment_of(microseconds_: int) -> datetime:
    return EPOCH + microseconds_ * MICROSECOND


def written(microseconds_: int) -> str:
    """As an answer says it."""
    return moment_of(microseconds_).isoformat().replace("+00:00", "Z")


def read_instant(where: str, text: object) -> int:
    """Microseconds since 1970; a time without an offset is nobody's."""
    if not isinstance(text, str) or len(text) > _TIME_CHARACTERS_MAX or "T" not in text.upper():
        raise EntityInvalid(where, "not_a_time", given=text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise EntityInvalid(where, "not_a_time", given=text) from error
    if moment.tzinfo is None:
        raise EntityInvalid(where, "no_offset", given=text)
    try:
        return microseconds(moment.astimezone(UTC))
    except OverflowError as error:
        raise EntityInvalid(where, "not_a_time", given=text) from error


def read_instants(texts: Sequence[str]) -> NDArray[np.int64] | None:
    """As :func:`read_instant`, of many at once that are written in one way, in UTC; None where one of them is not."""
    lengths = {*map(len, texts)}
    form = _FORMS.get(lengths.pop()) if len(lengths) == 1 else None
    if form is None or not (text := "".join(texts)).isascii():
        return None
    grid = np.frombuffer(text.encode(), np.uint8).reshape(len(texts), len(form))
    is_digit = form == ord("0")
    if (grid[:, is_digit] - form[is_digit] > 9).any() or (grid[:, ~is_digit] != form[~is_digit]).any():
        return None
    if (grid[:, :4] == ord("0")).all(axis=1).any():  # a year that only numpy knows
        return None
    try:  # numpy knows no zone
        moments = np.ascontiguousarray(grid[:, :-1]).view(f"S{len(form) - 1}").astype("datetime64[us]")
    except ValueError:  # a day that is in no calendar
        return None
    return moments.ravel().astype(np.int64)


def read_time(where: str, text: object) -> Span:
    """An instant, or ``START/END``."""
    if not isinstance(text, str) or "/" not in text:
        return Span(read_instant(where, text))
    start, _, end = text.partition("/")
    span = Span(read_instant(where, start), read_instant(where, end))
    if span.end is not None and span.end < span.start:
        raise EntityInvalid(where, "ends_before", given=text)
    return span
