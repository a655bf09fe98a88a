"""All of the programme's interface for people's own programs, and its OpenAPI document."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub_api.programme.programs import (
    activities,
    applications,
    calls,
    claims,
    desk,
    needs,
    offerings,
    reviews,
    sheets,
    teams,
)
from hub_api.programme.programs.document import document
from hub_api.serving.answers import json_answer
from hub_api.serving.hub import HubHere
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import language_of

ROOMS = (
    teams,
    sheets,
    activities,
    offerings,
    needs,
    applications,
    reviews,
    desk,
    calls,
    claims,
)
router = APIRouter()


@router.get("/v1/innovation/me/openapi.json", include_in_schema=False)
async def send_document(request: Request, hub: HubHere, _: NoParameters) -> Response:
    routes = [route for room in ROOMS for route in room.router.routes]
    answer = json_answer(
        document(routes, language_of(request), request.app.version),
        cache_seconds=hub.settings.registry_cache_seconds,
    )
    answer.headers["Vary"] = "Accept-Language"
    return answer


for room in ROOMS:
    router.include_router(room.router)
