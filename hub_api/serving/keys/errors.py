"""Why a key does not count, and what can be wrong with managing one."""

from __future__ import annotations

from citycore.errors import FalajError, NotFound


class ApiKeyUnknown(FalajError):
    slug = "api_key_unknown"


class ApiKeyExpired(FalajError):
    slug = "api_key_expired"


class ApiKeyRevoked(FalajError):
    slug = "api_key_revoked"


class ApiKeyExists(FalajError):
    """Names stay taken, so that the usage of a revoked key keeps its meaning."""

    slug = "api_key_exists"


class ApiKeyNotFound(NotFound):
    slug = "api_key_not_found"
