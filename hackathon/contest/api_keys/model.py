"""Keys of a team, and what was asked with them, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Standing(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class TeamKey:
    """A key as the team sees it, never the key itself; ``number`` counts those of the team."""

    key_id: int
    number: int
    requests_per_minute: int
    requests_per_day: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    requests_today: int

    def standing(self, at: datetime) -> Standing:
        """It expires at its instant, not after it."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        is_over = self.expires_at is not None and self.expires_at <= at
        return Standing.EXPIRED if is_over else Standing.VALID


@dataclass(frozen=True, slots=True)
class Issued:
    """A key that has just been made; ``text`` is shown only now."""

    text: str
    number: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """Requests of one day of the city, and how many more were refused by a limit."""

    day: date
    requests: int
    limited: int


@dataclass(frozen=True, slots=True)
class Overview:
    """``days`` without a gap up to today; ``quota`` is what the team may ask for in a day, with all keys that count."""

    keys: tuple[TeamKey, ...]
    days: tuple[DayOfUse, ...]
    quota: int
