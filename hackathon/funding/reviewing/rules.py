"""What a review must say, and how words are compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from citycore.normalisation import normalise_text
from hackathon.contest.judging.rubric import Rubric, faults_of
from hackathon.funding.reviewing.model import Opinion


def is_complete(rubric: Rubric, opinion: Opinion) -> bool:
    """Whether a review can be handed in: every mark is there, and what it recommends and how sure it is."""
    says_all = opinion.confidence is not None and opinion.recommendation is not None
    return says_all and not faults_of(rubric, opinion.marks)


def affinity(topics: Sequence[str], words: str) -> float:
    """How many of a reviewer's topics an application names, from 0 to 1; ``words`` are normalised."""
    known = [normalised for topic in topics if (normalised := normalise_text(topic))]
    if not known:
        return 0.0
    return sum(f" {topic} " in f" {words} " for topic in known) / len(known)


def tidy_topics(text: str) -> tuple[str, ...]:
    """Topics as they are typed: separated by commas or lines, each once."""
    return tuple(dict.fromkeys(_parts(text.replace("\n", ",").replace("،", ",").split(","))))


def _parts(pieces: Iterable[str]) -> Iterator[str]:
    yield from (stripped for piece in pieces if (stripped := " ".join(piece.split())))
