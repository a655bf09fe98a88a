"""``/changes`` for people, ``/changes.atom`` and ``/changes.json`` for programs: one model."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from hub_api.developers.changes.model import Change
from hub_api.developers.changes.rules import entry_url, feed_urn, json_feed
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.layout import TEMPLATES, base_url, page
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter(include_in_schema=False)


@router.get("/changes")
async def changes(request: Request, hub: HubHere, _: NoParameters) -> Response:
    return page(
        request,
        "developers/changes/page.html",
        title=TEXTS.text("changes.title", language_of(request)),
        here="changes",
        cache_seconds=hub.settings.registry_cache_seconds,
        changes=_changes(request),
    )


@router.get("/changes.atom")
async def atom(request: Request, hub: HubHere, _: NoParameters) -> Response:
    language = language_of(request)
    body = TEMPLATES.get_template("developers/changes/feed.xml").render(
        changes=_changes(request),
        language=language,
        base_url=base_url(request),
        entry_url=entry_url,
        urn=feed_urn(),
        title=TEXTS.text("changes.title", language),
        author=TEXTS.text("pages.brand", language),
    )
    return _feed(
        request, body.encode(), "application/atom+xml; charset=utf-8", hub.settings.registry_cache_seconds
    )


@router.get("/changes.json")
async def json(request: Request, hub: HubHere, _: NoParameters) -> Response:
    body = orjson.dumps(json_feed(_changes(request), language_of(request), base_url(request)))
    return _feed(request, body, "application/feed+json", hub.settings.registry_cache_seconds)


def _feed(request: Request, body: bytes, media_type: str, cache_seconds: int) -> Response:
    headers = {
        "ETag": weak_etag(body.decode()),
        "Vary": "Accept-Language",
        "Cache-Control": f"public, max-age={cache_seconds}",
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return Response(body, media_type=media_type, headers=headers)


def _changes(request: Request) -> tuple[Change, ...]:
    known: tuple[Change, ...] = request.app.state.changes
    return known
