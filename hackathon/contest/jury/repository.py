"""The statements about juries. It never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.hackathons.rules import chain_of, scopes_of
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.judging.marks import write_marks
from hackathon.contest.judging.rubric import faults_of
from hackathon.contest.jury.machines import GONE, JUDGE, SHEET
from hackathon.contest.jury.model import (
    Judge,
    JudgeFacts,
    Marking,
    NamedJudge,
    OwnJudging,
    Progress,
    Proposal,
    SheetFacts,
    StoredSheet,
    Terms,
)

QUERIES = load_queries("hackathon.contest.jury")


class _OfHackathon(NamedTuple):
    judge: Judge
    hackathon_state: str


def store_judge(connection: Connection, judge: Judge, at: datetime) -> bool:
    """Whether the person was not asked before."""
    parameters = values_of(judge) | {"at": at}
    return connection.execute(QUERIES["store_judge"], parameters).rowcount > 0


def find_judge(connection: Connection, judge_id: UUID) -> Judge | None:
    found = row_of(connection, _OfHackathon, QUERIES["judge"], {"judge_id": judge_id})
    return None if found is None else found.judge


def find_judges(connection: Connection, hackathon_id: UUID) -> list[Judge]:
    return rows_of(connection, Judge, QUERIES["judges"], {"hackathon_id": hackathon_id})


def count_judges(connection: Connection, hackathon_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_judges"], {"hackathon_id": hackathon_id})


def competes(connection: Connection, hackathon_id: UUID, person_id: UUID) -> bool:
    """Whether a person belongs to a team that takes part in the hackathon."""
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    return only_row(connection, bool, QUERIES["competes"], parameters)


def find_own_judge(connection: Connection, hackathon_id: UUID, person_id: UUID | None) -> Judge | None:
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id}
    judge_id = row_of(connection, UUID, QUERIES["own_judge"], parameters)
    return None if judge_id is None else find_judge(connection, judge_id)


def find_named(connection: Connection, hackathon_id: UUID) -> list[NamedJudge]:
    return rows_of(connection, NamedJudge, QUERIES["named"], {"hackathon_id": hackathon_id})


def is_named(connection: Connection, judge_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["is_named"], {"judge_id": judge_id})


def set_named(connection: Connection, judge_id: UUID, *, is_named: bool) -> None:
    connection.execute(QUERIES["set_named"], {"judge_id": judge_id, "is_named": is_named})


def find_own_judging(connection: Connection, person_id: UUID, rows: int) -> list[OwnJudging]:
    parameters = {"person_id": person_id, "rows": rows}
    return rows_of(connection, OwnJudging, QUERIES["own_judging"], parameters)


def declare(connection: Connection, declaration_id: UUID, judge_id: UUID, about: UUID, at: datetime) -> int:
    """How many declarations the judge has then."""
    parameters = {"declaration_id": declaration_id, "judge_id": judge_id, "about": about, "at": at}
    connection.execute(QUERIES["declare"], parameters)
    return only_row(connection, int, QUERIES["count_declarations"], {"judge_id": judge_id})


def set_terms(connection: Connection, hackathon_id: UUID, number: int, terms: Terms) -> None:
    parameters = values_of(terms) | {"hackathon_id": hackathon_id, "round": number}
    connection.execute(QUERIES["set_terms"], parameters)


def find_terms(connection: Connection, hackathon_id: UUID, number: int) -> Terms | None:
    return row_of(connection, Terms, QUERIES["terms"], {"hackathon_id": hackathon_id, "round": number})


def has_sheets(connection: Connection, hackathon_id: UUID, number: int) -> bool:
    return only_row(connection, bool, QUERIES["has_sheets"], {"hackathon_id": hackathon_id, "round": number})


def find_entries(
    connection: Connection, hackathon_id: UUID, state: str
) -> list[tuple[UUID, UUID, UUID | None]]:
    """Submission, team and challenge of what is in the contest."""
    return connection.execute(QUERIES["entries"], {"hackathon_id": hackathon_id, "state": state}).fetchall()


def store_proposal(connection: Connection, proposal: Proposal, at: datetime) -> None:
    connection.execute(QUERIES["store_proposal"], values_of(proposal) | {"at": at})


def hold_proposal(connection: Connection, proposal_id: UUID) -> Proposal | None:
    return row_of(connection, Proposal, QUERIES["proposal"], {"proposal_id": proposal_id})


def find_newest_proposal(connection: Connection, hackathon_id: UUID, number: int) -> Proposal | None:
    parameters = {"hackathon_id": hackathon_id, "round": number}
    return row_of(connection, Proposal, QUERIES["newest_proposal"], parameters)


def find_titles(
    connection: Connection, hackathon_id: UUID, *, person_id: UUID | None, hidden: Collection[UUID]
) -> dict[UUID, str]:
    """Of all submissions, or of those that a judge has sheets for."""
    parameters = {"hackathon_id": hackathon_id, "person_id": person_id, "hidden": list(hidden)}
    return dict(connection.execute(QUERIES["titles"], parameters).fetchall())


def mark_published(connection: Connection, proposal_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_published"], {"proposal_id": proposal_id, "at": at})


def find_sheet(connection: Connection, sheet_id: UUID) -> StoredSheet | None:
    return row_of(connection, StoredSheet, QUERIES["sheet"], {"sheet_id": sheet_id})


def find_sheets(
    connection: Connection,
    hackathon_id: UUID,
    number: int,
    *,
    person_id: UUID | None = None,
    hidden: Collection[UUID] = (),
) -> list[StoredSheet]:
    """Of one judge, or of all."""
    parameters = {
        "hackathon_id": hackathon_id,
        "round": number,
        "person_id": person_id,
        "hidden": list(hidden),
    }
    return rows_of(connection, StoredSheet, QUERIES["sheets"], parameters)


def count_progress(
    connection: Connection, hackathon_id: UUID, number: int, hidden: Collection[UUID]
) -> list[Progress]:
    parameters = {"hackathon_id": hackathon_id, "round": number, "hidden": list(hidden)}
    return rows_of(connection, Progress, QUERIES["progress"], parameters)


def find_benches(connection: Connection, hackathon_id: UUID, number: int) -> list[tuple[str, list[UUID]]]:
    """Track and people of those who share a submission."""
    parameters = {"hackathon_id": hackathon_id, "round": number, "gone": list(GONE)}
    return connection.execute(QUERIES["benches"], parameters).fetchall()


def write_sheet(connection: Connection, sheet_id: UUID, marking: Marking) -> None:
    parameters = {
        "sheet_id": sheet_id,
        "marks": Jsonb(write_marks(marking.marks)),
        "comments": Jsonb(dict(marking.comments)),
        "remark": marking.remark,
    }
    connection.execute(QUERIES["write_sheet"], parameters)


def _read_judge(connection: Connection, judge_id: UUID, _actor: Actor) -> Standing[JudgeFacts] | None:
    found = row_of(connection, _OfHackathon, QUERIES["judge"], {"judge_id": judge_id})
    if found is None:
        return None
    judge, hackathon_state = found
    scopes = scopes_of(judge.hackathon_id) | {Scope(ScopeKind.PERSON, judge.person_id)}
    chain, facts = chain_of(judge.hackathon_id), JudgeFacts(hackathon_state)
    return Standing(judge_id, judge.state, judge.version, chain, scopes, judge.hackathon_id, facts)


def _read_sheet(connection: Connection, sheet_id: UUID, actor: Actor) -> Standing[SheetFacts] | None:
    """Whoever has a conflict with its team finds no sheet, whatever else they are."""
    found = find_sheet(connection, sheet_id)
    if found is None or found.team_id in hidden_teams(connection, actor, found.hackathon_id, own_too=True):
        return None
    return standing_of(found, find_terms(connection, found.hackathon_id, found.round))


def standing_of(found: StoredSheet, terms: Terms | None) -> Standing[SheetFacts]:
    """A sheet that the actor may know of, as the workflow wants it; ``terms`` are those of its round."""
    is_complete = terms is not None and not faults_of(terms.rubric, found.sheet.marks)
    scopes = scopes_of(found.hackathon_id) | {Scope(ScopeKind.PERSON, found.person_id)}
    chain, facts = chain_of(found.hackathon_id), SheetFacts(found.hackathon_state, is_complete)
    return Standing(found.sheet_id, found.state, found.version, chain, scopes, found.hackathon_id, facts)


JUDGES: Binding[JudgeFacts] = Binding(JUDGE, QUERIES["lock_judge"], _read_judge, QUERIES["move_judge"])
SHEETS: Binding[SheetFacts] = Binding(SHEET, QUERIES["lock_sheet"], _read_sheet, QUERIES["move_sheet"])
