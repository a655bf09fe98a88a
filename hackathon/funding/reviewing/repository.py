"""The statements about reviewers, assignments and reviews. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.contest.judging.marks import read_marks, write_marks
from hackathon.contest.judging.model import Panel, Sheet, SheetState
from hackathon.contest.judging.rubric import Rubric
from hackathon.funding.calls.repository import find_call
from hackathon.funding.calls.rules import chain_of, scopes_of
from hackathon.funding.reviewing import rules
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.machines import GONE, REVIEW, REVIEWER
from hackathon.funding.reviewing.model import (
    Confidence,
    Edition,
    Opinion,
    OwnReviewing,
    Progress,
    Proposal,
    Recommendation,
    Review,
    Reviewer,
    ReviewerFacts,
    ReviewFacts,
    Said,
    Seat,
)

QUERIES = load_queries("hackathon.funding.reviewing")


@dataclass(frozen=True, slots=True)
class Entry:
    """An application to be reviewed: the code of its copy, and its words made comparable."""

    application_id: UUID
    code: str
    words: str


class _Counted(NamedTuple):
    reviews: int
    versions: int


class _OfCall(NamedTuple):
    reviewer: Reviewer
    call_state: str


def store_reviewer(connection: Connection, reviewer: Reviewer, at: datetime) -> bool:
    """Whether the person was not asked before."""
    parameters = values_of(reviewer) | {"at": at}
    return connection.execute(QUERIES["store_reviewer"], parameters).rowcount > 0


def find_reviewer(connection: Connection, reviewer_id: UUID) -> Reviewer | None:
    found = row_of(connection, _OfCall, QUERIES["reviewer"], {"reviewer_id": reviewer_id})
    return None if found is None else found.reviewer


def find_reviewers(connection: Connection, call_id: UUID) -> list[Reviewer]:
    return rows_of(connection, Reviewer, QUERIES["reviewers"], {"call_id": call_id})


def find_own_reviewer(connection: Connection, call_id: UUID, person_id: UUID | None) -> Reviewer | None:
    parameters = {"call_id": call_id, "person_id": person_id}
    return row_of(connection, Reviewer, QUERIES["own_reviewer"], parameters)


def find_own_reviewing(connection: Connection, person_id: UUID, rows: int) -> list[OwnReviewing]:
    parameters = {"person_id": person_id, "rows": rows}
    return rows_of(connection, OwnReviewing, QUERIES["own_reviewing"], parameters)


def applies(connection: Connection, call_id: UUID, person_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["applies"], {"call_id": call_id, "person_id": person_id})


def declare(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    declaration_id: UUID,
    reviewer_id: UUID,
    said: Said,
    application_id: UUID | None,
    at: datetime,
) -> int:
    """How many declarations the reviewer has then."""
    parameters = {
        "declaration_id": declaration_id,
        "reviewer_id": reviewer_id,
        "kind": said.kind.value,
        "words": said.words,
        "application_id": application_id,
        "at": at,
    }
    connection.execute(QUERIES["declare"], parameters)
    return only_row(connection, int, QUERIES["count_declarations"], {"reviewer_id": reviewer_id})


def find_said(connection: Connection, reviewer_id: UUID) -> list[tuple[str, str]]:
    """Kind and words of what a reviewer has declared."""
    return connection.execute(QUERIES["said"], {"reviewer_id": reviewer_id}).fetchall()


def find_entries(connection: Connection, call_id: UUID, number: int) -> list[Entry]:
    parameters = {"call_id": call_id, "round": number}
    return rows_of(connection, Entry, QUERIES["entries"], parameters)


def find_uncopied(connection: Connection, call_id: UUID, number: int) -> list[UUID]:
    parameters = {"call_id": call_id, "round": number}
    return rows_of(connection, UUID, QUERIES["uncopied"], parameters)


def find_organisations(connection: Connection, people: Sequence[UUID]) -> dict[UUID, str]:
    """An organisation of each of these people who belongs to one."""
    return dict(connection.execute(QUERIES["organisations"], {"people": list(people)}).fetchall())


def store_proposal(connection: Connection, proposal: Proposal, at: datetime) -> None:
    seats = proposal.seats
    parameters = {
        "proposal_id": proposal.proposal_id,
        "call_id": proposal.call_id,
        "round": proposal.round,
        "seed": proposal.seed,
        "at": at,
        "reviewers": [one.reviewer_id for one in seats],
        "applications": [one.application_id for one in seats],
        "bridges": [one.is_bridge for one in seats],
        "new": [one.is_new for one in seats],
    }
    connection.execute(QUERIES["store_proposal"], parameters)
    connection.execute(QUERIES["store_seats"], parameters)


def hold_proposal(connection: Connection, proposal_id: UUID) -> Proposal | None:
    found = row_of(connection, Proposal, QUERIES["proposal"], {"proposal_id": proposal_id})
    return None if found is None else _with_seats(connection, found)


def find_newest_proposal(connection: Connection, call_id: UUID, number: int) -> Proposal | None:
    parameters = {"call_id": call_id, "round": number}
    found = row_of(connection, Proposal, QUERIES["newest_proposal"], parameters)
    return None if found is None else _with_seats(connection, found)


def mark_published(connection: Connection, proposal_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_published"], {"proposal_id": proposal_id, "at": at})


def store_review(
    connection: Connection, review_id: UUID, proposal: Proposal, seat: Seat, at: datetime
) -> None:
    parameters = {
        "review_id": review_id,
        "call_id": proposal.call_id,
        "round": proposal.round,
        "application_id": seat.application_id,
        "reviewer_id": seat.reviewer_id,
        "state": REVIEW.initial.name,
        "at": at,
    }
    connection.execute(QUERIES["store_review"], parameters)


def find_review(connection: Connection, review_id: UUID) -> Review | None:
    row = connection.execute(QUERIES["review"], {"review_id": review_id}).fetchone()
    return None if row is None else _review(row)


def find_reviews(
    connection: Connection,
    call_id: UUID,
    number: int,
    *,
    person_id: UUID | None = None,
    hidden: Collection[UUID] = (),
) -> list[Review]:
    """Of one person, or of all, in the order of the codes."""
    parameters = {"call_id": call_id, "round": number, "person_id": person_id, "hidden": list(hidden)}
    parameters["applications"] = None
    return [_review(row) for row in connection.execute(QUERIES["reviews"], parameters).fetchall()]


def find_reviews_about(
    connection: Connection,
    call_id: UUID,
    number: int,
    applications: Collection[UUID],
    hidden: Collection[UUID],
) -> list[Review]:
    """Of all, about these applications but for the hidden, in the order of the codes."""
    parameters = {"call_id": call_id, "round": number, "person_id": None, "hidden": list(hidden)}
    parameters["applications"] = list(applications)
    return [_review(row) for row in connection.execute(QUERIES["reviews"], parameters).fetchall()]


def find_edition(connection: Connection, call_id: UUID, number: int, hidden: frozenset[UUID]) -> Edition:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden)}
    return Edition(*only_row(connection, _Counted, QUERIES["edition"], parameters), hidden)


def find_benches(connection: Connection, call_id: UUID, number: int) -> list[list[UUID]]:
    """Groups of people who review the same application."""
    parameters = {"call_id": call_id, "round": number, "gone": list(GONE)}
    return [people for (people,) in connection.execute(QUERIES["benches"], parameters).fetchall()]


def find_pairs(connection: Connection, call_id: UUID, number: int) -> list[tuple[UUID, UUID]]:
    """Each person with each application that they review."""
    parameters = {"call_id": call_id, "round": number, "gone": list(GONE)}
    return connection.execute(QUERIES["pairs"], parameters).fetchall()


def find_wanting(
    connection: Connection, call_id: UUID, number: int, needed: int, hidden: Collection[UUID]
) -> dict[UUID, int]:
    """How many reviews each of the applications lacks that lack any."""
    parameters = {
        "call_id": call_id,
        "round": number,
        "needed": needed,
        "hidden": list(hidden),
        "gone": list(GONE),
    }
    return dict(connection.execute(QUERIES["wanting"], parameters).fetchall())


def write_review(connection: Connection, review_id: UUID, opinion: Opinion) -> None:
    parameters = values_of(opinion) | {"review_id": review_id, "marks": Jsonb(write_marks(opinion.marks))}
    connection.execute(QUERIES["write_review"], parameters)


def mark_opened(connection: Connection, review_id: UUID, at: datetime) -> bool:
    """Whether it was never opened before."""
    return connection.execute(QUERIES["mark_opened"], {"review_id": review_id, "at": at}).rowcount > 0


def count_progress(
    connection: Connection, call_id: UUID, number: int, hidden: Collection[UUID]
) -> list[Progress]:
    parameters = {"call_id": call_id, "round": number, "hidden": list(hidden)}
    rows = connection.execute(QUERIES["progress"], parameters).fetchall()
    return [_progress(*reviewer, list(own)) for reviewer, own in groupby(rows, lambda row: (row[0], row[1]))]


def _read_reviewer(
    connection: Connection, reviewer_id: UUID, _actor: Actor
) -> Standing[ReviewerFacts] | None:
    found = row_of(connection, _OfCall, QUERIES["reviewer"], {"reviewer_id": reviewer_id})
    if found is None:
        return None
    reviewer, call_state = found
    scopes = scopes_of(reviewer.call_id) | {Scope(ScopeKind.PERSON, reviewer.person_id)}
    return Standing(
        reviewer_id,
        reviewer.state,
        reviewer.version,
        chain_of(reviewer.call_id),
        scopes,
        reviewer.call_id,
        ReviewerFacts(call_state),
    )


def _read_review(connection: Connection, review_id: UUID, actor: Actor) -> Standing[ReviewFacts] | None:
    """Whoever has a conflict with its application finds no review, whatever else they are."""
    found = find_review(connection, review_id)
    if found is None or found.application_id in hidden_applications(
        connection, actor, found.call_id, own_too=True
    ):
        return None
    call = find_call(connection, found.call_id)
    assert call is not None
    return standing_of(found, call.rubric)


def standing_of(found: Review, rubric: Rubric) -> Standing[ReviewFacts]:
    """A review that the actor may know of, as the workflow wants it."""
    facts = ReviewFacts(
        found.call_state,
        found.application_state,
        rules.is_complete(rubric, found.opinion),
        is_of_round=found.call_round == found.round,
    )
    scopes = scopes_of(found.call_id) | {Scope(ScopeKind.PERSON, found.person_id)}
    return Standing(
        found.review_id, found.state, found.version, chain_of(found.call_id), scopes, found.call_id, facts
    )


def _with_seats(connection: Connection, proposal: Proposal) -> Proposal:
    seats = rows_of(connection, Seat, QUERIES["seats"], {"proposal_id": proposal.proposal_id})
    return replace(proposal, seats=tuple(seats))


#: States of a review as the methods of judging know them.
_SHEET_STATES = {
    "assigned": SheetState.ACCEPTED,
    "in_progress": SheetState.IN_PROGRESS,
    "submitted": SheetState.SUBMITTED,
    "locked": SheetState.LOCKED,
    "reopened": SheetState.REOPENED,
    "recused": SheetState.RECUSED,
}


def _review(row: Sequence[Any]) -> Review:
    review_id, call_id, number, application_id, reviewer_id, person_id, code, state, reason, version = row[
        :10
    ]
    call_state, call_round, application_state, written, remark, advice, *rest = row[10:]
    confidence, recommendation, submitted_at = rest
    marks = read_marks(written)
    opinion = Opinion(
        marks,
        remark,
        advice,
        None if confidence is None else Confidence(confidence),
        None if recommendation is None else Recommendation(recommendation),
    )
    sheet = Sheet(
        judge=str(person_id),
        submission=str(application_id),
        panel=Panel(str(number), rules.WHOLE),
        state=_SHEET_STATES[state],
        marks=marks,
        remark=advice,
        submitted_at=submitted_at,
    )
    return Review(
        review_id,
        call_id,
        number,
        application_id,
        reviewer_id,
        person_id,
        code,
        state,
        reason,
        version,
        call_state,
        call_round,
        application_state,
        opinion,
        sheet,
    )


def _progress(reviewer_id: UUID, person_id: UUID, rows: Sequence[Any]) -> Progress:
    last = max((at for *_, at in rows if at is not None), default=None)
    return Progress(reviewer_id, person_id, {state: count for _, _, state, count, _ in rows}, last)


REVIEWERS: Binding[ReviewerFacts] = Binding(
    REVIEWER, QUERIES["lock_reviewer"], _read_reviewer, QUERIES["move_reviewer"]
)
REVIEWS: Binding[ReviewFacts] = Binding(REVIEW, QUERIES["lock_review"], _read_review, QUERIES["move_review"])
