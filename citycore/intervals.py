"""Half-open intervals of instants, and the parsing of instants as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """``[start, end)`` in UTC; ``ValueError`` unless both are aware and start < end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs instants with an offset")
        if self.start >= self.end:
            raise ValueError("the start must lie before the end")

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant with offset, as aware UTC; ``ValueError`` for anything else.

    A time without offset is refused rather than guessed. A ``+`` that a URL turned into
    a space is understood, since that is what every browser sends.
    """
    moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    if moment.tzinfo is None:
        raise ValueError("the time has no offset; write 2026-11-24T21:40:00Z or …+04:00")
    return moment.astimezone(UTC)


def floor_hour(moment: datetime) -> datetime:
    """The beginning of the UTC hour that contains ``moment``."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
