"""What became of something, for whoever asks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

from casework.programme import Session
from hackathon.market.journeys.model import Kind, Node, Step
from hackathon.market.journeys.repository import find_links
from hackathon.market.journeys.rules import in_order, walk
from hackathon.market.journeys.settings import JourneySettings
from hackathon.market.journeys.views import see_all


def find_journey(session: Session, kind: Kind, object_id: UUID) -> list[Step]:
    """In order, what led to it, itself, and what it led to, as far as the actor may see each of them.

    What the actor may not see is left out as if it were not there; what lies beyond it and is public is not.
    Empty unless the thing itself is seen and there is something besides it.
    """
    start, settings = Node(kind, object_id), session.of(JourneySettings)
    links = partial(find_links, session.connection, rows=settings.links_max)
    ahead, back = partial(links, is_back=False), partial(links, is_back=True)
    nodes = walk(start, ahead, back, settings.depth_max)[: settings.steps_max]
    if nodes == [start]:
        return []
    seen = see_all(session, nodes)
    steps = [replace(step, is_here=step.node == start) for step in in_order(seen)]
    return steps if len(steps) > 1 and any(step.is_here for step in steps) else []
