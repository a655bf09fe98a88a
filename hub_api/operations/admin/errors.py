"""Who may not come in."""

from __future__ import annotations

from citycore.errors import FalajError


class AdminKeyMissing(FalajError):
    slug = "admin_key_missing"


class AdminKeyWrong(FalajError):
    slug = "admin_key_wrong"
