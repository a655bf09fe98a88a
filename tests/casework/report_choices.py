"""Reports by mail as tests choose them."""

from __future__ import annotations

from datetime import UTC, datetime

from casework.report_mails.model import Choice, Rhythm, Times
from casework.report_mails.settings import ReportMailSettings
from citycore.clock import CITY_ZONE

#: A Tuesday, noon in Muscat.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SETTINGS = ReportMailSettings()
SEEB = Choice("seeb", "pm2_5", 7, "en")
MORNINGS = Times(Rhythm.DAILY, (), None, 7)
SUNDAYS = Times(Rhythm.WEEKLY, (7,), None, 7)


def monthly(day: int, hour: int = 7) -> Times:
    return Times(Rhythm.MONTHLY, (), day, hour)


def muscat(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE)
