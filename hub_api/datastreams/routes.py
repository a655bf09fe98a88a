"""``/v1/datastreams``: one observed property of one thing each."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.answers import Page, freshness, json_answer
from hub_api.datastreams.repository import (
    datastream_element,
    datastream_key,
    fetch_datastreams,
    fetch_newest,
)
from hub_api.datastreams.schemas import DatastreamList, DatastreamsQuery, OneDatastream
from hub_api.errors import UnknownName
from hub_api.hub import HubHere
from hub_api.names.service import check_names
from hub_api.parameters import DatastreamPath, NoParameters

router = APIRouter()
FILTERS = {"thing", "observed_property", "place", "source"}


@router.get("/v1/datastreams", operation_id="datastreams", response_model=DatastreamList)
async def list_datastreams(request: Request, hub: HubHere, query: DatastreamsQuery) -> Response:
    page = Page(request, hub, query)
    filters = query.model_dump(include=FILTERS)
    rows = await fetch_datastreams(hub.database, filters, page.after, page.rows_wanted)
    if not rows:
        await check_names(hub, filters)
    meta = freshness(hub.clock(), await hub.newest_phenomenon_time())
    return page.answer(
        rows, key=datastream_key, element=datastream_element, meta=meta,
        cache_seconds=hub.settings.registry_cache_seconds,
    )  # fmt: skip


@router.get("/v1/datastreams/{datastream}", operation_id="datastream", response_model=OneDatastream)
async def show_datastream(hub: HubHere, datastream: DatastreamPath, _: NoParameters) -> Response:
    rows = await fetch_datastreams(hub.database, {"datastream": datastream})
    if not rows:
        raise UnknownName("datastream", datastream)
    meta = freshness(hub.clock(), await fetch_newest(hub.database, datastream))
    content = {"data": datastream_element(rows[0]), "meta": meta}
    return json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
