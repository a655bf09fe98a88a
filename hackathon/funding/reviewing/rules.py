"""What a review must say, and how words are compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from citycore.normalisation import normalise_text
from hackathon.contest.judging.connectivity import islands
from hackathon.contest.judging.rubric import Rubric, faults_of
from hackathon.funding.reviewing.model import Apart, Bench, Opinion


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


def find_apart(benches: Sequence[Bench], most: int) -> list[Apart]:
    """Who hangs together by shared applications, the group with most of them first; without groups of which nothing is seen.

    ``most`` applications of each are named.
    """
    pairs = [(str(person), str(place)) for place, bench in enumerate(benches) for person in bench.people]
    groups = [[benches[int(place)] for place in island.submissions] for island in islands(pairs)]
    groups.sort(key=lambda own: (-sum(one.applications for one in own), min(one.first for one in own)))
    return [
        Apart(
            tuple(sorted({person for one in own for person in one.people})),
            tuple(sorted(application for one in own for application in one.named)[:most]),
            seen,
        )
        for own in groups
        if (seen := sum(one.seen for one in own))
    ]


def _parts(pieces: Iterable[str]) -> Iterator[str]:
    yield from (stripped for piece in pieces if (stripped := " ".join(piece.split())))
