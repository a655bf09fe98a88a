"""``/v1/alerts``: what was raised, as open data, as an Atom feed, and each as CAP 1.2."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from hub_api.city.alerts.feeds import ATOM_MEDIA_TYPE, CAP_MEDIA_TYPE, atom_feed, cap_message, cap_url
from hub_api.city.alerts.repository import ALERTS, QUERIES, alert_element, alerts_of, fetch_alerts
from hub_api.city.alerts.schemas import AlertList, AlertsQuery
from hub_api.city.sources.repository import sources_of
from hub_api.serving.answers import cache_for
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import ALL_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter()
NAMES = {"thing", "place", "source"}
FILTERS = {*NAMES, "rule", "severity", "start", "end"}
FEED_ROWS = 100


@router.get("/v1/alerts.atom", include_in_schema=False)
async def feed(request: Request, hub: HubHere, _: NoParameters) -> Response:
    language = language_of(request)
    rows = await fetch_alerts(hub.database, FEED_ROWS, {})
    title, author = (TEXTS.text(key, language) for key in ("operation.alerts.summary", "pages.brand"))
    body = atom_feed([alert_element(row) for row in rows], language, title, author, base_url(request))
    return _xml(request, hub, body, f"{ATOM_MEDIA_TYPE}; charset=utf-8")


@router.get("/v1/alerts/{alert}.cap", include_in_schema=False)
async def message(
    request: Request, hub: HubHere, alert: Annotated[UUID, Path()], _: NoParameters
) -> Response:
    rows = await fetch_alerts(hub.database, 1, {"alert": alert})
    if not rows:
        raise UnknownName("alert", alert)
    url = base_url(request)
    body = cap_message(alert_element(rows[0]), f"falaj@{request.url.hostname}", cap_url(url, str(alert)))
    return _xml(request, hub, body, f"{CAP_MEDIA_TYPE}; charset=utf-8")


def _xml(request: Request, hub: HubHere, body: bytes, media_type: str) -> Response:
    headers = {
        "ETag": weak_etag(body.decode()),
        "Vary": "Accept-Language",
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("/v1/alerts", operation_id="alerts", response_model=AlertList, responses=documented(ALL_FORMATS))
@router.get("/v1/alerts.{extension}", include_in_schema=False)
async def list_alerts(request: Request, hub: HubHere, query: AlertsQuery) -> Response:
    listed = Listed(
        listing=ALERTS,
        fetch=alerts_of({**query.model_dump(include=FILTERS), "is_open": query.open}),
        filters=query.model_dump(include=NAMES),
        offered=ALL_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["version"],
        sources=sources_of(hub.database, query.source),
    )
    return await answer_list(request, hub, query, listed)
