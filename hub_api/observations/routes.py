"""``/v1/observations``: the history of one datastream, raw or by the hour."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from hub_api.answers import Page, freshness
from hub_api.datastreams.repository import fetch_newest
from hub_api.datastreams.service import select_datastream
from hub_api.errors import invalid
from hub_api.hub import Hub, HubHere
from hub_api.observations.export import CsvExport
from hub_api.observations.repository import (
    Window,
    element_of,
    fetch_observations,
    observation_key,
    stream_csv,
)
from hub_api.observations.rules import (
    Series,
    after_position,
    csv_header,
    file_name,
    position_text,
    series_of,
    wanted_format,
)
from hub_api.observations.schemas import ObservationList, ObservationsParameters, ObservationsQuery

router = APIRouter()
CSV_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get(
    "/v1/observations", operation_id="observations", response_model=ObservationList, responses=CSV_CONTENT
)
async def list_observations(request: Request, hub: HubHere, query: ObservationsQuery) -> Response:
    query.check_selection(is_required=True)
    as_csv = wanted_format(query.f, request.headers.get("accept", "")) == "csv"
    _check_format(query, as_csv=as_csv)
    datastream = await select_datastream(hub, query)
    series = series_of(datastream["result_type"], query.bucket)
    if series is None:
        raise invalid("bucket", "no_hours", result_type=datastream["result_type"])
    if as_csv:
        return _export(hub, query, datastream, series)
    return await _page(request, hub, query, datastream, series)


def _check_format(query: ObservationsParameters, *, as_csv: bool) -> None:
    if as_csv and query.cursor is not None:
        raise invalid("cursor", "json_only")
    for name in ("bom", "trailer"):
        if not as_csv and getattr(query, name):
            raise invalid(name, "csv_only")


async def _page(
    request: Request, hub: Hub, query: ObservationsParameters, datastream: dict[str, Any], series: Series
) -> Response:
    page = Page(request, hub, query)
    start, end = query.start, query.end
    if page.after is not None:
        start, end = after_position(start, end, datetime.fromisoformat(str(page.after)), query.order)
    rows = await fetch_observations(
        hub.database,
        Window(
            datastream=datastream["datastream"], series=series, start=start, end=end, order=query.order,
            rows=page.rows_wanted,
        ),
    )  # fmt: skip
    newest = await fetch_newest(hub.database, datastream["datastream"])
    return page.answer(
        rows, key=lambda row: position_text(observation_key(row)), element=element_of(series),
        meta={**freshness(hub.clock(), newest), "datastream": datastream},
        cache_seconds=hub.settings.live_cache_seconds,
    )  # fmt: skip


def _export(hub: Hub, query: ObservationsParameters, datastream: dict[str, Any], series: Series) -> Response:
    window = Window(
        datastream=datastream["datastream"], series=series, start=query.start, end=query.end,
        order=query.order, rows=query.limit,
    )  # fmt: skip
    simulated = bool(datastream["simulated"])
    name = file_name(datastream["thing"], datastream["observed_property"], query.bucket, simulated=simulated)
    rows = partial(
        stream_csv, hub.database, window, simulated=simulated, block_bytes=hub.settings.export_block_bytes
    )
    return CsvExport(
        csv_header(series, datastream["unit"], bom=query.bom), rows, trailer=query.trailer,
        seconds_max=hub.settings.export_seconds_max,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": f"public, max-age={hub.settings.live_cache_seconds}",
            "Vary": "Accept",
        },
    )  # fmt: skip
