"""``/v1/bulk``: whole local days as Parquet files, and the manifest that lists them."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from citycore.partitions import COLUMNS
from hub_api.city.bulk.model import BulkFile
from hub_api.city.bulk.repository import fetch_files, file_element, file_key, file_of
from hub_api.city.bulk.response import FileResponse, file_headers
from hub_api.city.bulk.schemas import BulkList, BulkQuery, DatasetBulkParameters, DatasetBulkQuery, DatePath
from hub_api.city.bulk.service import find_file, open_file, report_damage
from hub_api.city.datasets.schemas import DatasetPath
from hub_api.serving.answers import Page, cache_for, freshness
from hub_api.serving.errors import PreconditionFailed, RangeNotSatisfiable
from hub_api.serving.formats import MEDIA_TYPES
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters
from hub_api.serving.preconditions import Conditions, Verdict
from hub_api.serving.ranges import Span, wanted_span
from hub_api.serving.validators import is_known, not_after, not_modified, weak_etag

router = APIRouter()


class ParquetFile(Response):
    """For the documentation; the answer itself is a :class:`FileResponse`."""

    media_type = MEDIA_TYPES["parquet"]


#: What it is for programs that know no Parquet, if they ask for it.
OCTETS = "application/octet-stream"
FILE: dict[str, Any] = {
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in (MEDIA_TYPES["parquet"], OCTETS)
    }
}
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: FILE,
    206: {**FILE, "description": "The range that was asked for"},
}


@router.get("/v1/bulk", operation_id="bulk", response_model=BulkList)
async def list_files(request: Request, hub: HubHere, query: BulkQuery) -> Response:
    return await _manifest(request, hub, query, query.dataset)


@router.get("/v1/bulk/{dataset}", operation_id="dataset_bulk", response_model=BulkList)
async def list_dataset_files(
    request: Request, hub: HubHere, dataset: DatasetPath, query: DatasetBulkQuery
) -> Response:
    return await _manifest(request, hub, query, dataset)


@router.get(
    "/v1/bulk/{dataset}/{date}.parquet",
    operation_id="bulk_file",
    response_class=ParquetFile,
    responses=FILE_ANSWERS,
)
async def send_file(
    request: Request, hub: HubHere, dataset: DatasetPath, date: DatePath, _: NoParameters
) -> Response:
    known = await find_file(hub, dataset, date)
    if (settled := _settled(request, hub, known)) is not None:
        return settled
    file, descriptor = await open_file(hub, known)
    try:
        if file != known and (settled := _settled(request, hub, file)) is not None:
            os.close(descriptor)
            return settled
        span = _span(request, file)
    except (PreconditionFailed, RangeNotSatisfiable):
        os.close(descriptor)
        raise
    answer = FileResponse(
        _dated(hub, file),
        descriptor,
        span,
        settings=hub.settings,
        damaged=partial(report_damage, hub, file),
    )
    if request.headers.get("accept", "").partition(";")[0].strip().lower() == OCTETS:
        answer.headers["Content-Type"] = OCTETS
    return answer


def _settled(request: Request, hub: Hub, file: BulkFile) -> Response | None:
    """The answer that the request's conditions give without the file, if they do; a range comes after them."""
    dated = _dated(hub, file)
    fields = request.headers.getlist
    conditions = Conditions(
        if_match=fields("if-match"),
        if_unmodified_since=fields("if-unmodified-since"),
        if_none_match=fields("if-none-match"),
        if_modified_since=fields("if-modified-since"),
    )
    verdict = conditions.verdict(dated.etag, dated.generated_at.replace(microsecond=0))
    if verdict is Verdict.FAILED:
        raise PreconditionFailed(dated.etag)
    return not_modified(file_headers(dated)) if verdict is Verdict.NOT_MODIFIED else None


def _dated(hub: Hub, file: BulkFile) -> BulkFile:
    """As the answer dates it, never after itself."""
    return replace(file, generated_at=not_after(file.generated_at, hub.clock()))


def _span(request: Request, file: BulkFile) -> Span | None:
    # Of the methods that we answer only GET has ranges (RFC 9110, 14.2).
    field = None if request.scope.get("is_head") else request.headers.get("range")
    return wanted_span(field, request.headers.get("if-range"), file.etag, file.byte_count)


async def _manifest(
    request: Request, hub: Hub, query: DatasetBulkParameters, dataset: str | None
) -> Response:
    page = Page(request, hub, query, str)
    filters = {"dataset": dataset, "first_date": query.first_date, "last_date": query.last_date}
    rows = await fetch_files(hub.database, filters, page.after, page.rows_wanted)
    if not rows and dataset is not None:
        await check_name(hub, "dataset", dataset)
    headers = {
        "ETag": weak_etag(request.url.path, request.url.query, rows),
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    zones = {file_of(row).zone for row in rows}
    meta = {
        **freshness(hub.clock(), await hub.newest_phenomenon_time()),
        "zone": min(zones) if len(zones) == 1 else None,
        "media_type": MEDIA_TYPES["parquet"],
        "columns": [{"name": name, "type": kind} for name, kind in COLUMNS.items()],
    }
    return page.answer(
        rows,
        key=file_key,
        elements=lambda some: [file_element(row) for row in some],
        meta=meta,
        headers=headers,
    )
