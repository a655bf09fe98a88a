"""A forest that joins islands while no judge gets more than they have room for.

Forests are one matroid and room per judge is another; the largest set in both is found with
augmenting paths (J. Edmonds, Submodular functions, matroids and certain polyhedra, 1970), so when
the answer does not join everything, nothing does.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hackathon.contest.judging.model import JudgeId


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A judge of the island ``here`` would judge something in the island ``there``."""

    judge: JudgeId
    here: int
    there: int


def spanning_edges(
    edges: Sequence[Edge], room: Mapping[JudgeId, int], chosen: Sequence[Edge] = ()
) -> list[Edge]:
    """As many edges as possible without a circle and within the room; early edges are preferred.

    Starts from edges ``chosen`` with less room: no judge comes to fewer than there.
    """
    chosen = list(chosen)
    for edge in edges:
        if _fits([*chosen, edge], room) and _is_forest([*chosen, edge]):
            chosen.append(edge)
    while path := _augmenting_path(edges, chosen, room):
        swapped = set(chosen) ^ path
        chosen = [edge for edge in edges if edge in swapped]
    return chosen


def _augmenting_path(edges: Sequence[Edge], chosen: Sequence[Edge], room: Mapping[JudgeId, int]) -> set[Edge]:
    """Edges to swap in and out so that there is one more; empty when there cannot be more."""
    inside = set(chosen)
    outside = [edge for edge in edges if edge not in inside]
    came_from: dict[Edge, Edge | None] = {edge: None for edge in outside if _is_forest([*chosen, edge])}
    waiting = deque(came_from)
    while waiting:
        edge = waiting.popleft()
        if edge not in inside and _fits([*chosen, edge], room):
            return _path_to(edge, came_from)
        for nearby in _exchanges(edge, outside, chosen, room):
            if nearby not in came_from:
                came_from[nearby] = edge
                waiting.append(nearby)
    return set()


def _exchanges(
    edge: Edge, outside: Sequence[Edge], chosen: Sequence[Edge], room: Mapping[JudgeId, int]
) -> Iterable[Edge]:
    if edge in chosen:
        rest = [other for other in chosen if other != edge]
        return (other for other in outside if _is_forest([*rest, other]))
    return (other for other in chosen if _fits([edge, *(kept for kept in chosen if kept != other)], room))


def _path_to(edge: Edge, came_from: Mapping[Edge, Edge | None]) -> set[Edge]:
    path: set[Edge] = set()
    step: Edge | None = edge
    while step is not None:
        path.add(step)
        step = came_from[step]
    return path


def _fits(edges: Iterable[Edge], room: Mapping[JudgeId, int]) -> bool:
    return all(count <= room.get(judge, 0) for judge, count in Counter(e.judge for e in edges).items())


def _is_forest(edges: Iterable[Edge]) -> bool:
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.get(node, node) != node:
            node = parent[node]
        return node

    for edge in edges:
        here, there = root(edge.here), root(edge.there)
        if here == there:
            return False
        parent[here] = there
    return True
