"""The people's choice: how many votes each submission has, and which places follow. Whose they are is not known here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hackathon.contest.judging.model import SubmissionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePlace:
    """Who has so many votes; equal votes share a place, and nothing else is asked."""

    number: int
    votes: int
    submissions: frozenset[SubmissionId]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplesChoice:
    """The count. It closes: votes cast = votes counted + those for what is not in the contest any more."""

    places: tuple[ChoicePlace, ...]
    counted: int
    not_counted: int


def count_votes(votes: Mapping[SubmissionId, int], standing: Collection[SubmissionId]) -> PeoplesChoice:
    """The people's choice among the submissions ``standing``."""
    tally = {submission: votes.get(submission, 0) for submission in standing}
    counted = sum(tally.values())
    return PeoplesChoice(
        places=tuple(_places(tally)), counted=counted, not_counted=sum(votes.values()) - counted
    )


def _places(tally: Mapping[SubmissionId, int]) -> Iterable[ChoicePlace]:
    number = 1
    for votes in sorted(set(tally.values()), reverse=True):
        holders = frozenset(submission for submission, own in tally.items() if own == votes)
        yield ChoicePlace(number=number, votes=votes, submissions=holders)
        number += len(holders)
