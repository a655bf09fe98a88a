"""``/v1/innovation/calls``, and the same in the shape of CommonGrants."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.common_grants import opportunity_element
from hub_api.programme.open_data.common_grants_schemas import (
    OneOpportunity,
    OpportunitiesQuery,
    OpportunityList,
    OpportunityPath,
)
from hub_api.programme.open_data.funding import CALLS, call_element
from hub_api.programme.open_data.funding_schemas import CallList, CallPath, CallsQuery, OneCall
from hub_api.programme.open_data.repository import count_opportunities, fetch_opportunities, rows_of
from hub_api.programme.open_data.routes import FORMATS
from hub_api.programme.open_data.service import (
    answer_one,
    check_organisation,
    find_one,
    identifier_of,
    listed,
)
from hub_api.serving.answers import json_answer
from hub_api.serving.errors import Fault, InvalidParameters, UnknownName
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.lists.model import Element
from hub_api.serving.names.service import check_name
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter(prefix="/v1/innovation")


@router.get("/calls", operation_id="calls", response_model=CallList, responses=FORMATS)
@router.get("/calls.{extension}", include_in_schema=False)
async def list_calls(request: Request, hub: HubHere, query: CallsQuery) -> Response:
    organisation = await check_organisation(hub, query.organisation)
    fetch = rows_of("calls", query.model_dump(include={"state"}) | {"organisation": organisation})
    return await answer_list(request, hub, query, listed(request, hub, CALLS, fetch, {}))


@router.get("/calls/{call}", operation_id="call", response_model=OneCall)
async def show_call(request: Request, hub: HubHere, call: CallPath, _: NoParameters) -> Response:
    row = await find_one(hub, rows_of("calls", {"call": call}))
    if row is None:
        await check_name(hub, "call", call)
        raise UnknownName("call", call)
    return answer_one(request, hub, row, call_element(row))


@router.get("/common-grants/opportunities", operation_id="opportunities", response_model=OpportunityList)
async def list_opportunities(request: Request, hub: HubHere, query: OpportunitiesQuery) -> Response:
    size, most = query.page_size, hub.settings.page_rows_max
    if size > most:
        raise InvalidParameters([Fault("pageSize", "above_maximum", {"maximum": most})])
    total = await count_opportunities(hub.database)
    rows = await fetch_opportunities(hub.database, rows=size, offset=(query.page - 1) * size)
    pages = {
        "page": query.page,
        "pageSize": size,
        "totalItems": total,
        "totalPages": -(-total // size),
    }
    items = [opportunity_element(row, base_url(request)) for row in rows]
    return _answer(request, hub, {"items": items, "paginationInfo": pages})


@router.get(
    "/common-grants/opportunities/{opportunity}", operation_id="opportunity", response_model=OneOpportunity
)
async def show_opportunity(
    request: Request, hub: HubHere, opportunity: OpportunityPath, _: NoParameters
) -> Response:
    call_id = identifier_of("opportunity", opportunity)
    rows = await fetch_opportunities(hub.database, rows=1, call_id=call_id)
    if not rows:
        raise UnknownName("opportunity", opportunity)
    return _answer(request, hub, {"data": opportunity_element(rows[0], base_url(request))})


def _answer(request: Request, hub: Hub, said: Element) -> Response:
    content = {"status": 200, "message": "Success", **said}
    answer = json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
    answer.headers["ETag"] = weak_etag(request.url.path, content)
    if is_known(request, answer.headers["ETag"]):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer
