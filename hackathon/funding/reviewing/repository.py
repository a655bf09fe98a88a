"""The statements about reviewers, assignments and reviews. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor, Scope, ScopeKind
from casework.workflow.model import Binding, Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import known, only_row, row_of, rows_of
from hackathon.contest.judging.marks import read_marks, write_marks
from hackathon.contest.judging.rubric import Rubric
from hackathon.funding.calls.repository import find_call
from hackathon.funding.calls.rules import chain_of, scopes_of
from hackathon.funding.reviewing import rules
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.machines import GONE, REVIEW, REVIEWER
from hackathon.funding.reviewing.model import (
    Bench,
    Edition,
    Opinion,
    OwnReviewing,
    Progress,
    Proposal,
    Review,
    Reviewer,
    ReviewerFacts,
    ReviewFacts,
    Round,
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


def declare(connection: Connection, declaration_id: UUID, reviewer_id: UUID, said: Said, at: datetime) -> int:
    """How many declarations the reviewer has then."""
    parameters = values_of(said) | {"declaration_id": declaration_id, "reviewer_id": reviewer_id, "at": at}
    connection.execute(QUERIES["declare"], parameters)
    return only_row(connection, int, QUERIES["count_declarations"], parameters)


def find_said(connection: Connection, reviewer_id: UUID) -> list[Said]:
    return rows_of(connection, Said, QUERIES["said"], {"reviewer_id": reviewer_id})


def find_entries(connection: Connection, seen: Round) -> list[Entry]:
    return rows_of(connection, Entry, QUERIES["entries"], values_of(seen))


def find_uncopied(connection: Connection, seen: Round) -> list[UUID]:
    """What is in review without a released copy, also what is hidden."""
    return rows_of(connection, UUID, QUERIES["uncopied"], values_of(seen))


def find_organisations(connection: Connection, people: Sequence[UUID]) -> dict[UUID, str]:
    """An organisation of each of these people who belongs to one."""
    return dict(connection.execute(QUERIES["organisations"], {"people": list(people)}).fetchall())


def store_proposal(connection: Connection, proposal: Proposal, at: datetime) -> None:
    connection.execute(QUERIES["store_proposal"], values_of(proposal) | {"at": at})


def hold_proposal(connection: Connection, proposal_id: UUID) -> Proposal | None:
    return row_of(connection, Proposal, QUERIES["proposal"], {"proposal_id": proposal_id})


def find_newest_proposal(connection: Connection, seen: Round) -> Proposal | None:
    return row_of(connection, Proposal, QUERIES["newest_proposal"], values_of(seen))


def mark_published(connection: Connection, proposal_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["mark_published"], {"proposal_id": proposal_id, "at": at})


def store_review(
    connection: Connection, review_id: UUID, proposal: Proposal, seat: Seat, at: datetime
) -> None:
    more = {"review_id": review_id, "state": REVIEW.initial.name, "at": at}
    connection.execute(QUERIES["store_review"], values_of(proposal) | values_of(seat) | more)


def find_review(connection: Connection, review_id: UUID) -> Review | None:
    found = row_of(connection, Review, QUERIES["review"], {"review_id": review_id})
    return None if found is None else _with_marks(found)


def find_reviews(
    connection: Connection,
    seen: Round,
    *,
    person_id: UUID | None = None,
    about: Collection[UUID] | None = None,
) -> list[Review]:
    """Of one person or of all, about these applications or all that are seen, in the order of the codes."""
    more = {"person_id": person_id, "about": None if about is None else list(about)}
    rows = rows_of(connection, Review, QUERIES["reviews"], values_of(seen) | more)
    return [_with_marks(one) for one in rows]


def find_edition(connection: Connection, seen: Round) -> Edition:
    return only_row(connection, Edition, QUERIES["edition"], values_of(seen))


def find_benches(connection: Connection, seen: Round, most: int) -> list[Bench]:
    """Groups of people who review the same applications, of which so many are named."""
    parameters = values_of(seen) | {"gone": list(GONE), "most": most}
    return rows_of(connection, Bench, QUERIES["benches"], parameters)


def find_wanting(connection: Connection, seen: Round, needed: int) -> dict[UUID, int]:
    """How many reviews each of the applications lacks that lack any."""
    parameters = values_of(seen) | {"needed": needed, "gone": list(GONE)}
    return dict(connection.execute(QUERIES["wanting"], parameters).fetchall())


def write_review(connection: Connection, review_id: UUID, opinion: Opinion) -> None:
    parameters = values_of(opinion) | {"review_id": review_id, "marks": Jsonb(write_marks(opinion.marks))}
    connection.execute(QUERIES["write_review"], parameters)


def mark_opened(connection: Connection, review_id: UUID, at: datetime) -> bool:
    """Whether it was never opened before."""
    return connection.execute(QUERIES["mark_opened"], {"review_id": review_id, "at": at}).rowcount > 0


def count_progress(connection: Connection, seen: Round) -> list[Progress]:
    return rows_of(connection, Progress, QUERIES["progress"], values_of(seen))


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
    call = known(find_call(connection, found.call_id))
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


def _with_marks(review: Review) -> Review:
    """Its marks as such, which the database has as texts."""
    texts = cast("Mapping[str, str]", review.opinion.marks)
    return replace(review, opinion=replace(review.opinion, marks=read_marks(texts)))


REVIEWERS: Binding[ReviewerFacts] = Binding(
    REVIEWER, QUERIES["lock_reviewer"], _read_reviewer, QUERIES["move_reviewer"]
)
REVIEWS: Binding[ReviewFacts] = Binding(REVIEW, QUERIES["lock_review"], _read_review, QUERIES["move_review"])
