"""The statements about hackathons. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from casework.access.model import Actor
from casework.workflow.model import Binding, Deadline, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.hackathons.errors import CodeTaken
from hackathon.contest.hackathons.machine import HACKATHON, UNPUBLISHED
from hackathon.contest.hackathons.model import Description, Facts, Hackathon
from hackathon.contest.hackathons.rules import chain_of, scopes_of

QUERIES = load_queries("hackathon.contest.hackathons")


class _Dated(NamedTuple):
    hackathon_id: UUID
    deadline: Deadline


class _Surroundings(NamedTuple):
    planned: frozenset[str]
    published_challenges: int
    has_results: bool
    open_appeals: int


def find_hackathon(connection: Connection, hackathon_id: UUID) -> Hackathon | None:
    return row_of(connection, Hackathon, QUERIES["hackathon"], {"hackathon_id": hackathon_id})


def was_announced(connection: Connection, hackathon_id: UUID) -> bool:
    """Whether everybody has ever known of it."""
    return only_row(connection, bool, QUERIES["was_announced"], {"hackathon_id": hackathon_id})


def find_id(connection: Connection, code: str) -> UUID | None:
    return row_of(connection, UUID, QUERIES["of_code"], {"code": code})


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
        parameters["before"] = row_of(connection, datetime, QUERIES["created_at"], {"hackathon_id": after})
        if parameters["before"] is None:
            return []
    return rows_of(connection, Hackathon, QUERIES["list"], parameters)


def find_next_dates(
    connection: Connection, hackathons: Collection[UUID], undated: Collection[str], at: datetime
) -> dict[UUID, Deadline]:
    """The next of each that has one; none in states ``undated``."""
    parameters = {"hackathons": list(hackathons), "undated": list(undated), "at": at}
    found = rows_of(connection, _Dated, QUERIES["next_dates"], parameters)
    return {each.hackathon_id: each.deadline for each in found}


def store_hackathon(
    connection: Connection, hackathon_id: UUID, description: Description, at: datetime
) -> None:
    """A new draft; :class:`CodeTaken`."""
    parameters = {
        **values_of(description),
        "hackathon_id": hackathon_id,
        "state": HACKATHON.initial.name,
        "at": at,
    }
    if connection.execute(QUERIES["create"], parameters).rowcount == 0:
        raise CodeTaken


def describe(connection: Connection, hackathon_id: UUID, description: Description) -> None:
    """Write it anew under the next version; :class:`CodeTaken`."""
    parameters = {**values_of(description), "hackathon_id": hackathon_id}
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
    around = only_row(connection, _Surroundings, QUERIES["surroundings"], {"hackathon_id": object_id})
    facts = Facts(hackathon.description, hackathon.round, *around)
    chain, scopes = chain_of(object_id), scopes_of(object_id)
    return Standing(object_id, hackathon.state, hackathon.version, chain, scopes, object_id, facts)


HACKATHONS: Binding[Facts] = Binding(HACKATHON, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
