"""Whether judges share submissions, so that their scores can be compared; and what would make them.

Judges and submissions are the two sides of a graph, score sheets its edges. Where it falls into
islands, nothing says whether the judges of one are stricter than those of the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId
from hackathon.contest.judging.spanning import Edge, spanning_edges


@dataclass(frozen=True, slots=True)
class Island:
    """Judges and submissions that hang together and share nothing with the others."""

    judges: tuple[JudgeId, ...]
    submissions: tuple[SubmissionId, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be assigned: sheets that a judge can take beside their own, and what is forbidden.

    ``loads`` are the sheets they have, over all tracks; those with fewer are asked first.
    """

    free_sheets: Mapping[JudgeId, int] = field(default_factory=dict)
    forbidden: Collection[Pair] = frozenset()
    loads: Mapping[JudgeId, int] = field(default_factory=dict)

    def load(self, judge: JudgeId) -> int:
        return self.loads.get(judge, 0)

    def levels(self) -> range:
        """Loads up to which judges could be filled, one after the other."""
        able = [judge for judge, free in self.free_sheets.items() if free > 0]
        lowest = min((self.load(judge) for judge in able), default=0)
        highest = max((self.load(judge) + self.free_sheets[judge] for judge in able), default=0)
        return range(lowest + 1, highest + 1)

    def up_to(self, level: int) -> Mapping[JudgeId, int]:
        """Free sheets while nobody gets above a level."""
        return {
            judge: max(0, min(free, level - self.load(judge))) for judge, free in self.free_sheets.items()
        }


def islands(pairs: Iterable[Pair]) -> tuple[Island, ...]:
    """The parts of the graph, the one with most submissions first."""
    parts: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for judge, submission in pairs:
        left, right = ("judge", judge), ("submission", submission)
        smaller, larger = sorted((parts.get(left, {left}), parts.get(right, {right})), key=len)
        if smaller is not larger:
            larger |= smaller
            parts.update(dict.fromkeys(smaller, larger))
            parts[left] = parts[right] = larger
    distinct = {id(part): part for part in parts.values()}.values()
    found = [Island(_names(part, "judge"), _names(part, "submission")) for part in distinct]
    return tuple(sorted(found, key=lambda island: (-len(island.submissions), island.submissions)))


def islands_without(pairs: Iterable[Pair], unseen: Collection[SubmissionId]) -> tuple[Island, ...]:
    """The parts as somebody may see them who must not know of these submissions; none where nothing else is."""
    return tuple(
        Island(part.judges, seen)
        for part in islands(pairs)
        if (seen := tuple(name for name in part.submissions if name not in unseen))
    )


def is_joined(benches: Iterable[Collection[UUID]]) -> bool:
    """Whether all groups hang together by people whom they share; it is cheaper to ask than what falls apart."""
    pairs = {(str(person_id), str(bench)) for bench, people in enumerate(benches) for person_id in people}
    return len(islands(pairs)) < 2


def _names(part: Iterable[tuple[str, str]], side: str) -> tuple[str, ...]:
    return tuple(sorted(name for kind, name in part if kind == side))


def bridges(pairs: Collection[Pair], room: Room) -> tuple[Pair, ...] | None:
    """The fewest further assignments that join all islands; None if the room does not allow it.

    One less than there are islands, as long as the judges of the islands have room. Where they have
    not, judges without a sheet are brought in one by one, each time the one who joins most.
    """
    parts = list(islands(pairs))
    placed = {judge for part in parts for judge in part.judges}
    idle = sorted(judge for judge, free in room.free_sheets.items() if free > 0 and judge not in placed)
    edges = _spanning(parts, room)
    while len(edges) < len(parts) - 1:
        grown = [([*parts, Island((judge,), ())], judge) for judge in idle]
        tried = [(_spanning(more, room), more, judge) for more, judge in grown]
        best = max(tried, key=lambda attempt: len(attempt[0]), default=None)
        if best is None or len(best[0]) < len(edges) + 2:
            return None
        edges, parts, judge = best
        idle.remove(judge)
    return _with_submissions(edges, parts, pairs, room)


def _spanning(parts: Sequence[Island], room: Room) -> list[Edge]:
    """Judges are filled up evenly: a higher level is tried where a lower one does not join everything."""
    edges, chosen = _edges(parts, room), list[Edge]()
    for level in room.levels():
        chosen = spanning_edges(edges, room.up_to(level), chosen)
        if len(chosen) == len(parts) - 1:
            break
    return chosen


def _edges(parts: Sequence[Island], room: Room) -> list[Edge]:
    """A judge could reach another island; those with the fewest sheets come first."""
    edges = [
        Edge(judge, own, other)
        for own, island in enumerate(parts)
        for judge in island.judges
        if room.free_sheets.get(judge, 0) > 0
        for other, target in enumerate(parts)
        if other != own and any((judge, there) not in room.forbidden for there in target.submissions)
    ]
    return sorted(edges, key=lambda edge: (room.load(edge.judge), edge))


def _with_submissions(
    edges: Sequence[Edge], parts: Sequence[Island], pairs: Iterable[Pair], room: Room
) -> tuple[Pair, ...]:
    """In the island that a judge is sent to: the submission with the fewest sheets."""
    sheets = Counter(submission for _, submission in pairs)
    chosen: list[Pair] = []
    for edge in edges:
        allowed = [
            submission
            for submission in parts[edge.there].submissions
            if (edge.judge, submission) not in room.forbidden
        ]
        submission = min(allowed, key=lambda name: (sheets[name], name))
        sheets[submission] += 1
        chosen.append((edge.judge, submission))
    return tuple(chosen)
