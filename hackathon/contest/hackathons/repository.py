"""The statements about hackathons. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from casework.access.model import Actor
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.errors import CodeTaken
from hackathon.contest.hackathons.machine import HACKATHON, UNPUBLISHED
from hackathon.contest.hackathons.model import Description, Facts, Hackathon, Mode
from hackathon.contest.hackathons.rules import chain_of, scopes_of

QUERIES = load_queries("hackathon.contest.hackathons")


def find_hackathon(connection: Connection, hackathon_id: UUID) -> Hackathon | None:
    row = connection.execute(QUERIES["hackathon"], {"hackathon_id": hackathon_id}).fetchone()
    return None if row is None else _hackathon(row)


def was_announced(connection: Connection, hackathon_id: UUID) -> bool:
    """Whether everybody has ever known of it."""
    row = connection.execute(QUERIES["was_announced"], {"hackathon_id": hackathon_id}).fetchone()
    return row is not None and bool(row[0])


def find_id(connection: Connection, code: str) -> UUID | None:
    row = connection.execute(QUERIES["of_code"], {"code": code}).fetchone()
    return None if row is None else row[0]


def find_hackathons(
    connection: Connection, *, own: Collection[UUID], all_of_them: bool, after: UUID | None, rows: int
) -> list[Hackathon]:
    """Newest first, after one that was the last of a page."""
    parameters: dict[str, Any] = {
        "unpublished": list(UNPUBLISHED),
        "own": list(own),
        "all": all_of_them,
        "before": None,
        "before_id": after,
        "rows": rows,
    }
    if after is not None:
        found = connection.execute(QUERIES["created_at"], {"hackathon_id": after}).fetchone()
        if found is None:
            return []
        parameters["before"] = found[0]
    return [_hackathon(row) for row in connection.execute(QUERIES["list"], parameters).fetchall()]


def store_hackathon(
    connection: Connection, hackathon_id: UUID, description: Description, at: datetime
) -> None:
    """A new draft; :class:`CodeTaken`."""
    parameters = {
        **asdict(description),
        "hackathon_id": hackathon_id,
        "state": HACKATHON.initial.name,
        "at": at,
    }
    if connection.execute(QUERIES["create"], parameters).rowcount == 0:
        raise CodeTaken


def describe(connection: Connection, hackathon_id: UUID, description: Description) -> None:
    """Write it anew under the next version; :class:`CodeTaken`."""
    parameters = {**asdict(description), "hackathon_id": hackathon_id}
    try:
        changed = connection.execute(QUERIES["describe"], parameters).rowcount
    except psycopg.errors.UniqueViolation as error:  # taken between the look and the leap
        raise CodeTaken from error
    if changed == 0:
        raise CodeTaken


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    hackathon = find_hackathon(connection, object_id)
    if hackathon is None:
        return None
    found = connection.execute(QUERIES["surroundings"], {"hackathon_id": object_id}).fetchone()
    assert found is not None
    facts = Facts(hackathon.description, hackathon.round, frozenset(found[0]), *found[1:])
    return Standing(
        object_id,
        hackathon.state,
        hackathon.version,
        chain_of(object_id),
        scopes_of(object_id),
        object_id,
        facts,
    )


def _hackathon(row: tuple[Any, ...]) -> Hackathon:
    hackathon_id, state, reason, version, changed_at, judged, *text = row
    code, title_ar, title_en, summary_ar, summary_en, mode, *rest = text
    description = Description(code, title_ar, title_en, summary_ar, summary_en, Mode(mode), *rest)
    return Hackathon(hackathon_id, description, state, reason, version, changed_at, judged)


HACKATHONS: Binding[Facts] = Binding(HACKATHON, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
