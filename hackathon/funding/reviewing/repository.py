"""The statements about reviewers, assignments and reviews. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, Panel, Sheet, SheetState
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


def store_reviewer(connection: Connection, reviewer: Reviewer, at: datetime) -> bool:
    """Whether the person was not asked before."""
    parameters = {
        "reviewer_id": reviewer.reviewer_id,
        "call_id": reviewer.call_id,
        "person_id": reviewer.person_id,
        "capacity": reviewer.capacity,
        "topics": list(reviewer.topics),
        "state": reviewer.state,
        "at": at,
    }
    return connection.execute(QUERIES["store_reviewer"], parameters).rowcount > 0


def find_reviewer(connection: Connection, reviewer_id: UUID) -> Reviewer | None:
    row = connection.execute(QUERIES["reviewer"], {"reviewer_id": reviewer_id}).fetchone()
    return None if row is None else _reviewer(row)


def find_reviewers(connection: Connection, call_id: UUID) -> list[Reviewer]:
    return [
        _reviewer(row) for row in connection.execute(QUERIES["reviewers"], {"call_id": call_id}).fetchall()
    ]


def find_own_reviewer(connection: Connection, call_id: UUID, person_id: UUID | None) -> Reviewer | None:
    parameters = {"call_id": call_id, "person_id": person_id}
    row = connection.execute(QUERIES["own_reviewer"], parameters).fetchone()
    return None if row is None else _reviewer(row)


def find_own_reviewing(connection: Connection, person_id: UUID, rows: int) -> list[OwnReviewing]:
    found = connection.execute(QUERIES["own_reviewing"], {"person_id": person_id, "rows": rows}).fetchall()
    return [OwnReviewing(_reviewer(row), *row[7:]) for row in found]


def applies(connection: Connection, call_id: UUID, person_id: UUID) -> bool:
    row = connection.execute(QUERIES["applies"], {"call_id": call_id, "person_id": person_id}).fetchone()
    assert row is not None
    return bool(row[0])


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
    row = connection.execute(QUERIES["count_declarations"], {"reviewer_id": reviewer_id}).fetchone()
    assert row is not None
    return int(row[0])


def find_said(connection: Connection, reviewer_id: UUID) -> list[tuple[str, str]]:
    """Kind and words of what a reviewer has declared."""
    return connection.execute(QUERIES["said"], {"reviewer_id": reviewer_id}).fetchall()


def find_entries(connection: Connection, call_id: UUID, number: int) -> list[Entry]:
    parameters = {"call_id": call_id, "round": number}
    return [Entry(*row) for row in connection.execute(QUERIES["entries"], parameters).fetchall()]


def find_uncopied(connection: Connection, call_id: UUID, number: int) -> list[UUID]:
    parameters = {"call_id": call_id, "round": number}
    return [one for (one,) in connection.execute(QUERIES["uncopied"], parameters).fetchall()]


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
    row = connection.execute(QUERIES["proposal"], {"proposal_id": proposal_id}).fetchone()
    return None if row is None else _proposal(connection, row)


def find_newest_proposal(connection: Connection, call_id: UUID, number: int) -> Proposal | None:
    parameters = {"call_id": call_id, "round": number}
    row = connection.execute(QUERIES["newest_proposal"], parameters).fetchone()
    return None if row is None else _proposal(connection, row)


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
    row = connection.execute(QUERIES["edition"], parameters).fetchone()
    assert row is not None
    return Edition(row[0], int(row[1]), hidden)


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
    parameters = {
        "review_id": review_id,
        "marks": Jsonb(spelled(opinion.marks)),
        "remark": opinion.remark,
        "advice": opinion.advice,
        "confidence": opinion.confidence,
        "recommendation": opinion.recommendation,
    }
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


def spelled(marks: Mapping[str, Mark]) -> dict[str, str]:
    return {code: mark.value if mark is NOT_APPLICABLE else str(mark) for code, mark in marks.items()}


def _read_reviewer(
    connection: Connection, reviewer_id: UUID, _actor: Actor
) -> Standing[ReviewerFacts] | None:
    row = connection.execute(QUERIES["reviewer"], {"reviewer_id": reviewer_id}).fetchone()
    if row is None:
        return None
    reviewer = _reviewer(row)
    scopes = scopes_of(reviewer.call_id) | {Scope(ScopeKind.PERSON, reviewer.person_id)}
    return Standing(
        reviewer_id,
        reviewer.state,
        reviewer.version,
        chain_of(reviewer.call_id),
        scopes,
        reviewer.call_id,
        ReviewerFacts(row[-1]),
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


def _reviewer(row: Sequence[Any]) -> Reviewer:
    reviewer_id, call_id, person_id, capacity, topics, state, version = row[:7]
    return Reviewer(reviewer_id, call_id, person_id, capacity, tuple(topics), state, version)


def _proposal(connection: Connection, row: Sequence[Any]) -> Proposal:
    seats = connection.execute(QUERIES["seats"], {"proposal_id": row[0]}).fetchall()
    return Proposal(row[0], row[1], row[2], row[3], tuple(Seat(*one) for one in seats))


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
    marks = {key: _mark(text) for key, text in written.items()}
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


def _mark(text: str) -> Mark:
    return NOT_APPLICABLE if text == NOT_APPLICABLE.value else Decimal(text)


REVIEWERS: Binding[ReviewerFacts] = Binding(
    REVIEWER, QUERIES["lock_reviewer"], _read_reviewer, QUERIES["move_reviewer"]
)
REVIEWS: Binding[ReviewFacts] = Binding(REVIEW, QUERIES["lock_review"], _read_review, QUERIES["move_review"])
