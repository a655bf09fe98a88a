"""The public holidays of Oman, by year."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def official_holidays(year: int) -> frozenset[date]:
    """Those that are announced or, where they follow the moon and are not yet, estimated."""
    import holidays  # a second of import that few processes need

    return frozenset(holidays.country_holidays("OM", years=year))
