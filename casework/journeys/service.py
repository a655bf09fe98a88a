"""What became of something, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from uuid import UUID

from casework.journeys.model import Node, Passage, Step
from casework.journeys.repository import find_links
from casework.journeys.rules import in_order, walk
from casework.journeys.settings import JourneySettings
from casework.noun import Nouns
from casework.programme import Session


def find_journey(session: Session, passage: Passage, object_id: UUID) -> list[Step]:
    """In order, what led to it, itself, and what it led to, as far as the actor may see each of them.

    What the actor may not see is left out as if it were not there; what lies beyond it and is public is not.
    Empty unless the thing itself is seen and there is something besides it.
    """
    start, settings = Node(passage.kind, object_id), session.of(JourneySettings)
    links = partial(find_links, session.connection, rows=settings.links_max)
    ahead, back = partial(links, is_back=False), partial(links, is_back=True)
    nodes = walk(start, ahead, back, settings.depth_max)[: settings.steps_max]
    if nodes == [start]:
        return []
    steps = [replace(step, is_here=step.node == start) for step in see_all(session, nodes)]
    return steps if len(steps) > 1 and any(step.is_here for step in steps) else []


def see_all(session: Session, nodes: Iterable[Node]) -> list[Step]:
    """Those that exist for the actor, in order. Things of a kind are looked at together."""
    passages, by_kind = session.of(Nouns).passages, dict[str, list[UUID]]()
    for node in nodes:
        by_kind.setdefault(node.kind, []).append(node.object_id)
    steps = [
        Step(Node(kind, object_id), passages[kind].label, seen)
        for kind, object_ids in by_kind.items()
        for object_id, seen in passages[kind].see(session, object_ids).items()
    ]
    return in_order(steps, {kind: passage.place for kind, passage in passages.items()})
