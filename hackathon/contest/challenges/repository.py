"""The statements about challenges. It never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.challenges.errors import UnknownData
from hackathon.contest.challenges.machine import CHALLENGE, PUBLISHED
from hackathon.contest.challenges.model import Challenge, Description, Facts, Named, Reader
from hackathon.contest.challenges.rules import scopes_of
from hackathon.contest.hackathons.rules import chain_of

QUERIES = load_queries("hackathon.contest.challenges")


def find_challenge(connection: Connection, challenge_id: UUID) -> Challenge | None:
    return row_of(connection, Challenge, QUERIES["challenge"], {"challenge_id": challenge_id})


def find_challenges(
    connection: Connection, hackathon_id: UUID, reader: Reader, after: UUID | None, rows: int
) -> list[Challenge]:
    parameters = values_of(reader) | {
        "hackathon_id": hackathon_id,
        "published": list(PUBLISHED),
        "after": after,
        "rows": rows,
    }
    return rows_of(connection, Challenge, QUERIES["list"], parameters)


def find_linkable(
    connection: Connection, what: Literal["datasets", "things"], after: str, rows: int
) -> list[Named]:
    return rows_of(connection, Named, QUERIES[what], {"after": after, "rows": rows})


def store_challenge(connection: Connection, challenge: Challenge, at: datetime) -> None:
    """A new one with its links; :class:`UnknownData`."""
    parameters = values_of(challenge.description) | {
        "challenge_id": challenge.challenge_id,
        "hackathon_id": challenge.hackathon_id,
        "organisation_id": challenge.organisation_id,
        "state": challenge.state,
        "by_organisers": challenge.by_organisers,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)
    _link(connection, challenge.challenge_id, challenge.description)


def describe(connection: Connection, challenge_id: UUID, description: Description) -> None:
    """Write it anew under the next version; :class:`UnknownData`."""
    connection.execute(QUERIES["describe"], values_of(description) | {"challenge_id": challenge_id})
    for statement in ("unlink_datasets", "unlink_things"):
        connection.execute(QUERIES[statement], {"challenge_id": challenge_id})
    _link(connection, challenge_id, description)


def _link(connection: Connection, challenge_id: UUID, description: Description) -> None:
    for statement, wanted in (("link_datasets", description.datasets), ("link_things", description.things)):
        parameters = {"challenge_id": challenge_id, "codes": list(wanted)}
        linked = set(rows_of(connection, str, QUERIES[statement], parameters))
        unknown = sorted(set(wanted) - linked)
        if unknown:
            raise UnknownData(codes=", ".join(unknown))


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    found = find_challenge(connection, object_id)
    if found is None:
        return None
    parameters = {"hackathon_id": found.hackathon_id}
    hackathon_state = only_row(connection, str, QUERIES["hackathon_state"], parameters)
    scopes, facts = scopes_of(found), Facts(found.description, hackathon_state)
    chain = chain_of(found.hackathon_id)
    return Standing(object_id, found.state, found.version, chain, scopes, found.hackathon_id, facts)


CHALLENGES: Binding[Facts] = Binding(
    CHALLENGE, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"], called=QUERIES["called"]
)
