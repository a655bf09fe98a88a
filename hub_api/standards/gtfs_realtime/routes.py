"""``/gtfs-rt/…``: three feeds of GTFS Realtime, and what they refer to."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from hub_api.serving.answers import cache_for, json_answer
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.names.service import check_name
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.transport.coders import takes_gzip
from hub_api.serving.validators import is_known, last_modified, not_modified
from hub_api.standards.gtfs_realtime.model import KINDS, Feed, Kind
from hub_api.standards.gtfs_realtime.schemas import (
    PROTOBUF,
    SYNONYMS,
    FeedParameters,
    FeedQuery,
    FeedReadable,
    ScheduleList,
)
from hub_api.standards.gtfs_realtime.service import Feeds

router = APIRouter()
ROOT = "/gtfs-rt"
ACCEPT_CHARACTERS_MAX = 1_000
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A FeedMessage of GTFS Realtime 2.0",
        "content": {PROTOBUF: {"schema": {"type": "string", "format": "binary"}}},
        "model": FeedReadable,
    }
}


@router.get(ROOT, operation_id="gtfs_realtime", response_model=ScheduleList)
async def list_feeds(request: Request, hub: HubHere, _: NoParameters) -> Response:
    feeds: Feeds = request.app.state.gtfs_realtime
    url = base_url(request)
    known = await feeds.schedules(hub)
    content = {
        "data": [
            {
                "source": source,
                "agency": row[2],
                "zone": row[3],
                "feed_version": row[4][:12],
                "valid_from": row[5],
                "valid_until": row[6],
                "loaded_at": row[7],
                "routes_url": f"{url}/v1/transport/routes?source={source}",
                "feeds": {kind: f"{url}{ROOT}/{kind}?source={source}" for kind in KINDS},
            }
            for source, row in sorted(known.items())
        ],
        "feeds": {kind: f"{url}{ROOT}/{kind}" for kind in KINDS},
        "window_seconds": feeds.settings.window_seconds,
    }
    return json_answer(content, cache_seconds=feeds.settings.window_seconds)


@router.get(
    f"{ROOT}/vehicle-positions",
    operation_id="gtfs_realtime_vehicle_positions",
    response_class=Response,
    responses=DOCUMENTED,
)
@router.get(f"{ROOT}/vehicle-positions.pb", include_in_schema=False)
async def vehicle_positions(request: Request, hub: HubHere, query: FeedQuery) -> Response:
    return await _answer(request, hub, query, "vehicle-positions")


@router.get(
    f"{ROOT}/trip-updates",
    operation_id="gtfs_realtime_trip_updates",
    response_class=Response,
    responses=DOCUMENTED,
)
@router.get(f"{ROOT}/trip-updates.pb", include_in_schema=False)
async def trip_updates(request: Request, hub: HubHere, query: FeedQuery) -> Response:
    return await _answer(request, hub, query, "trip-updates")


@router.get(
    f"{ROOT}/alerts", operation_id="gtfs_realtime_alerts", response_class=Response, responses=DOCUMENTED
)
@router.get(f"{ROOT}/alerts.pb", include_in_schema=False)
async def alerts(request: Request, hub: HubHere, query: FeedQuery) -> Response:
    return await _answer(request, hub, query, "alerts")


async def _answer(request: Request, hub: Hub, query: FeedParameters, kind: Kind) -> Response:
    feeds: Feeds = request.app.state.gtfs_realtime
    if query.source is not None and query.source not in await feeds.schedules(hub):
        await check_name(hub, "source", query.source)
    feed = await feeds.feed(hub, kind, query.source, base_url(request))
    media_type = _media_type(request, query)
    newest = None if feed.newest is None else datetime.fromtimestamp(feed.newest, UTC)
    headers = {
        "ETag": feed.version if media_type != "application/json" else f'{feed.version[:-1]}.json"',
        "Cache-Control": cache_for(feeds.settings.window_seconds),
        "Vary": "Accept, Accept-Encoding",
        **last_modified(newest, hub.clock()),
    }
    if _has_it(request, headers["ETag"], feed.changed_at):
        return not_modified(headers)
    if media_type == "application/json":
        return Response(await feeds.readable(feed), media_type=media_type, headers=headers)
    return _sent(request, feed, media_type, headers)


def _sent(request: Request, feed: Feed, media_type: str, headers: dict[str, str]) -> Response:
    is_packed = takes_gzip(request.headers.get("accept-encoding", "")) and len(feed.packed) < len(
        feed.protobuf
    )
    coding = {"Content-Encoding": "gzip"} if is_packed else {}
    body = feed.packed if is_packed else feed.protobuf
    return Response(body, media_type=media_type, headers={**headers, **coding})


def _media_type(request: Request, query: FeedParameters) -> str:
    """By ``f=`` and the path, else by ``Accept``; protobuf where that does not ask for JSON alone."""
    if query.f == "json":
        return "application/json"
    accept = request.headers.get("accept", "")[:ACCEPT_CHARACTERS_MAX].lower()
    wanted = [part.partition(";")[0].strip() for part in accept.split(",")]
    if query.f is None and not request.url.path.endswith(".pb"):
        first = next((each for each in wanted if each in {"application/json", PROTOBUF, *SYNONYMS}), None)
        if first == "application/json":
            return first
    return next((each for each in wanted if each in {PROTOBUF, "application/protobuf"}), PROTOBUF)


def _has_it(request: Request, etag: str, changed_at: int | None) -> bool:
    """Whether whoever asks has this state (RFC 9110, 13.2.2): by its ETag, and only without one by when it changed."""
    if "if-none-match" in request.headers:
        return is_known(request, etag)
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since).timestamp()
    except (TypeError, ValueError, OverflowError):  # no date: the field does not count
        return False
