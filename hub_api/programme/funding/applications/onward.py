"""From the page of a submission to the calls to which it can go on."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from hackathon.funding.applications.continuing import may_continue
from hackathon.funding.calls.model import Stage, Wanted
from hackathon.funding.calls.service import list_calls
from hub_api.programme.kit.request import PortalRequest


def calls_to_go_on(session: Session, request: PortalRequest, submission_id: UUID) -> list[tuple[UUID, str]]:
    """Open calls and their titles, where the visitor can apply with this submission."""
    if not may_continue(session, submission_id):
        return []
    found = list_calls(session, Wanted(stage=Stage.OPEN))
    return [(one.call_id, one.title(request.language)) for one in found.calls]
