"""When a report comes next, and what may be chosen. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from casework.report_mails.model import DAYS, PACKAGE, Choice, Rhythm, Times
from casework.report_mails.settings import ReportMailSettings
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.clock import CITY_ZONE

FIELDS: Final = Fields(PACKAGE)
#: Every rhythm has a day among so many in a row.
_DAYS_AHEAD: Final = 32


def next_time(times: Times, after: datetime) -> datetime:
    """The first of the times that lies after an instant, and not at it; in UTC.

    However many were missed, it is one: so a report that is late comes once.
    """
    first = after.astimezone(CITY_ZONE).date()
    for ahead in range(_DAYS_AHEAD + 1):
        day = first + timedelta(days=ahead)
        if _is_on(times, day):
            instant = datetime.combine(day, time(times.hour), CITY_ZONE).astimezone(UTC)
            if instant > after:
                return instant
    raise ValueError(f"no day fits {times}")


def _is_on(times: Times, day: date) -> bool:
    """A month without the day that was chosen has its last one instead."""
    if times.rhythm is Rhythm.WEEKLY:
        return day.isoweekday() in times.weekdays
    if times.rhythm is Rhythm.MONTHLY:
        return day.day == min(times.month_day or 1, monthrange(day.year, day.month)[1])
    return True


def next_try(tries: int, at: datetime, settings: ReportMailSettings) -> datetime | None:
    """When to try again after so many attempts in vain; None if there were enough."""
    if tries > settings.retries_max:
        return None
    # The exponent is capped: a float has an end.
    return at + timedelta(minutes=settings.retry_minutes_min * 2 ** min(tries - 1, 20))


def tidy(times: Times) -> Times:
    """Without what its rhythm does not ask for."""
    weekdays = tuple(sorted(set(times.weekdays))) if times.rhythm is Rhythm.WEEKLY else ()
    month_day = times.month_day if times.rhythm is Rhythm.MONTHLY else None
    return Times(times.rhythm, weekdays, month_day, times.hour)


def why_wrong(
    choice: Choice, times: Times, places: Collection[str], properties: Collection[str]
) -> Refusal | None:
    """What stands against a report of this at these times, with the codes that the hub knows."""
    return next(_wrong(choice, times, places, properties), None)


def _wrong(
    choice: Choice, times: Times, places: Collection[str], properties: Collection[str]
) -> Iterator[Refusal]:
    if choice.place and choice.place not in places:
        yield FIELDS.wrong("place", ", ".join(sorted(places)[:20]) or "–")
    if choice.observed_property and choice.observed_property not in properties:
        yield FIELDS.wrong("observed_property", ", ".join(sorted(properties)[:20]) or "–")
    if choice.days not in DAYS:
        yield FIELDS.wrong("days", ", ".join(map(str, DAYS)))
    if times.rhythm is Rhythm.WEEKLY and not (times.weekdays and set(times.weekdays) <= set(range(1, 8))):
        yield FIELDS.wrong("weekdays", "1–7")
    if times.rhythm is Rhythm.MONTHLY and not 1 <= (times.month_day or 0) <= 31:
        yield FIELDS.wrong("month_day", "1–31")
    if not 0 <= times.hour <= 23:
        yield FIELDS.wrong("hour", "0–23")


def file_name(choice: Choice, day: date) -> str:
    return f"falaj-report-{choice.place or 'all'}-{day:%Y-%m-%d}.pdf"
