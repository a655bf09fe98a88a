"""Keys as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How often a key may ask."""

    requests_per_minute: int
    requests_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Until when a key counts; None is for ever, and not revoked."""

    expires_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is stored of a key that is issued; ``digest`` are the 32 bytes of its SHA-256."""

    name: str
    owner: str
    digest: bytes
    quota: Quota
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key as the API needs it, found by its digest; all keys of a team have one ``limit_subject``."""

    api_key_id: int
    limit_subject: str
    quota: Quota
    validity: Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A key as people see it; never the key itself."""

    name: str
    owner: str
    quota: Quota
    validity: Validity
    created_at: datetime
    requests_today: int


@dataclass(frozen=True, slots=True)
class DayOfUsage:
    """Requests of one day of the city, and how many more were refused by a limit."""

    day: date
    requests: int
    limited: int
