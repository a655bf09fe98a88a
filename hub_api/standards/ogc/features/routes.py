"""``/ogc/collections/{collection}/items``: features, a page or one, for programs and for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from citycore.language import Language
from hub_api.city.status.words import local_time
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.slow import slow
from hub_api.serving.texts import language_of
from hub_api.standards.ogc.answers import (
    bytes_answer,
    chosen_format,
    crs_header,
    etag_of,
    json_answer,
    page_answer,
    text_of,
    told_warnings,
)
from hub_api.standards.ogc.errors import NoSuchCollection, NoSuchFeature, shorten
from hub_api.standards.ogc.features.model import COLLECTIONS, Collection
from hub_api.standards.ogc.features.question import read_question, write_cursor
from hub_api.standards.ogc.features.service import Page, extent_of, read_one, read_page, written
from hub_api.standards.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    Link,
    address,
    alternates,
    link,
    own_address,
    root_of,
)
from hub_api.standards.ogc.parameters import check_names, read_crs
from hub_api.standards.ogc.state import ogc_of

router = APIRouter(include_in_schema=False)
FORMATS: Mapping[str, str] = {"json": GEOJSON, "html": HTML}
Handler = Callable[..., Awaitable[Response]]


class Given(BaseModel):
    """Whatever was given: what a resource takes depends on its collection, and :mod:`question` reads it."""

    model_config = ConfigDict(extra="allow")


GivenQuery = Annotated[Given, Query()]
CollectionPath = Annotated[str, Path()]


def known_collection(name: str) -> Collection:
    """:class:`NoSuchCollection` for any other."""
    found = COLLECTIONS.get(name)
    if found is None:
        raise NoSuchCollection(name=shorten(name), known=", ".join(COLLECTIONS))
    return found


def cache_seconds_of(hub: Hub, collection: Collection) -> int:
    """How long what is told of a collection may be kept."""
    settings = hub.settings
    return settings.live_cache_seconds if collection.is_live else settings.registry_cache_seconds


def items_of(collection: Collection) -> Handler:
    """The page of one collection, at a path without variables: that is the short way to a handler."""

    @slow
    async def list_items(request: Request, hub: HubHere, query: GivenQuery) -> Response:
        del query
        return await answer_items(request, hub, collection)

    return list_items


for _one in COLLECTIONS.values():
    router.add_api_route(f"/ogc/collections/{_one.name}/items", items_of(_one), methods=["GET"])


@router.get("/ogc/collections/{collection}/items")
async def list_unknown(collection: CollectionPath, _: GivenQuery) -> Response:
    """Only for names that are none: the others have routes of their own."""
    known_collection(collection)
    raise AssertionError(collection)


@router.get("/ogc/collections/{collection}/items/{feature:path}")
async def show_item(
    request: Request, hub: HubHere, collection: CollectionPath, feature: str, _: GivenQuery
) -> Response:
    """One feature."""
    known = known_collection(collection)
    check_names(dict(request.query_params), ("crs",))
    read_crs("crs", request.query_params.get("crs"))
    chosen = chosen_format(request, FORMATS)
    found = await read_one(hub, known, feature)
    if found is None:
        raise NoSuchFeature(collection=known.name, name=shorten(feature))
    seconds, language = cache_seconds_of(hub, known), language_of(request)
    text, here = text_of(language), address(root_of(request), "collections", known.name)
    if chosen == "html":
        rows = [(text(f"property.{name}"), shown(value, text)) for name, value in found["properties"].items()]
        return page_answer(
            request,
            "item",
            str(found["id"]),
            seconds,
            collection=known.name,
            rows=rows,
            as_json=own_address(request, f="json"),
        )
    links = [
        *alternates(request, chosen, _offered(text("link.item"))),
        link(here, "collection", JSON, text("link.collection")),
    ]
    return json_answer(request, {**found, "links": links}, seconds, GEOJSON, **crs_header())


async def answer_items(request: Request, hub: Hub, collection: Collection) -> Response:
    """A page of features."""
    ogc = ogc_of(request)
    chosen = chosen_format(request, FORMATS)
    box, _, _ = (
        await extent_of(hub, ogc, collection) if "bbox" in request.query_params else (None, None, None)
    )
    asked = read_question(request, hub, collection, ogc.settings, box)
    page = await read_page(hub, ogc, asked)
    following = None
    if page.next_key is not None:
        following = own_address(request, cursor=write_cursor(request, hub, page.next_key))
    if chosen == "html":
        return _as_page(request, hub, collection, page, following)
    return _as_geojson(request, hub, collection, page, following)


def _offered(title: str) -> Sequence[tuple[str, str, str]]:
    return (("json", GEOJSON, title), ("html", HTML, title))


def _as_geojson(
    request: Request, hub: Hub, collection: Collection, page: Page, following: str | None
) -> Response:
    language = language_of(request)
    text = text_of(language)
    links: list[Link] = [
        *alternates(request, "json", _offered(text("link.items"))),
        link(
            address(root_of(request), "collections", collection.name),
            "collection",
            JSON,
            text("link.collection"),
        ),
    ]
    headers = crs_header()
    if following is not None:
        links.append(link(following, "next", GEOJSON, text("link.next")))
        headers["Link"] = f'<{following}>; rel="next"; type="{GEOJSON}"'
    features = written(page.features)
    told: dict[str, Any] = {"type": "FeatureCollection", "links": links}
    if page.count is not None:
        told["numberMatched"] = page.count
    told["numberReturned"] = len(page.features)
    if page.warned:
        told["warnings"] = told_warnings(page.warned, language)
    # The time is of the answer and not of the data: an ETag leaves it out.
    etag = etag_of(request, orjson.dumps(told), features)
    told["timeStamp"] = hub.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    body = b"".join([orjson.dumps(told)[:-1], b',"features":', features, b"}"])
    return bytes_answer(request, body, GEOJSON, cache_seconds_of(hub, collection), etag=etag, **headers)


def _as_page(
    request: Request, hub: Hub, collection: Collection, page: Page, following: str | None
) -> Response:
    language = language_of(request)
    text = text_of(language)
    names = columns_shown(collection, language)
    counted = text("page.none")
    if page.features:
        key = "page.shown" if page.count is None else "page.matched"
        counted = text(key, shown=len(page.features), count=page.count)
    here = address("/ogc", "collections", collection.name, "items")
    features = [
        {
            "id": one["id"],
            "href": f"{here}{address('', one['id'], f='html', lang=language)}",
            "cells": [shown(one["properties"][name], text) for name in names],
        }
        for one in page.features
    ]
    return page_answer(
        request,
        "items",
        text(f"collection.{collection.name}.title"),
        cache_seconds_of(hub, collection),
        collection=collection.name,
        labels=[text(f"property.{name}") for name in names],
        features=features,
        counted=counted,
        warnings=told_warnings(page.warned, language),
        next=following,
        as_json=own_address(request, f="json"),
    )


def columns_shown(collection: Collection, language: Language) -> list[str]:
    """The properties that a list for people has: of names only those in their language."""
    known = {one.name for one in collection.properties}
    return [name if name in known else f"{name}_{language}" for name in collection.shown]


def shown(value: object, text: Callable[..., str]) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return text("page.yes" if value else "page.no")
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
