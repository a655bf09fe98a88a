"""``/v1/innovation/needs``: what agencies look for, and what came of it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.needs import NEEDS, need_element
from hub_api.programme.open_data.needs_schemas import NeedList, NeedPath, NeedsQuery, OneNeed
from hub_api.programme.open_data.repository import rows_of
from hub_api.programme.open_data.routes import FORMATS
from hub_api.programme.open_data.service import answer_one, find_one, listed
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation")


@router.get("/needs", operation_id="needs", response_model=NeedList, responses=FORMATS)
@router.get("/needs.{extension}", include_in_schema=False)
async def list_needs(request: Request, hub: HubHere, query: NeedsQuery) -> Response:
    fetch = rows_of("needs", query.model_dump(include={"state", "governorate", "sector"}))
    return await answer_list(request, hub, query, listed(request, hub, NEEDS, fetch, {}))


@router.get("/needs/{need}", operation_id="need", response_model=OneNeed)
async def show_need(request: Request, hub: HubHere, need: NeedPath, _: NoParameters) -> Response:
    row = await find_one(hub, rows_of("needs", {"need": need}))
    if row is None:
        await check_name(hub, "need", need)
        raise UnknownName("need", need)
    return answer_one(request, hub, row, need_element(row))
