"""The answer to any list: a page of JSON, or the whole list in another format."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, LiteralString

import orjson
from fastapi import Request, Response

from citycore.clock import CITY_ZONE
from citycore.language import DEFAULT_LANGUAGE
from citycore.store.queries import load_queries
from hub_api.serving.answers import Page, cache_for, freshness
from hub_api.serving.areas import check_area
from hub_api.serving.database import Row
from hub_api.serving.elements import keys_of
from hub_api.serving.exports.ready import shown_before
from hub_api.serving.exports.response import Blocks, Export
from hub_api.serving.exports.sheets import SheetWriter, Workbook
from hub_api.serving.exports.tables import TableWriter
from hub_api.serving.exports.text import CsvText, GeojsonText, NdjsonText
from hub_api.serving.exports.writers import Writer
from hub_api.serving.formats import EXTENSIONS, Format, requested_format
from hub_api.serving.hub import Hub
from hub_api.serving.lists.fields import keeping, narrowed
from hub_api.serving.lists.model import Element, Fetch, FetchSources, Listing
from hub_api.serving.lists.tables import RecordBatches, rows_maker
from hub_api.serving.names.service import check_names, check_several
from hub_api.serving.paging import Key
from hub_api.serving.parameters import ExportQuery
from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.hosts import show_host
from hub_api.serving.validators import is_known, known_version, last_modified, not_modified, weak_etag

QUERIES = load_queries("hub_api.serving.lists")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A question for a list: how its rows are fetched, and what it names."""

    listing: Listing
    fetch: Fetch
    filters: Mapping[str, object]
    offered: Collection[Format]
    #: When anything was observed last, where the rows themselves do not say it.
    newest: Callable[[], Awaitable[datetime | None]]
    cache_seconds: int
    #: Box and circle of the question, as it wrote them.
    area: tuple[str | None, str | None] = (None, None)
    #: What changes with anything that an export of it says.
    version: LiteralString = QUERIES["version"]
    #: What an export says of the sources that its rows come from.
    sources: FetchSources | None = None
    #: Under which licence it stands, as ``meta`` says it, where that is not a matter of sources.
    licence: Mapping[str, Any] | None = None
    #: What ``meta`` says besides.
    told: Mapping[str, Any] | None = None


async def answer_list(request: Request, hub: Hub, query: ExportQuery, listed: Listed) -> Response:
    """In whichever format is wanted; ``UnknownName`` if nothing fits because a name does not exist."""
    chosen = requested_format(request, query.f, listed.offered)
    query.check_format(chosen)
    if query.fields is not None:
        listed = replace(
            listed,
            listing=narrowed(
                listed.listing,
                query.fields,
                keys_of(request),
                is_table=chosen not in ("json", "ndjson", "geojson"),
            ),
        )
    if chosen == "json":
        return await _page(request, hub, query, listed)
    return shown_before(request, hub, chosen) or await _export(request, hub, query, listed, chosen)


async def _page(request: Request, hub: Hub, query: ExportQuery, listed: Listed) -> Response:
    page = Page(request, hub, query, listed.listing.key_type)
    rows = await listed.fetch(hub.database, page.after, page.rows_wanted)
    if rows:
        await check_several(hub, listed.filters)
    else:
        await check_names(hub, listed.filters)
        await check_area(hub, *listed.area)
    as_of, moment = hub.clock(), listed.listing.moment
    if moment is None:
        newest = await listed.newest()
    else:
        newest = max(map(moment, rows[: page.limit]), default=None)
    headers = _headers(listed, newest, as_of, weak_etag(request.url.path, request.url.query, rows))
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return page.answer(
        rows,
        key=listed.listing.key,
        elements=_told(listed.listing, as_of),
        meta=_meta(listed, as_of, newest),
        headers=headers,
    )


async def _export(request: Request, hub: Hub, query: ExportQuery, listed: Listed, chosen: Format) -> Response:
    await check_names(hub, listed.filters)
    await check_area(hub, *listed.area)
    (version,) = await hub.database.fetch(listed.version)
    as_of = hub.clock()
    etag = weak_etag(request.url.path, request.url.query, chosen, version)
    headers = _headers(listed, await listed.newest(), as_of, etag)
    if (known := known_version(request, etag)) is not None:
        return not_modified({**headers, "ETag": known})
    headers["Content-Disposition"] = f'attachment; filename="{listed.listing.name}.{EXTENSIONS[chosen]}"'
    if query.tells_question(chosen):
        show_host(request)
    few = await _few(hub, query.limit, listed, as_of)
    told = await _metadata(listed, str(request.url), as_of, few)
    writer = _writer(query, listed.listing, chosen, told, hub.settings)
    if few is None:
        rows = partial(_rows, hub, query.limit, listed, chosen, as_of)
    else:
        rows = partial(_known_rows, rows_maker(listed.listing, chosen), few)
    return Export(request, hub, chosen, writer, rows, headers=headers)


def _told(listing: Listing, as_of: datetime) -> Callable[[Sequence[Row]], list[Element]]:
    element = listing.element
    if listing.kept is None:
        return lambda rows: [element(row, as_of) for row in rows]
    return lambda rows: [keeping(listing, element(row, as_of)) for row in rows]


def _headers(listed: Listed, newest: datetime | None, as_of: datetime, etag: str) -> dict[str, str]:
    return {
        "Cache-Control": cache_for(listed.cache_seconds),
        "Vary": "Accept",
        "ETag": etag,
        **last_modified(newest, as_of),
    }


def _meta(listed: Listed, as_of: datetime, newest: datetime | None) -> dict[str, Any]:
    told = freshness(as_of, newest)
    if listed.listing.kept is not None:
        told["fields"] = listed.listing.kept
    if listed.told is not None:
        told |= listed.told
    return told if listed.licence is None else {**told, "licence": listed.licence}


async def _few(hub: Hub, limit: int | None, listed: Listed, as_of: datetime) -> list[Element] | None:
    """All elements, where they are few enough to be read before anything is said of their sources; else None."""
    if listed.sources is None or limit is None or limit > hub.settings.list_block_rows:
        return None
    rows = await listed.fetch(hub.database, None, limit)
    return [listed.listing.element(row, as_of) for row in rows]


def _sources_of(elements: Sequence[Element] | None) -> set[str] | None:
    """The codes of the sources of these elements; None where they are not known or one of them names none."""
    codes = [None] if elements is None else [element.get("source") for element in elements]
    known = {code for code in codes if code is not None}
    return None if None in codes else known


async def _metadata(
    listed: Listed, url: str, as_of: datetime, elements: Sequence[Element] | None
) -> dict[str, Any]:
    question = {"question": url, "as_of": as_of.isoformat()}
    if listed.licence is not None:
        return {
            **question,
            "licence": listed.licence["id"],
            "licence_url": listed.licence["url"] or "not stated",
        }
    if listed.sources is None:
        return question
    return {**question, "sources": await listed.sources(_sources_of(elements))}


def _writer(
    query: ExportQuery, listing: Listing, chosen: Format, told: Mapping[str, Any], settings: ServingSettings
) -> Writer:
    if chosen == "csv":
        titles = [column.name for column in listing.columns]
        return CsvText(
            titles, told if query.header == "metadata" else None, bom=query.bom, trailer=query.trailer
        )
    if chosen == "ndjson":
        return NdjsonText(trailer=query.trailer)
    if chosen == "geojson":
        return GeojsonText(told)
    if chosen == "xlsx":
        kinds = [(column.name, column.kind) for column in listing.columns]
        return SheetWriter(Workbook(kinds, told, CITY_ZONE.key, query.lang or DEFAULT_LANGUAGE), settings)
    texts = {
        name: fact if isinstance(fact, str) else orjson.dumps(fact).decode() for name, fact in told.items()
    }
    batches = RecordBatches(listing.columns, texts, has_geometry=chosen == "geoparquet")
    return TableWriter(batches, chosen, batch_rows=settings.export_batch_rows)


async def _rows(hub: Hub, limit: int | None, listed: Listed, chosen: Format, as_of: datetime) -> Blocks:
    """Block by block from one state of the database."""
    listing, make = listed.listing, rows_maker(listed.listing, chosen)
    after: Key | None = None
    async with hub.database.snapshot() as snapshot:
        while limit is None or limit > 0:
            wanted = min(limit or hub.settings.list_block_rows, hub.settings.list_block_rows)
            rows = await listed.fetch(snapshot, after, wanted)
            if rows:
                yield make([listing.element(row, as_of) for row in rows])
            if len(rows) < wanted:
                return
            after = listing.key(rows[-1])
            limit = None if limit is None else limit - wanted


async def _known_rows(make: Callable[[Sequence[Element]], Any], elements: Sequence[Element]) -> Blocks:
    """Those that were read already, as one block."""
    if elements:
        yield make(elements)
