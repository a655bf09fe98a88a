"""The journey of a thing for the reader of its page."""

from __future__ import annotations

from uuid import UUID

from hackathon.market.journeys.model import Kind, Step
from hackathon.market.journeys.service import find_journey
from hub_api.programme.kit.request import PortalRequest


async def journey_of(request: PortalRequest, kind: Kind, object_id: UUID) -> list[Step]:
    """What ``journeys/journey.html`` shows as ``journey``: pages include it with one line."""
    at, settings = request.office.clock(), request.office.settings.journeys
    return await request.do(
        lambda connection: find_journey(connection, request.actor.at(at), kind, object_id, settings)
    )
