"""Keys as operators manage them: issued, listed, revoked, their usage read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hub_api.serving.keys.errors import ApiKeyExists, ApiKeyNotFound
from hub_api.serving.keys.model import DayOfUsage, Description, NewKey, Quota, Validity

QUERIES = load_queries("hub_api.serving.keys")


def issue(connection: Connection, key: NewKey) -> None:
    """Store a new key; :class:`ApiKeyExists` if the name was ever given."""
    row = connection.execute(
        QUERIES["issue"],
        {
            "name": key.name,
            "owner": key.owner,
            "digest": key.digest,
            "expires_at": key.expires_at,
            "requests_per_minute": key.quota.requests_per_minute,
            "requests_per_day": key.quota.requests_per_day,
        },
    ).fetchone()
    if row is None:
        raise ApiKeyExists(name=key.name)


def revoke(connection: Connection, name: str, now: datetime) -> None:
    """From now on the key is refused; :class:`ApiKeyNotFound`."""
    if connection.execute(QUERIES["revoke"], {"name": name, "now": now}).fetchone() is None:
        raise ApiKeyNotFound(name=name)


def list_keys(connection: Connection, today: date) -> Sequence[Description]:
    """All keys by name."""
    rows = connection.execute(QUERIES["list"], {"today": today}).fetchall()
    return [
        Description(
            name=name,
            owner=owner,
            created_at=created_at,
            requests_today=requests,
            quota=Quota(requests_per_minute=per_minute, requests_per_day=per_day),
            validity=Validity(expires_at=expires_at, revoked_at=revoked_at),
        )
        for name, owner, per_minute, per_day, created_at, expires_at, revoked_at, requests in rows
    ]


def find_usage(connection: Connection, name: str, days: int) -> Sequence[DayOfUsage]:
    """The newest days of use, newest first; :class:`ApiKeyNotFound`."""
    row = connection.execute(QUERIES["find"], {"name": name}).fetchone()
    if row is None:
        raise ApiKeyNotFound(name=name)
    rows = connection.execute(QUERIES["usage"], {"api_key_id": row[0], "days": days}).fetchall()
    return [DayOfUsage(*usage) for usage in rows]
