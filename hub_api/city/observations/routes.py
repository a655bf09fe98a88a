"""``/v1/observations``: the history of datastreams, raw or in buckets, in every format."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from citycore.clock import CITY_ZONE
from citycore.language import DEFAULT_LANGUAGE
from hub_api.city.observations import repository, service
from hub_api.city.observations.batches import BatchMaker
from hub_api.city.observations.columns import csv_titles, json_columns, text_columns
from hub_api.city.observations.metadata import describe, licensing, quality_names, registered, zone_of
from hub_api.city.observations.model import OF_ONE_ZONE, Reading
from hub_api.city.observations.rules import (
    cache_control,
    file_name,
    position_of,
    position_text,
    read_position,
    series_of,
)
from hub_api.city.observations.schemas import (
    OTHERS,
    ObservationList,
    ObservationsParameters,
    ObservationsQuery,
)
from hub_api.city.observations.statements import Copied, page_columns
from hub_api.city.selection.model import Selection
from hub_api.city.selection.service import select
from hub_api.serving.answers import Page, freshness
from hub_api.serving.errors import invalid
from hub_api.serving.exports.ready import shown_before
from hub_api.serving.exports.response import Blocks, Export
from hub_api.serving.exports.sheets import SheetWriter, Workbook
from hub_api.serving.exports.tables import TableWriter
from hub_api.serving.exports.text import CsvText, GeojsonText, NdjsonText
from hub_api.serving.exports.writers import Writer
from hub_api.serving.formats import ALL_FORMATS, Format, documented, requested_format
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.moments import is_day, window_of
from hub_api.serving.transport.fields import field_of
from hub_api.serving.transport.hosts import show_host
from hub_api.serving.validators import (
    is_known,
    known_version,
    last_modified,
    not_modified,
    version_of,
    weak_etag,
)

router = APIRouter()
COPIED: Mapping[Format, Copied] = {
    "csv": "csv",
    "ndjson": "ndjson",
    "geojson": "geojson",
    "xlsx": "sheet",
}
FILTERS = ("datastream", *OTHERS)


@router.get(
    "/v1/observations",
    operation_id="observations",
    response_model=ObservationList,
    responses=documented(ALL_FORMATS),
)
@router.get("/v1/observations.{extension}", include_in_schema=False)
async def list_observations(request: Request, hub: HubHere, query: ObservationsQuery) -> Response:
    chosen = requested_format(request, query.f, ALL_FORMATS)
    query.check_selection()
    query.check_format(chosen)
    if chosen != "json" and (shown := shown_before(request, hub, chosen)) is not None:
        return shown
    reading = await _reading(hub, query)
    if chosen == "json":
        return await _page(request, hub, query, reading)
    await service.guard_cost(hub, reading, chosen, query.limit)
    return await _export(request, hub, query, reading, chosen)


async def _reading(hub: Hub, query: ObservationsParameters) -> Reading:
    selection = await select(hub, {name: getattr(query, name) for name in FILTERS}, is_one=query.is_one)
    if query.bucket != "raw" and not selection.is_one:
        selection = selection.only("measurement")
    series = series_of(selection.result_types, query.bucket, len(selection.zones))
    if series is None:
        raise invalid("bucket", "no_hours", result_type=selection.datastreams[0].result_type)
    start, end = window_of(query.start, query.end, _zone(selection))
    if start is not None and end is not None and start >= end:
        raise invalid("start", "start_not_before_end")
    return Reading(
        selection=selection,
        bucket=query.bucket,
        series=series,
        start=start,
        end=end,
        order=query.order,
        qualities=query.qualities,
        labels=query.labels,
        fields=query.fields,
    )


def _zone(selection: Selection) -> ZoneInfo:
    """Whose days a question means: those of the place where all are of one zone, else the city's."""
    return ZoneInfo(selection.zones[0]) if len(selection.zones) == 1 else CITY_ZONE


async def _page(request: Request, hub: Hub, query: ObservationsParameters, reading: Reading) -> Response:
    page = Page(request, hub, query, str)
    after = None if page.after is None else read_position(str(page.after))
    question, now = request.scope["query_string"].decode("latin-1"), hub.clock()
    headers = {"Cache-Control": cache_control(reading, now, hub.settings), "Vary": "Accept"}
    if field_of(request.scope, b"if-none-match") and reading.selection.is_one and after is None:
        version = await service.page_version(hub, reading, page.rows_wanted)
        etag = weak_etag(question, version)
        if version is not None and is_known(request, etag):
            return not_modified({**headers, "ETag": etag})
    rows, newest = await service.read_page(hub, reading, after, page.rows_wanted)
    width = len(page_columns(reading.series, is_one=reading.selection.is_one))
    last = _key(reading, width, rows[-1]) if rows else None
    etag = weak_etag(question, version_of([row[width] for row in rows], last))
    headers |= {"ETag": etag, **last_modified(newest, now)}
    if is_known(request, etag):
        return not_modified(headers)
    meta = await _meta(hub, query, reading, newest, now)
    return page.answer(
        rows,
        key=partial(_key, reading, width),
        elements=repository.elements_of(reading),
        meta=meta,
        headers=headers,
    )


def _key(reading: Reading, width: int, row: tuple[Any, ...]) -> str:
    number = None if reading.selection.is_one else row[width - 1]
    return position_of(position_text(row[0]), number)


async def _meta(
    hub: Hub, query: ObservationsParameters, reading: Reading, newest: datetime | None, now: datetime
) -> dict[str, Any]:
    meta = {
        **freshness(now, newest),
        "datastream_count": len(reading.selection.datastreams),
        "bucket": reading.bucket,
        "quality": quality_names(reading),
        **licensing(reading.selection),
    }
    if reading.selection.is_one:
        meta["datastream"] = reading.selection.datastreams[0].element
    if reading.series in OF_ONE_ZONE:
        meta["zone"] = zone_of(reading)
    if is_day(query.start) or is_day(query.end):
        zone = _zone(reading.selection).key
        meta["window"] = {"start": reading.start, "end": reading.end, "zone": zone}
    if reading.fields is not None:
        meta["fields"] = [column.name for column in json_columns(reading.layout)]
    if query.count is not None:
        meta["count"] = await service.count_rows(hub, reading, query.count)
    return meta


async def _export(
    request: Request, hub: Hub, query: ObservationsParameters, reading: Reading, chosen: Format
) -> Response:
    now = hub.clock()
    newest = await repository.fetch_newest(hub.database, reading.selection)
    versions = (await service.export_versions(hub, reading, now), registered(reading.selection))
    headers = {
        "Cache-Control": cache_control(reading, now, hub.settings),
        "Vary": "Accept",
        "ETag": weak_etag(request.url.path, request.url.query, chosen, versions),
        **last_modified(newest, now),
    }
    if (known := known_version(request, headers["ETag"])) is not None:
        return not_modified({**headers, "ETag": known})
    name = file_name(reading.selection, reading.bucket, chosen)
    writer = _writer(request, hub, query, reading, chosen)
    return Export(
        request,
        hub,
        chosen,
        writer,
        partial(_rows, hub, reading, chosen, query.limit),
        headers={**headers, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _writer(
    request: Request, hub: Hub, query: ObservationsParameters, reading: Reading, chosen: Format
) -> Writer:
    if query.tells_question(chosen):
        show_host(request)
    told = describe(reading, str(request.url), hub.clock())
    if chosen == "csv":
        unit = reading.selection.datastreams[0].unit if reading.selection.is_one else None
        titles = csv_titles(reading.layout, unit if query.header == "units" else None)
        return CsvText(
            titles, told if query.header == "metadata" else None, bom=query.bom, trailer=query.trailer
        )
    if chosen == "ndjson":
        return NdjsonText(trailer=query.trailer)
    if chosen == "geojson":
        return GeojsonText(told)
    if chosen == "xlsx":
        columns = [(column.name, column.kind) for column in text_columns(reading.layout)]
        zone = _zone(reading.selection).key
        return SheetWriter(Workbook(columns, told, zone, query.lang or DEFAULT_LANGUAGE), hub.settings)
    batches = BatchMaker(reading, told, has_geometry=chosen == "geoparquet")
    return TableWriter(batches, chosen, batch_rows=hub.settings.export_batch_rows)


async def _rows(hub: Hub, reading: Reading, chosen: Format, limit: int | None) -> Blocks:
    copied = COPIED.get(chosen, "binary")
    async with (
        hub.database.exporting() as connection,
        aclosing(service.export_rows(connection, reading, copied, limit, hub=hub)) as blocks,
    ):
        async for block in blocks:
            yield block
