"""The people's choice: one person, one vote, and none for one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from hackathon.contest.judging.model import SubmissionId

PersonId: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's vote; their last one counts."""

    voter: PersonId
    submission: SubmissionId
    cast_at: datetime


class NotCounted(StrEnum):
    """Why a vote is left out."""

    OWN = "own"
    REPLACED = "replaced"
    NOT_STANDING = "not_standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePlace:
    """Who has so many votes; equal votes share a place, and nothing else is asked."""

    number: int
    votes: int
    submissions: frozenset[SubmissionId]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplesChoice:
    """The count. It closes: votes cast = votes counted + votes not counted, by reason."""

    places: tuple[ChoicePlace, ...]
    counted: int
    not_counted: dict[NotCounted, int]


def may_vote(
    voter: PersonId, submission: SubmissionId, own: Collection[tuple[PersonId, SubmissionId]]
) -> bool:
    """``own`` holds who belongs to what: members and mentors of the team."""
    return (voter, submission) not in own


def count_votes(
    votes: Iterable[Vote],
    standing: Collection[SubmissionId],
    own: Collection[tuple[PersonId, SubmissionId]] = frozenset(),
) -> PeoplesChoice:
    """The people's choice among the submissions ``standing``.

    A vote that must not count does not replace an earlier one that may.
    """
    tally: Counter[SubmissionId] = Counter(dict.fromkeys(standing, 0))
    refused: Counter[NotCounted] = Counter()
    voted: set[PersonId] = set()
    for vote in sorted(votes, key=lambda vote: vote.cast_at, reverse=True):
        reason = _reason_against(vote, tally, own, voted)
        if reason is None:
            voted.add(vote.voter)
            tally[vote.submission] += 1
        else:
            refused[reason] += 1
    return PeoplesChoice(
        places=tuple(_places(tally)), counted=tally.total(), not_counted={r: refused[r] for r in NotCounted}
    )


def _reason_against(
    vote: Vote,
    standing: Collection[SubmissionId],
    own: Collection[tuple[PersonId, SubmissionId]],
    voted: Collection[PersonId],
) -> NotCounted | None:
    if vote.submission not in standing:
        return NotCounted.NOT_STANDING
    if not may_vote(vote.voter, vote.submission, own):
        return NotCounted.OWN
    return NotCounted.REPLACED if vote.voter in voted else None


def _places(tally: Counter[SubmissionId]) -> Iterable[ChoicePlace]:
    number = 1
    for votes in sorted(set(tally.values()), reverse=True):
        holders = frozenset(submission for submission, own in tally.items() if own == votes)
        yield ChoicePlace(number=number, votes=votes, submissions=holders)
        number += len(holders)
