"""``/v1/innovation/funding-awards``, and all of it in the shape of 360Giving."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.register import FUNDING_AWARDS, award_element, package
from hub_api.programme.open_data.register_schemas import (
    FundingAwardList,
    FundingAwardPath,
    FundingAwardsQuery,
    GrantPackage,
    OneFundingAward,
)
from hub_api.programme.open_data.repository import rows_of
from hub_api.programme.open_data.routes import FORMATS
from hub_api.programme.open_data.service import (
    answer_one,
    find_one,
    identifier_of,
    licence_here,
    listed,
    settings_of,
)
from hub_api.serving.answers import json_answer
from hub_api.serving.errors import QueryTooDear, UnknownName
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter(prefix="/v1/innovation")


@router.get(
    "/funding-awards", operation_id="funding_awards", response_model=FundingAwardList, responses=FORMATS
)
@router.get("/funding-awards.{extension}", include_in_schema=False)
async def list_awards(request: Request, hub: HubHere, query: FundingAwardsQuery) -> Response:
    fetch = rows_of("funding_awards", query.model_dump(include={"call", "state", "governorate"}))
    return await answer_list(
        request, hub, query, listed(request, hub, FUNDING_AWARDS, fetch, {"call": query.call})
    )


@router.get("/funding-awards/{funding_award}", operation_id="funding_award", response_model=OneFundingAward)
async def show_award(
    request: Request, hub: HubHere, funding_award: FundingAwardPath, _: NoParameters
) -> Response:
    award_id = identifier_of("funding_award", funding_award)
    row = await find_one(hub, rows_of("funding_awards", {"funding_award": award_id}))
    if row is None:
        raise UnknownName("funding_award", funding_award)
    return answer_one(request, hub, row, award_element(row))


@router.get("/360giving", operation_id="grants", response_model=GrantPackage)
async def send_grants(request: Request, hub: HubHere, _: NoParameters) -> Response:
    """All awards at once, as that standard's files are."""
    settings = settings_of(request)
    rows = await rows_of("funding_awards", {})(hub.database, None, settings.grants_max + 1)
    if len(rows) > settings.grants_max:
        raise QueryTooDear(reason="awards", estimated=len(rows), maximum=settings.grants_max)
    content = package(rows, settings.publisher_prefix, base_url(request), licence_here(request))
    answer = json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
    answer.headers["ETag"] = weak_etag(request.url.path, content)
    if is_known(request, answer.headers["ETag"]):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control")})
    return answer
