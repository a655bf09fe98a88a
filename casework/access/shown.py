"""How somebody has shown who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """The first thing that was shown."""

    PASSWORD = "password"  # noqa: S105 (the name of a way)
    MAILED_LINK = "mailed_link"
    #: What a sign-in service says.
    IDENTITY = "identity"


class FactorKind(StrEnum):
    """What was shown besides."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Shown:
    """``at`` is when the first was shown, ``factor_at`` when the second was. A sign-in service adds how it looked (``acr``,
    ``amr``: OpenID Connect Core, 2; RFC 8176) and when (``auth_at``), as far as it says so.
    """

    way: Way
    at: datetime
    factor: FactorKind | None = None
    factor_at: datetime | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    auth_at: datetime | None = None
