"""``/v1/transport/…``: routes and how they run, travel times, roads and car parks, by the hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, LiteralString

from fastapi import APIRouter, Request, Response

from hub_api.city.sources.repository import sources_of
from hub_api.city.transport.announced import SERVICE_ALERTS
from hub_api.city.transport.keys import INSTANT, TEXT, WHOLE, pages_of, window_of
from hub_api.city.transport.repository import (
    QUERIES,
    ROADS,
    ROUTES,
    parking_listing,
    performance_listing,
    segments_listing,
)
from hub_api.city.transport.schemas import (
    FixedQuery,
    PerformanceQuery,
    RoutesQuery,
    SegmentsQuery,
    ServiceAlertsQuery,
    TransportParkingList,
    TransportPerformanceList,
    TransportRoadList,
    TransportRouteList,
    TransportSegmentList,
    TransportServiceAlertList,
)
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import ALL_FORMATS, PLAIN_FORMATS, documented
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.lists.model import Listing
from hub_api.serving.parameters import ExportQuery

router = APIRouter()
ROAD_PROPERTIES = ("vehicle_flow", "vehicle_count", "vehicle_speed", "vehicle_occupancy")
PARKING_PROPERTIES = (
    "free_spaces",
    "occupied_spaces",
    "total_spaces",
    "parking_occupancy",
    "parking_duration",
)


@router.get(
    "/v1/transport/routes",
    operation_id="transport_routes",
    response_model=TransportRouteList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/transport/routes.{extension}", include_in_schema=False)
async def list_routes(request: Request, hub: HubHere, query: RoutesQuery) -> Response:
    asked = query.model_dump(include={"source", "route"})
    fetch = pages_of(QUERIES["routes"], asked, (TEXT, TEXT))
    await _check_route(hub, asked)
    listed = Listed(
        listing=ROUTES,
        fetch=fetch,
        filters={"source": query.source},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.registry_cache_seconds,
        version=QUERIES["version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/transport/service-alerts",
    operation_id="transport_service_alerts",
    response_model=TransportServiceAlertList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/transport/service-alerts.{extension}", include_in_schema=False)
async def list_service_alerts(request: Request, hub: HubHere, query: ServiceAlertsQuery) -> Response:
    asked = query.model_dump(include={"source", "route", "stop", "open"})
    listed = Listed(
        listing=SERVICE_ALERTS,
        fetch=pages_of(QUERIES["service_alerts"], asked, (TEXT, TEXT)),
        filters={"source": query.source},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["service_alerts_version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/transport/performance",
    operation_id="transport_performance",
    response_model=TransportPerformanceList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/transport/performance.{extension}", include_in_schema=False)
async def list_performance(request: Request, hub: HubHere, query: PerformanceQuery) -> Response:
    asked = query.model_dump(include={"source", "route", "direction", "stop", "bucket", "by", "timepoints"})
    await _check_route(hub, asked)
    asked |= window_of(query, request.app.state.transport, hub.clock())
    kinds = (INSTANT, TEXT, TEXT, WHOLE, TEXT)
    return await _answer(
        request, hub, query, performance_listing(query.bucket), ("performance", asked, kinds)
    )


@router.get(
    "/v1/transport/segments",
    operation_id="transport_segments",
    response_model=TransportSegmentList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/transport/segments.{extension}", include_in_schema=False)
async def list_segments(request: Request, hub: HubHere, query: SegmentsQuery) -> Response:
    asked = query.model_dump(include={"source", "route", "direction", "stop", "bucket"}) | {"by": "stop"}
    await _check_route(hub, asked)
    asked |= window_of(query, request.app.state.transport, hub.clock())
    kinds = (INSTANT, TEXT, TEXT, WHOLE, TEXT, TEXT)
    return await _answer(request, hub, query, segments_listing(query.bucket), ("segments", asked, kinds))


@router.get(
    "/v1/transport/roads",
    operation_id="transport_roads",
    response_model=TransportRoadList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/transport/roads.{extension}", include_in_schema=False)
async def list_roads(request: Request, hub: HubHere, query: FixedQuery) -> Response:
    asked = _of_things(request, hub, query, ROAD_PROPERTIES)
    return await _answer(request, hub, query, ROADS, ("roads", asked, (TEXT, INSTANT)))


@router.get(
    "/v1/transport/parking",
    operation_id="transport_parking",
    response_model=TransportParkingList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/transport/parking.{extension}", include_in_schema=False)
async def list_parking(request: Request, hub: HubHere, query: FixedQuery) -> Response:
    asked = _of_things(request, hub, query, PARKING_PROPERTIES)
    listing = parking_listing(request.app.state.transport)
    return await _answer(request, hub, query, listing, ("parking", asked, (TEXT, INSTANT)))


def _of_things(request: Request, hub: Hub, query: FixedQuery, properties: tuple[str, ...]) -> dict[str, Any]:
    asked = query.model_dump(include={"thing", "place", "source"})
    window = window_of(query, request.app.state.transport, hub.clock())
    return {**asked, **window, "properties": list(properties)}


async def _answer(
    request: Request,
    hub: Hub,
    query: ExportQuery,
    listing: Listing,
    asked: tuple[str, dict[str, Any], tuple[str, ...]],
) -> Response:
    statement, parameters, kinds = asked
    is_of_roll_ups = "properties" in parameters
    newest: Callable[[], Awaitable[Any]] = hub.newest_phenomenon_time
    version: LiteralString = QUERIES["rollup_version" if is_of_roll_ups else "version"]
    listed = Listed(
        listing=listing,
        fetch=pages_of(QUERIES[statement], parameters, kinds),
        filters={name: parameters.get(name) for name in ("thing", "place", "source")},
        offered=ALL_FORMATS,
        newest=newest,
        cache_seconds=hub.settings.live_cache_seconds,
        version=version,
        sources=sources_of(hub.database, parameters["source"]),
    )
    return await answer_list(request, hub, query, listed)


async def _check_route(hub: Hub, asked: dict[str, Any]) -> None:
    """``UnknownName`` for a route or stop that no schedule has; without any schedule an answer is empty."""
    for parameter in ("route", "stop"):
        name = asked.get(parameter)
        if name is None:
            continue
        wanted = {"name": name, "names_max": hub.settings.known_names_max}
        known = [row[0] for row in await hub.database.fetch(QUERIES[f"{parameter}_names"], wanted)]
        if known and known[0] != name:
            raise UnknownName(parameter, name, known)
