"""Times as the standard writes them: ISO 8601 instants and intervals, with an offset. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from citycore.clock import EPOCH, MICROSECOND
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.model import Span

_TIME_CHARACTERS_MAX = 100


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


def read_time(where: str, text: object) -> Span:
    """An instant, or ``START/END``."""
    if not isinstance(text, str) or "/" not in text:
        return Span(read_instant(where, text))
    start, _, end = text.partition("/")
    span = Span(read_instant(where, start), read_instant(where, end))
    if span.end is not None and span.end < span.start:
        raise EntityInvalid(where, "ends_before", given=text)
    return span
