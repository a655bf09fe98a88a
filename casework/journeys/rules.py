"""The walk over what leads on to what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from casework.journeys.model import Link, Node, Step

#: The links that begin, or end, at one of these.
Links: TypeAlias = Callable[[Collection[Node]], Iterable[Link]]


def walk(start: Node, ahead: Links, back: Links, depth_max: int) -> list[Node]:
    """What led to it, itself, and what it led to, each once; not what else came of what led to it."""
    return [
        *reversed(_follow(start, back, depth_max, is_back=True)),
        start,
        *_follow(start, ahead, depth_max),
    ]


def in_order(steps: Iterable[Step], places: Mapping[str, int]) -> list[Step]:
    """As one thing leads on to the next; of a kind the earlier first."""
    return sorted(steps, key=lambda one: (places[one.node.kind], one.seen.at, one.node.object_id))


def _follow(start: Node, links: Links, depth_max: int, *, is_back: bool = False) -> list[Node]:
    found: dict[Node, None] = {}
    newest = [start]
    for _ in range(depth_max):
        if not newest:
            break
        reached = [link.first if is_back else link.second for link in links(newest)]
        newest = [node for node in dict.fromkeys(reached) if node not in found and node != start]
        found |= dict.fromkeys(newest)
    return list(found)
