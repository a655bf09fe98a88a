"""Conflicts of interest as they are at this moment: found in facts each time, so that none is out of date.

``docs/judging.md`` says what counts; the rules stand in ``hackathon.contest.judging.conflicts``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from casework.access.model import Actor
from casework.programme import Session
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, rows_of
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

QUERIES = load_queries("hackathon.contest.interests")


def hidden_teams(
    connection: Connection, actor: Actor, hackathon_id: UUID, *, own_too: bool = False
) -> frozenset[UUID]:
    """Teams that do not exist for this actor: of a judge those with a conflict, whatever else the judge is.

    One's own team is there for its member, though its scores are not: ``own_too``.
    """
    if actor.person_id is None:
        return frozenset()
    conflicts = find_conflicts(connection, hackathon_id, actor.person_id)
    hidden = frozenset(UUID(team) for _, team in conflicts.reasons)
    if own_too or not hidden:
        return hidden
    parameters = {"hackathon_id": hackathon_id, "person_id": actor.person_id}
    return hidden - set(rows_of(connection, UUID, QUERIES["own_teams"], parameters))


def hidden_from(session: Session, hackathon_id: UUID) -> frozenset[UUID]:
    """Teams that do not exist for whoever asks, but one's own."""
    return hidden_teams(session.connection, session.actor, hackathon_id)


def hidden_scores(session: Session, hackathon_id: UUID) -> frozenset[UUID]:
    """Teams of whose scores and votes nothing exists for whoever asks."""
    return hidden_teams(session.connection, session.actor, hackathon_id, own_too=True)


def find_conflicts(connection: Connection, hackathon_id: UUID, person_id: UUID | None = None) -> Conflicts:
    """Pairs of a judge (by person) and a team, of one judge or of all, in the caller's transaction."""
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    judges = connection.execute(QUERIES["judges"], parameters).fetchall()
    if not judges:
        return Conflicts()
    known = [as_person(*row) for row in judges]
    pairs = _suspects(connection, hackathon_id, known)
    if not pairs:
        return Conflicts()
    people = [person for person, _, _ in judges]
    return conflicts_of(
        Facts(
            judges=known,
            stakes=_stakes(connection, {UUID(team) for _, team in pairs}),
            declarations=_declarations(connection, hackathon_id, people),
            memberships=_memberships(connection, people),
            on=find_today(connection),
            pairs=pairs,
        )
    )


def _suspects(connection: Connection, hackathon_id: UUID, judges: Sequence[Person]) -> set[Pair]:
    """Pairs that the database cannot clear: a hackathon has thousands of people, and few of them are close."""
    parameters = {
        "hackathon_id": hackathon_id,
        "people": [UUID(judge.id) for judge in judges],
        "domains": [organisation_domain(judge.mail) for judge in judges],
    }
    rows = connection.execute(QUERIES["suspects"], parameters).fetchall()
    return {(str(person_id), str(team_id)) for person_id, team_id in rows}


def _stakes(connection: Connection, teams: Collection[UUID]) -> list[Stakes]:
    parameters = {"teams": list(teams)}
    members: defaultdict[UUID, list[Person]] = defaultdict(list)
    for team_id, *person in connection.execute(QUERIES["members"], parameters).fetchall():
        members[team_id].append(as_person(*person))
    return [
        Stakes(
            submission=str(team_id),
            members=tuple(members[team_id]),
            mentors=frozenset(map(str, mentors)),
            challenge_owners=frozenset() if owner is None else frozenset({str(owner)}),
        )
        for team_id, owner, mentors in connection.execute(QUERIES["teams"], parameters).fetchall()
    ]


def _declarations(connection: Connection, hackathon_id: UUID, people: list[UUID]) -> list[Declaration]:
    rows = connection.execute(QUERIES["declarations"], {"hackathon_id": hackathon_id, "people": people})
    return [Declaration(judge=str(judge), about=str(about)) for judge, about in rows.fetchall()]


def _memberships(connection: Connection, people: list[UUID]) -> list[Membership]:
    return as_memberships(connection.execute(QUERIES["groups"], {"people": people}).fetchall())


def as_memberships(rows: Iterable[Any]) -> list[Membership]:
    """Rows of person, group, and from when to when."""
    return [
        Membership(person=str(person), group=str(team), began_on=began, ended_on=ended)
        for person, team, began, ended in rows
    ]


def as_person(person_id: UUID, mail: str, organisations: Iterable[Any]) -> Person:
    return Person(id=str(person_id), organisations=frozenset(map(str, organisations)), mail=mail)


def find_today(connection: Connection) -> date:
    """The city's day by the clock of the database: years are counted back from it."""
    return only_row(connection, date, QUERIES["today"])
