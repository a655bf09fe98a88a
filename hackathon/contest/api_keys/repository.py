"""The statements about keys of teams. It never commits, and reaches the keys only by the database's functions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, rows_of
from hackathon.contest.api_keys.model import DayOfUse, TeamKey
from hackathon.contest.api_keys.rules import LAST_DEADLINE

QUERIES = load_queries("hackathon.contest.api_keys")


def revoke_key(connection: Connection, team_id: UUID, key_id: int, at: datetime) -> bool:
    """Whether the team had it and it was not revoked before."""
    return only_row(connection, bool, QUERIES["revoke"], {"team_id": team_id, "key_id": key_id, "at": at})


def find_keys(connection: Connection, team_id: UUID, today: date) -> list[TeamKey]:
    return rows_of(connection, TeamKey, QUERIES["list"], {"team_id": team_id, "today": today})


def find_usage(connection: Connection, team_id: UUID, since: date) -> list[DayOfUse]:
    return rows_of(connection, DayOfUse, QUERIES["usage"], {"team_id": team_id, "since": since})


def find_season(connection: Connection, team_id: UUID) -> tuple[str, datetime | None]:
    """The state of the team's hackathon, and its last deadline."""
    parameters = {"team_id": team_id, "deadline": LAST_DEADLINE}
    row = known(connection.execute(QUERIES["season"], parameters).fetchone())
    return row[0], row[1]
