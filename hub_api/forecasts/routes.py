"""``/v1/forecasts``: the newest forecast with its bands, its model and its measured skill."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.answers import Page, freshness
from hub_api.datastreams.repository import fetch_newest
from hub_api.datastreams.service import select_datastream
from hub_api.forecasts.repository import (
    fetch_forecasts,
    fetch_values,
    forecast_element,
    forecast_id,
    forecast_key,
)
from hub_api.forecasts.schemas import ForecastList, ForecastsQuery
from hub_api.hub import HubHere

router = APIRouter()


@router.get(
    "/v1/forecasts", operation_id="forecasts", response_model=ForecastList, response_model_exclude_unset=True
)
async def list_forecasts(request: Request, hub: HubHere, query: ForecastsQuery) -> Response:
    query.check_selection(is_required=False)
    page = Page(request, hub, query)
    one: int | None = None
    if query.datastream is not None or query.thing is not None:
        one = (await select_datastream(hub, query))["datastream"]
    rows = await fetch_forecasts(hub.database, one, page.after, page.rows_wanted)
    newest = await hub.newest_phenomenon_time() if one is None else await fetch_newest(hub.database, one)
    values = {}
    if one is not None and rows:
        values["values"] = await fetch_values(hub.database, forecast_id(rows[0]))
    return page.answer(
        rows, key=forecast_key, element=lambda row: forecast_element(row) | values,
        meta=freshness(hub.clock(), newest), cache_seconds=hub.settings.live_cache_seconds,
    )  # fmt: skip
