"""The journey of a thing for the reader of its page."""

from __future__ import annotations

from uuid import UUID

from hackathon.market.journeys.model import Kind, Step
from hackathon.market.journeys.service import find_journey
from hub_api.programme.kit.request import PortalRequest


async def journey_of(request: PortalRequest, kind: Kind, object_id: UUID) -> list[Step]:
    """What ``journeys/journey.html`` shows as ``journey``: pages include it with one line."""
    return await request.look(lambda session: find_journey(session, kind, object_id))
