"""The statements about results and appeals. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.hackathons.rules import chain_of, scopes_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.judging.ranking import PanelDecision
from hackathon.contest.results.machine import APPEAL
from hackathon.contest.results.model import (
    Appeal,
    AppealFacts,
    Ballot,
    Continuation,
    Entry,
    Placing,
    ResultSet,
)
from hackathon.contest.submissions.machine import PUBLIC, PUBLIC_IN

QUERIES = load_queries("hackathon.contest.results")


def store_set(connection: Connection, result_set: ResultSet) -> None:
    parameters = {
        "result_set_id": result_set.result_set_id,
        "hackathon_id": result_set.hackathon_id,
        "number": result_set.number,
        "prepared_by": result_set.prepared_by,
        "at": result_set.prepared_at,
    }
    connection.execute(QUERIES["store_set"], parameters)
    with connection.cursor() as cursor:
        cursor.executemany(
            QUERIES["store_placing"],
            [asdict(one) | {"result_set_id": result_set.result_set_id} for one in result_set.placings],
        )


def next_number(connection: Connection, hackathon_id: UUID) -> int:
    return int(value(connection, "next_number", {"hackathon_id": hackathon_id}))


def find_newest(
    connection: Connection, hackathon_id: UUID, *, released: bool, hidden: Collection[UUID] = ()
) -> ResultSet | None:
    """The newest preparation, or the newest that was released, with its places."""
    parameters = {"hackathon_id": hackathon_id, "released": released}
    row = connection.execute(QUERIES["newest_set"], parameters).fetchone()
    if row is None:
        return None
    found = ResultSet(*row)
    rows = connection.execute(
        QUERIES["placings"], {"result_set_id": found.result_set_id, "hidden": list(hidden)}
    ).fetchall()
    return replace(found, placings=tuple(Placing(*one) for one in rows))


def release(connection: Connection, result_set_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["release"], {"result_set_id": result_set_id, "released_by": by, "at": at})


def find_decisions(
    connection: Connection, hackathon_id: UUID, number: int, track: str
) -> tuple[PanelDecision, ...]:
    parameters = {"hackathon_id": hackathon_id, "round": number, "track": track}
    rows = connection.execute(QUERIES["decisions"], parameters).fetchall()
    return tuple(PanelDecision(order=tuple(map(str, order)), reason=reason) for order, reason in rows)


def store_appeal(connection: Connection, appeal: Appeal) -> bool:
    """Whether the team had not appealed before."""
    parameters = {
        "appeal_id": appeal.appeal_id,
        "hackathon_id": appeal.hackathon_id,
        "team_id": appeal.team_id,
        "text": appeal.text,
        "state": appeal.state,
        "at": appeal.filed_at,
    }
    return connection.execute(QUERIES["store_appeal"], parameters).rowcount > 0


def find_appeal(connection: Connection, appeal_id: UUID) -> Appeal | None:
    row = connection.execute(QUERIES["appeal"], {"appeal_id": appeal_id}).fetchone()
    return None if row is None else Appeal(*row[:9])


def find_appeals(
    connection: Connection, hackathon_id: UUID, *, team_id: UUID | None = None, hidden: Collection[UUID] = ()
) -> list[Appeal]:
    parameters = {"hackathon_id": hackathon_id, "team_id": team_id, "hidden": list(hidden)}
    return [Appeal(*row) for row in connection.execute(QUERIES["appeals"], parameters).fetchall()]


def find_seed(connection: Connection, hackathon_id: UUID) -> str:
    """What comments are shuffled by."""
    return str(value(connection, "seed", {"hackathon_id": hackathon_id}))


def find_ballot(connection: Connection, hackathon_id: UUID) -> Ballot | None:
    row = connection.execute(QUERIES["ballot"], {"hackathon_id": hackathon_id}).fetchone()
    return None if row is None else Ballot(*row)


def find_vote(connection: Connection, hackathon_id: UUID, person_id: UUID | None) -> UUID | None:
    """What somebody voted for, last."""
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    row = connection.execute(QUERIES["vote_of"], parameters).fetchone()
    return None if row is None else row[0]


def find_entries(
    connection: Connection,
    hackathon_id: UUID,
    hidden: Collection[UUID],
    submission_id: UUID | None = None,
) -> dict[UUID, Entry]:
    """Everything public in the contest but the hidden, by its key; or of it one submission."""
    parameters = {
        "submission_id": submission_id,
        "hackathon_id": hackathon_id,
        "hidden": list(hidden),
        "public": list(PUBLIC),
        "public_in": list(PUBLIC_IN),
    }
    rows = connection.execute(QUERIES["entries"], parameters).fetchall()
    return {row[0]: _entry(*row) for row in rows}


def _entry(submission_id: UUID, team_id: UUID, title: str, team: str, continued: list[list[str]]) -> Entry:
    known = tuple((Continuation(kind), reference) for kind, reference in continued)
    return Entry(submission_id, team_id, title, team, known)


def add_continuation(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    continuation_id: UUID,
    submission_id: UUID,
    kind: Continuation,
    reference: str,
    at: datetime,
) -> None:
    """Where a submission goes on."""
    parameters = {
        "continuation_id": continuation_id,
        "submission_id": submission_id,
        "kind": kind,
        "reference": reference,
        "at": at,
    }
    connection.execute(QUERIES["note_continuation"], parameters)


def find_continuations(connection: Connection, submission_id: UUID) -> list[tuple[Continuation, str]]:
    """Where a submission went on, as it was noted."""
    rows = connection.execute(QUERIES["continuations"], {"submission_id": submission_id}).fetchall()
    return [(Continuation(kind), reference) for kind, reference in rows]


def value(connection: Connection, name: str, parameters: dict[str, Any]) -> Any:
    """The one value of a statement that has one."""
    row = connection.execute(QUERIES[name], parameters).fetchone()
    assert row is not None
    return row[0]


def _read(connection: Connection, appeal_id: UUID, actor: Actor) -> Standing[AppealFacts] | None:
    """Whoever has a conflict with its team finds none."""
    row = connection.execute(QUERIES["appeal"], {"appeal_id": appeal_id}).fetchone()
    if row is None:
        return None
    appeal, hackathon_state = Appeal(*row[:9]), row[9]
    if appeal.team_id in hidden_teams(connection, actor, appeal.hackathon_id):
        return None
    newest = find_newest(connection, appeal.hackathon_id, released=True)
    panel = set() if newest is None else {newest.prepared_by, newest.released_by}
    scopes = scopes_of(appeal.hackathon_id) | {Scope(ScopeKind.TEAM, appeal.team_id)}
    is_by_panel = actor.person_id is not None and actor.person_id in panel
    return Standing(
        appeal_id,
        appeal.state,
        appeal.version,
        chain_of(appeal.hackathon_id),
        scopes,
        appeal.hackathon_id,
        AppealFacts(hackathon_state, is_by_panel),
    )


APPEALS: Binding[AppealFacts] = Binding(APPEAL, QUERIES["lock_appeal"], _read, QUERIES["move_appeal"])
