"""``/portal/activities/…/evidence/…``: a file that shows an activity, for whoever may see it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from hackathon.outreach.activities.evidence import open_file
from hub_api.programme.kit.attachment import attachment
from hub_api.programme.kit.request import CurrentRequest

router = APIRouter(prefix="/portal/activities", include_in_schema=False)


@router.get("/{activity_id}/evidence/{file_id}")
async def download(request: CurrentRequest, activity_id: UUID, file_id: UUID) -> Response:
    _, settings = request.person, request.office.settings.activities
    evidence, path = await request.do(
        lambda connection: open_file(
            connection, activity_id, file_id, request.actor, request.office.clock, settings
        )
    )
    return attachment(path, evidence.name, evidence.media_type)
