"""The statements about results and appeals. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
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


class _Appealed(NamedTuple):
    appeal: Appeal
    hackathon_state: str


def store_set(connection: Connection, result_set: ResultSet) -> None:
    connection.execute(QUERIES["store_set"], values_of(result_set))
    with connection.cursor() as cursor:
        cursor.executemany(
            QUERIES["store_placing"],
            [values_of(one) | {"result_set_id": result_set.result_set_id} for one in result_set.placings],
        )


def next_number(connection: Connection, hackathon_id: UUID) -> int:
    return only_row(connection, int, QUERIES["next_number"], {"hackathon_id": hackathon_id})


def find_newest(
    connection: Connection, hackathon_id: UUID, *, released: bool, hidden: Collection[UUID] = ()
) -> ResultSet | None:
    """The newest preparation, or the newest that was released, with its places."""
    parameters = {"hackathon_id": hackathon_id, "released": released}
    found = row_of(connection, ResultSet, QUERIES["newest_set"], parameters)
    if found is None:
        return None
    parameters = {"result_set_id": found.result_set_id, "hidden": list(hidden)}
    return replace(found, placings=tuple(rows_of(connection, Placing, QUERIES["placings"], parameters)))


def release(connection: Connection, result_set_id: UUID, by: UUID | None, at: datetime) -> None:
    connection.execute(QUERIES["release"], {"result_set_id": result_set_id, "released_by": by, "at": at})


def find_decisions(
    connection: Connection, hackathon_id: UUID, number: int, track: str
) -> tuple[PanelDecision, ...]:
    parameters = {"hackathon_id": hackathon_id, "round": number, "track": track}
    return tuple(rows_of(connection, PanelDecision, QUERIES["decisions"], parameters))


def store_appeal(connection: Connection, appeal: Appeal) -> bool:
    """Whether the team had not appealed before."""
    return connection.execute(QUERIES["store_appeal"], values_of(appeal)).rowcount > 0


def find_appeal(connection: Connection, appeal_id: UUID) -> Appeal | None:
    found = row_of(connection, _Appealed, QUERIES["appeal"], {"appeal_id": appeal_id})
    return None if found is None else found.appeal


def find_appeals(
    connection: Connection, hackathon_id: UUID, *, team_id: UUID | None = None, hidden: Collection[UUID] = ()
) -> list[Appeal]:
    parameters = {"hackathon_id": hackathon_id, "team_id": team_id, "hidden": list(hidden)}
    return rows_of(connection, Appeal, QUERIES["appeals"], parameters)


def find_seed(connection: Connection, hackathon_id: UUID) -> str:
    """What comments are shuffled by."""
    return only_row(connection, str, QUERIES["seed"], {"hackathon_id": hackathon_id})


def find_ballot(connection: Connection, hackathon_id: UUID) -> Ballot | None:
    return row_of(connection, Ballot, QUERIES["ballot"], {"hackathon_id": hackathon_id})


def count_vote(connection: Connection, hackathon_id: UUID, person_id: UUID, submission_id: UUID) -> bool:
    """Count a vote, and keep that the person has voted; False if they had."""
    voter = {"hackathon_id": hackathon_id, "person_id": person_id}
    if not connection.execute(QUERIES["note_voter"], voter).rowcount:
        return False
    connection.execute(QUERIES["count_vote"], {"submission_id": submission_id})
    return True


def find_vote_counts(connection: Connection, hackathon_id: UUID) -> dict[UUID, int]:
    return dict(connection.execute(QUERIES["vote_counts"], {"hackathon_id": hackathon_id}).fetchall())


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
    return {one.submission_id: one for one in rows_of(connection, Entry, QUERIES["entries"], parameters)}


def add_continuation(
    connection: Connection,
    continuation_id: UUID,
    submission_id: UUID,
    noted: tuple[Continuation, str],
    at: datetime,
) -> None:
    """Where a submission goes on."""
    kind, reference = noted
    parameters = {
        "continuation_id": continuation_id,
        "submission_id": submission_id,
        "kind": kind,
        "reference": reference,
        "at": at,
    }
    connection.execute(QUERIES["note_continuation"], parameters)


def find_standing(connection: Connection, hackathon_id: UUID) -> dict[UUID, UUID]:
    """Of each submission in the contest its team."""
    return dict(connection.execute(QUERIES["standing"], {"hackathon_id": hackathon_id}).fetchall())


def find_continuations(connection: Connection, submission_id: UUID) -> list[tuple[Continuation, str]]:
    """Where a submission went on, as it was noted."""
    rows = connection.execute(QUERIES["continuations"], {"submission_id": submission_id}).fetchall()
    return [(Continuation(kind), reference) for kind, reference in rows]


def _read(connection: Connection, appeal_id: UUID, actor: Actor) -> Standing[AppealFacts] | None:
    """Whoever has a conflict with its team finds none."""
    found = row_of(connection, _Appealed, QUERIES["appeal"], {"appeal_id": appeal_id})
    if found is None:
        return None
    appeal, hackathon_state = found
    if appeal.team_id in hidden_teams(connection, actor, appeal.hackathon_id):
        return None
    newest = find_newest(connection, appeal.hackathon_id, released=True)
    panel = set() if newest is None else {newest.prepared_by, newest.released_by}
    scopes = scopes_of(appeal.hackathon_id) | {Scope(ScopeKind.TEAM, appeal.team_id)}
    facts = AppealFacts(hackathon_state, actor.person_id is not None and actor.person_id in panel)
    chain = chain_of(appeal.hackathon_id)
    return Standing(appeal_id, appeal.state, appeal.version, chain, scopes, appeal.hackathon_id, facts)


APPEALS: Binding[AppealFacts] = Binding(
    APPEAL, QUERIES["lock_appeal"], _read, QUERIES["move_appeal"], called=QUERIES["called_appeal"]
)
