"""Who may not come in."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class AdminKeyMissing(FalajError):
    slug = "admin_key_missing"
    kind = Kind.NOT_SIGNED_IN


class AdminKeyWrong(FalajError):
    slug = "admin_key_wrong"
    kind = Kind.FORBIDDEN
