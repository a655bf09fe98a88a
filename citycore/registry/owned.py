"""What owners see of their sources: credentials, what arrived, and what waits. Statements only; it never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from citycore.dead_letters.repository import topic_patterns
from citycore.registry.service import QUERIES
from citycore.store.connections import Connection
from citycore.topics import PREFIX

#: What registering a thing or a datastream mends.
MENDED_BY_REGISTERING = ("unknown_thing", "unknown_property")

#: What a table of fields mends.
MENDED_BY_MAPPING = (*MENDED_BY_REGISTERING, "no_codec", "no_fit", "field_unmapped")


class Listed(NamedTuple):
    """A source in a list. ``owner`` is None where it is the operator's."""

    code: str
    name_en: str
    name_ar: str
    decoder: str
    owner: str | None
    things: int
    newest: datetime | None


class Credential(NamedTuple):
    """``told_at`` is when the broker heard of it."""

    credential_id: int
    username: str
    created_at: datetime
    revoked_at: datetime | None
    told_at: datetime | None


class NewestValue(NamedTuple):
    """One datastream of a thing and what it said last; without a property the thing has no datastream yet."""

    thing: str
    device: str | None
    thing_en: str
    thing_ar: str
    property_en: str | None
    property_ar: str | None
    sensor: str | None
    unit: str | None
    time: datetime | None
    result: float | None
    result_text: str | None
    longitude: float | None
    latitude: float | None
    quality: int | None


class Waiting(NamedTuple):
    """Letters that the same stands against."""

    reason: str
    detail: str
    letters: int
    newest: datetime


class Letter(NamedTuple):
    """The newest letter of a topic, and how many of that topic wait."""

    topic: str
    payload: bytes
    letters: int


def list_sources(connection: Connection, owners: Sequence[str] | None, after: str, rows: int) -> list[Listed]:
    """Sources of these owners, or all."""
    asked = {"owners": None if owners is None else list(owners), "after": after, "rows": rows}
    return [Listed(*row) for row in connection.execute(QUERIES["listed_sources"], asked).fetchall()]


def count_sources(connection: Connection, owner: str) -> int:
    return _count(connection, "count_sources", {"owner": owner})


def is_taken(connection: Connection, code: str) -> bool:
    return bool(_count(connection, "is_taken", {"code": code}))


def find_credentials(connection: Connection, code: str, rows: int) -> list[Credential]:
    """Of a source, the newest first."""
    asked = {"code": code, "rows": rows}
    return [Credential(*row) for row in connection.execute(QUERIES["credentials"], asked).fetchall()]


def count_credentials(connection: Connection, code: str) -> int:
    """Those that count. The source is held until the transaction ends."""
    connection.execute(QUERIES["lock_source"], {"code": code})
    return _count(connection, "count_credentials", {"code": code})


def add_credential(connection: Connection, code: str, username: str, digest: bytes, at: datetime) -> None:
    asked = {"code": code, "username": username, "digest": digest, "at": at}
    connection.execute(QUERIES["add_credential"], asked)


def revoke_credential(connection: Connection, code: str, credential_id: int, at: datetime) -> str | None:
    """The user name; None where the source has no such credential that counts."""
    asked = {"code": code, "credential_id": credential_id, "at": at}
    row = connection.execute(QUERIES["revoke_credential"], asked).fetchone()
    return None if row is None else str(row[0])


def find_newest(connection: Connection, code: str, rows: int) -> list[NewestValue]:
    asked = {"code": code, "rows": rows}
    return [NewestValue(*row) for row in connection.execute(QUERIES["newest_values"], asked).fetchall()]


def count_since(connection: Connection, code: str, since: datetime, maximum: int) -> int:
    """Values of ``since`` and later, counted no further than ``maximum``."""
    return _count(connection, "values_since", {"code": code, "since": since, "maximum": maximum})


def find_waiting(connection: Connection, code: str, rows: int) -> list[Waiting]:
    asked = _topics(connection, code) | {"rows": rows}
    return [Waiting(*row) for row in connection.execute(QUERIES["letters_of_source"], asked).fetchall()]


def find_newest_letters(
    connection: Connection, code: str, rows: int, reasons: Sequence[str] = MENDED_BY_REGISTERING
) -> list[Letter]:
    """Of each topic, of those that were refused for these reasons."""
    asked = _topics(connection, code) | {"reasons": list(reasons), "rows": rows}
    found = connection.execute(QUERIES["newest_letters"], asked).fetchall()
    return [Letter(topic, bytes(payload), letters) for topic, payload, letters in found]


def find_waiting_ids(connection: Connection, code: str, rows: int) -> list[int]:
    asked = _topics(connection, code) | {"rows": rows}
    return [number for (number,) in connection.execute(QUERIES["waiting_letters"], asked).fetchall()]


def find_known_sensors(connection: Connection, codes: Sequence[str]) -> set[str]:
    rows = connection.execute(QUERIES["known_sensors"], {"codes": list(codes)}).fetchall()
    return {code for (code,) in rows}


def _topics(connection: Connection, code: str) -> dict[str, object]:
    """Where the messages of a source come in: its namespace, and its topics outside of it."""
    return {"namespace": f"{PREFIX}/{code}", "patterns": topic_patterns(connection, code)}


def _count(connection: Connection, query: str, asked: dict[str, object]) -> int:
    row = connection.execute(QUERIES[query], asked).fetchone()
    assert row is not None
    return int(row[0])
