"""``/v1/nowcasts``: the next six hours by the quarter; ``/v1/anomalies``: what lay beyond its band."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.city.nowcasts.repository import ANOMALIES, NOWCASTS, QUERIES, anomalies_of, nowcasts_of
from hub_api.city.nowcasts.schemas import AnomaliesQuery, AnomalyList, NowcastList, NowcastsQuery
from hub_api.city.sources.repository import sources_of
from hub_api.serving.formats import ALL_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()
NAMES = {"thing", "observed_property", "place", "source"}


@router.get(
    "/v1/nowcasts", operation_id="nowcasts", response_model=NowcastList, responses=documented(ALL_FORMATS)
)
@router.get("/v1/nowcasts.{extension}", include_in_schema=False)
async def list_nowcasts(request: Request, hub: HubHere, query: NowcastsQuery) -> Response:
    listed = Listed(
        listing=NOWCASTS,
        fetch=nowcasts_of(query.model_dump(include={*NAMES, "datastream"})),
        filters=query.model_dump(include=NAMES),
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["nowcasts_version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/anomalies", operation_id="anomalies", response_model=AnomalyList, responses=documented(ALL_FORMATS)
)
@router.get("/v1/anomalies.{extension}", include_in_schema=False)
async def list_anomalies(request: Request, hub: HubHere, query: AnomaliesQuery) -> Response:
    filters = query.model_dump(include={*NAMES, "datastream", "start", "end"})
    listed = Listed(
        listing=ANOMALIES,
        fetch=anomalies_of({**filters, "is_open": query.open}),
        filters=query.model_dump(include=NAMES),
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["anomalies_version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)
