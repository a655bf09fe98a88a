"""``Range`` and ``If-Range`` (RFC 9110, sections 13.1.5 and 14): which bytes of a file are wanted."""

from __future__ import annotations

import re

from hub_api.serving.errors import RangeNotSatisfiable

#: One range of bytes; more at once, and whatever else there may be, is ignored, as a server may.
ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.IGNORECASE | re.ASCII)

Span = tuple[int, int]


def wanted_span(field: str | None, if_range: str | None, etag: str, byte_count: int) -> Span | None:
    """``[start, end)`` of the bytes to send; None for the whole file.

    :class:`RangeNotSatisfiable` for a range that holds nothing of it. A range that counts for another
    version only, by ``If-Range``, is no range; dates there are too coarse to tell versions apart.
    """
    if field is None or (if_range is not None and if_range.strip() != etag):
        return None
    found = ONE_RANGE.fullmatch(field)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(int(last), byte_count)
    start = int(first)
    end = min(int(last) + 1, byte_count) if last else byte_count
    if last and int(last) < start:
        return None
    if start >= byte_count:
        raise RangeNotSatisfiable(byte_count)
    return start, end


def _last_bytes(count: int, byte_count: int) -> Span:
    if count == 0 or byte_count == 0:
        raise RangeNotSatisfiable(byte_count)
    return max(0, byte_count - count), byte_count
