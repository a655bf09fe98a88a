"""``/portal/activities/…/evidence/…``: a file that shows an activity, for whoever may see it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.outreach.activities.evidence import open_file
from hub_api.programme.kit.pages import SavedFile, download, signed_in

router = APIRouter(prefix="/portal", include_in_schema=False)


def open_evidence(session: Session, activity_id: UUID, file_id: UUID) -> SavedFile:
    evidence, path = open_file(session, activity_id, file_id)
    return SavedFile(path, evidence.name, evidence.media_type)


download(router, "/activities/{activity_id}/evidence/{file_id}", signed_in, open_evidence)
