"""Which key a request brings, and whether it counts at an instant."""

from __future__ import annotations

from datetime import datetime

from citycore.errors import FalajError
from citycore.keys import TOKEN_PREFIX
from hub_api.serving.keys.errors import ApiKeyExpired, ApiKeyRevoked
from hub_api.serving.keys.model import Validity


def key_of(authorization: str, api_key: str) -> str | None:
    """The key in ``Authorization: Bearer …``, else in ``X-API-Key``, else None.

    Other schemes belong to a server in front of us and are none of our business. A token of a person
    opens the programme's interface and counts no requests: it is no key.
    """
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() == "bearer" and not credentials.strip().startswith(TOKEN_PREFIX):
        return credentials.strip()
    return api_key.strip() or None


def fault_of(validity: Validity, now: datetime) -> FalajError | None:
    """Why the key does not count, or None if it does. It expires at its instant, not after it."""
    if validity.revoked_at is not None:
        return ApiKeyRevoked(at=f"{validity.revoked_at:%F}")
    if validity.expires_at is not None and validity.expires_at <= now:
        return ApiKeyExpired(at=f"{validity.expires_at:%F}")
    return None
