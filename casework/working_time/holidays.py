"""The public holidays of Oman, by year."""

from __future__ import annotations

from datetime import date

from citycore.calendar.holidays import holiday_dates
from citycore.calendar.model import HOME


def official_holidays(year: int) -> frozenset[date]:
    """Those that are announced or, where they follow the moon and are not yet, estimated."""
    return holiday_dates(HOME, year)
