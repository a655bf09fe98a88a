"""``/v1/innovation/introductions`` and ``/v1/innovation/pilots``: what comes of the marketplace."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.outcomes import INTRODUCTIONS, PILOTS, pilot_element
from hub_api.programme.open_data.outcomes_schemas import (
    IntroductionList,
    IntroductionsQuery,
    OnePilot,
    PilotList,
    PilotPath,
    PilotsQuery,
)
from hub_api.programme.open_data.repository import ordered, rows_of
from hub_api.programme.open_data.routes import FORMATS
from hub_api.programme.open_data.service import answer_one, find_one, listed
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation")


@router.get(
    "/introductions", operation_id="introductions", response_model=IntroductionList, responses=FORMATS
)
@router.get("/introductions.{extension}", include_in_schema=False)
async def list_introductions(request: Request, hub: HubHere, query: IntroductionsQuery) -> Response:
    fetch = ordered("introductions", query.model_dump(include={"year", "stage"}))
    return await answer_list(request, hub, query, listed(request, hub, INTRODUCTIONS, fetch, {}))


@router.get("/pilots", operation_id="pilots", response_model=PilotList, responses=FORMATS)
@router.get("/pilots.{extension}", include_in_schema=False)
async def list_pilots(request: Request, hub: HubHere, query: PilotsQuery) -> Response:
    fetch = rows_of("pilots", query.model_dump(include={"state", "origin", "need"}))
    return await answer_list(request, hub, query, listed(request, hub, PILOTS, fetch, {"need": query.need}))


@router.get("/pilots/{pilot}", operation_id="pilot", response_model=OnePilot)
async def show_pilot(request: Request, hub: HubHere, pilot: PilotPath, _: NoParameters) -> Response:
    row = await find_one(hub, rows_of("pilots", {"pilot": pilot}))
    if row is None:
        await check_name(hub, "pilot", pilot)
        raise UnknownName("pilot", pilot)
    return answer_one(request, hub, row, pilot_element(row))
