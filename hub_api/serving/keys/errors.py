"""Why a key does not count, and what can be wrong with managing one."""

from __future__ import annotations

from citycore.errors import FalajError, Kind, NotFound


class ApiKeyUnknown(FalajError):
    slug = "api_key_unknown"
    kind = Kind.NOT_SIGNED_IN


class ApiKeyExpired(FalajError):
    slug = "api_key_expired"
    kind = Kind.NOT_SIGNED_IN


class ApiKeyRevoked(FalajError):
    slug = "api_key_revoked"
    kind = Kind.NOT_SIGNED_IN


class ApiKeyExists(FalajError):
    """Names stay taken, so that the usage of a revoked key keeps its meaning."""

    slug = "api_key_exists"
    kind = Kind.CONFLICT


class ApiKeyNotFound(NotFound):
    slug = "api_key_not_found"
