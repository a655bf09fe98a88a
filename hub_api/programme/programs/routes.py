"""All of the programme's interface for people's own programs, and its OpenAPI document."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub_api.programme.casework.alerts import own as alerts
from hub_api.programme.casework.annotations import own as time_line
from hub_api.programme.casework.dashboard_access import own as bearer
from hub_api.programme.casework.own_views import own as views
from hub_api.programme.casework.report_mails import own as reports
from hub_api.programme.contest.jury import own as sheets
from hub_api.programme.contest.submissions import own as submissions
from hub_api.programme.contest.teams import own as teams
from hub_api.programme.funding.applications import own as applications
from hub_api.programme.funding.awards import own as claims
from hub_api.programme.funding.calls import own as calls
from hub_api.programme.funding.reviewing import own as reviews
from hub_api.programme.market.needs import own as needs
from hub_api.programme.market.offerings import own as offerings
from hub_api.programme.market.vendors import own as vendors
from hub_api.programme.outreach.activities import own as activities
from hub_api.programme.programs.document import document
from hub_api.programme.programs.operations import operations_of
from hub_api.serving.answers import json_answer
from hub_api.serving.hub import HubHere
from hub_api.serving.parameters import REFUSE_REPEATED, NoParameters
from hub_api.serving.routing import Branch
from hub_api.serving.texts import language_of

ROOMS = (
    bearer,
    alerts,
    teams,
    submissions,
    sheets,
    activities,
    vendors,
    offerings,
    needs,
    applications,
    reviews,
    calls,
    claims,
    time_line,
    views,
    reports,
)
router = APIRouter()
OPERATIONS = [operation for room in ROOMS for operation in operations_of(room.router)]


@router.get("/v1/innovation/me/openapi.json", include_in_schema=False)
async def send_document(request: Request, hub: HubHere, _: NoParameters) -> Response:
    answer = json_answer(
        document(
            OPERATIONS, language_of(request), request.app.version, request.app.state.office.programme.of
        ),
        cache_seconds=hub.settings.registry_cache_seconds,
    )
    answer.headers["Vary"] = "Accept-Language"
    return answer


@cache
def branch() -> Branch:
    """All operations, below ``/v1/innovation``; applications of one process share them, since they hold no state."""
    return Branch("/v1/innovation", [room.router for room in ROOMS], [REFUSE_REPEATED])
