"""The hours that the map can show, as codes of its address: ``2026-11-28t09z`` is the hour from 09:00 UTC on. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from citycore.intervals import HOUR, floor_hour

FORMAT = "%Y-%m-%dt%Hz"


def code_of(hour: datetime) -> str:
    return hour.astimezone(UTC).strftime(FORMAT)


def hours_until(now: datetime, days: int) -> list[datetime]:
    """The whole hours of so many last days that are over, the oldest first."""
    last = floor_hour(now)
    return [last - number * HOUR for number in range(24 * days, 0, -1)]


def hour_in(code: str, now: datetime, days: int) -> datetime | None:
    """The hour of a code; None for what is none, not over yet, or longer ago."""
    try:
        hour = datetime.strptime(code, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    is_over, oldest = hour + HOUR <= now, floor_hour(now) - timedelta(days=days)
    return hour if is_over and hour >= oldest else None
