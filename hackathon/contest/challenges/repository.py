"""The statements about challenges. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.challenges.errors import UnknownData
from hackathon.contest.challenges.machine import CHALLENGE, PUBLISHED
from hackathon.contest.challenges.model import Challenge, Description, Facts, Named, Terms
from hackathon.contest.challenges.rules import scopes_of
from hackathon.contest.hackathons.rules import chain_of

QUERIES = load_queries("hackathon.contest.challenges")


def find_challenge(connection: Connection, challenge_id: UUID) -> Challenge | None:
    row = connection.execute(QUERIES["challenge"], {"challenge_id": challenge_id}).fetchone()
    return None if row is None else _challenge(row)


def find_challenges(  # noqa: PLR0913 (the sides of one statement)
    connection: Connection,
    hackathon_id: UUID,
    *,
    all_of_them: bool,
    agencies: Collection[UUID],
    own: Collection[UUID],
    after: UUID | None,
    rows: int,
) -> list[Challenge]:
    parameters = {
        "hackathon_id": hackathon_id,
        "all": all_of_them,
        "agencies": list(agencies),
        "own": list(own),
        "published": list(PUBLISHED),
        "after": after,
        "rows": rows,
    }
    return [_challenge(row) for row in connection.execute(QUERIES["list"], parameters).fetchall()]


def find_linkable(
    connection: Connection, what: Literal["datasets", "things"], after: str, rows: int
) -> list[Named]:
    found = connection.execute(QUERIES[what], {"after": after, "rows": rows}).fetchall()
    return [Named(*row) for row in found]


def store_challenge(connection: Connection, challenge: Challenge, at: datetime) -> None:
    """A new one with its links; :class:`UnknownData`."""
    parameters = _columns(challenge.challenge_id, challenge.description) | {
        "hackathon_id": challenge.hackathon_id,
        "organisation_id": challenge.organisation_id,
        "state": challenge.state,
        "at": at,
    }
    connection.execute(QUERIES["create"], parameters)
    _link(connection, challenge.challenge_id, challenge.description)


def describe(connection: Connection, challenge_id: UUID, description: Description) -> None:
    """Write it anew under the next version; :class:`UnknownData`."""
    connection.execute(QUERIES["describe"], _columns(challenge_id, description))
    for statement in ("unlink_datasets", "unlink_things"):
        connection.execute(QUERIES[statement], {"challenge_id": challenge_id})
    _link(connection, challenge_id, description)


def _link(connection: Connection, challenge_id: UUID, description: Description) -> None:
    for statement, wanted in (("link_datasets", description.datasets), ("link_things", description.things)):
        parameters = {"challenge_id": challenge_id, "codes": list(wanted)}
        linked = {code for (code,) in connection.execute(QUERIES[statement], parameters).fetchall()}
        unknown = sorted(set(wanted) - linked)
        if unknown:
            raise UnknownData(codes=", ".join(unknown))


def _columns(challenge_id: UUID, text: Description) -> dict[str, Any]:
    return {
        "challenge_id": challenge_id,
        "title_ar": text.title_ar,
        "title_en": text.title_en,
        "problem_ar": text.problem_ar,
        "problem_en": text.problem_en,
        "terms": text.terms,
    }


def _read(connection: Connection, object_id: UUID, _actor: Actor) -> Standing[Facts] | None:
    found = find_challenge(connection, object_id)
    if found is None:
        return None
    row = connection.execute(QUERIES["hackathon_state"], {"hackathon_id": found.hackathon_id}).fetchone()
    assert row is not None
    scopes = scopes_of(object_id, found.hackathon_id, found.organisation_id)
    return Standing(
        object_id,
        found.state,
        found.version,
        chain_of(found.hackathon_id),
        scopes,
        found.hackathon_id,
        Facts(found.description, row[0]),
    )


def _challenge(row: tuple[Any, ...]) -> Challenge:
    challenge_id, hackathon_id, organisation_id, state, reason, version, changed_at, *text = row
    title_ar, title_en, problem_ar, problem_en, terms, datasets, things = text
    description = Description(
        title_ar,
        title_en,
        problem_ar,
        problem_en,
        None if terms is None else Terms(terms),
        tuple(datasets),
        tuple(things),
    )
    return Challenge(
        challenge_id, hackathon_id, organisation_id, description, state, reason, version, changed_at
    )


CHALLENGES: Binding[Facts] = Binding(CHALLENGE, QUERIES["lock"], _read, QUERIES["move"], QUERIES["due"])
