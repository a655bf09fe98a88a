"""Conflicts of interest as they are at this moment: found in facts each time, so that none is out of date.

The rules are those of juries (``hackathon.contest.judging.conflicts``). This asks nobody but the tables, so that whoever
lists applications can ask it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of
from hackathon.contest.interests.service import as_memberships, as_person, find_today
from hackathon.contest.judging.conflicts import (
    Conflicts,
    Declaration,
    Facts,
    Membership,
    Person,
    Stakes,
    conflicts_of,
    organisation_domain,
)
from hackathon.contest.judging.model import Pair

QUERIES = load_queries("hackathon.funding.reviewing.interests")
#: When people no longer work together on an application.
ENDED: Final = ("ineligible", "rejected", "withdrawn", "expired")


def hidden_applications(
    connection: Connection, actor: Actor, call_id: UUID, *, own_too: bool = False
) -> frozenset[UUID]:
    """Applications of a call that do not exist for this actor: of a reviewer those with a conflict, whatever else
    the reviewer is.

    One's own is there for whoever applies with it. At a desk it is not, whoever sits there: ``own_too``.
    """
    if actor.person_id is None:
        return frozenset()
    reviews = actor.has(Role.REVIEWER, Scope(ScopeKind.CALL, call_id))
    conflicts = find_conflicts(connection, call_id, actor.person_id, holds_role=reviews)
    hidden = frozenset(UUID(application) for _, application in conflicts.reasons)
    if not hidden and not own_too:
        return hidden
    parameters = {"call_id": call_id, "person_id": actor.person_id}
    own = set(rows_of(connection, UUID, QUERIES["own_applications"], parameters))
    return hidden | own if own_too else hidden - own


def find_conflicts(
    connection: Connection, call_id: UUID, person_id: UUID | None = None, *, holds_role: bool = False
) -> Conflicts:
    """Pairs of a reviewer (by person) and an application, of one reviewer or of all, in the caller's transaction."""
    parameters = {"call_id": call_id, "person_id": person_id, "holds_role": holds_role}
    reviewers = connection.execute(QUERIES["reviewers"], parameters).fetchall()
    if not reviewers:
        return Conflicts()
    known = [as_person(*row) for row in reviewers]
    people = [person for person, *_ in reviewers]
    declared = _pairs(connection, "declared", {"call_id": call_id, "people": people})
    domains = [organisation_domain(one.mail) for one in known]
    pairs = declared | _pairs(
        connection, "suspects", {"call_id": call_id, "people": people, "domains": domains}
    )
    if not pairs:
        return Conflicts()
    return conflicts_of(
        Facts(
            judges=known,
            stakes=_stakes(connection, {UUID(application) for _, application in pairs}),
            declarations=[Declaration(judge=judge, about=application) for judge, application in declared],
            memberships=_memberships(connection, people),
            on=find_today(connection),
            pairs=pairs,
        )
    )


def _pairs(connection: Connection, name: str, parameters: dict[str, Any]) -> set[Pair]:
    rows = connection.execute(QUERIES[name], parameters).fetchall()
    return {(str(person_id), str(application_id)) for person_id, application_id in rows}


def _stakes(connection: Connection, applications: Collection[UUID]) -> list[Stakes]:
    people: defaultdict[UUID, list[Person]] = defaultdict(list)
    rows = connection.execute(QUERIES["applicants"], {"applications": list(applications)})
    for application_id, *person in rows.fetchall():
        people[application_id].append(as_person(*person))
    return [Stakes(submission=str(one), members=tuple(people[one])) for one in applications]


def _memberships(connection: Connection, people: Sequence[UUID]) -> list[Membership]:
    parameters = {"people": people, "ended": list(ENDED)}
    return as_memberships(connection.execute(QUERIES["groups"], parameters).fetchall())
