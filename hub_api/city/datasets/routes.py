"""``/v1/datasets``: what there is, under which licence, from when to when, and every way to get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from hub_api.city.datasets.repository import dataset_key, dataset_of, fetch_datasets, fetch_page
from hub_api.city.datasets.rules import dataset_element
from hub_api.city.datasets.schemas import DatasetList, DatasetPath, DatasetsQuery, OneDataset
from hub_api.city.linking import LinkingHere
from hub_api.serving.answers import Page, cache_for, freshness, json_answer
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter()


@router.get("/v1/datasets", operation_id="datasets", response_model=DatasetList)
async def list_datasets(request: Request, hub: HubHere, query: DatasetsQuery) -> Response:
    page = Page(request, hub, query, str)
    rows = await fetch_page(hub.database, page.after, page.rows_wanted)
    as_of = hub.clock()
    headers = {
        "ETag": weak_etag(request.url.path, request.url.query, rows),
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
        "Link": _same_as_rdf(request),
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return page.answer(
        rows,
        key=dataset_key,
        elements=lambda some: [dataset_element(dataset_of(row), as_of) for row in some],
        meta=freshness(as_of, await hub.newest_phenomenon_time()),
        headers=headers,
    )


@router.get("/v1/datasets/{dataset}", operation_id="dataset", response_model=OneDataset)
async def show_dataset(
    request: Request, hub: HubHere, linking: LinkingHere, dataset: DatasetPath, _: NoParameters
) -> Response:
    found = await fetch_datasets(hub.database, [dataset])
    if not found:
        await check_name(hub, "dataset", dataset)
    as_of = hub.clock()
    meta = freshness(as_of, found[0].newest_phenomenon_time)
    challenges = await linking(hub, "dataset", dataset)
    told = dataset_element(found[0], as_of) | {"challenges": challenges}
    return _answer(request, hub, [*found, challenges], {"data": told, "meta": meta})


def _answer(request: Request, hub: Hub, parts: Sequence[object], content: Mapping[str, object]) -> Response:
    etag = weak_etag(request.url.path, [repr(one) for one in parts])
    answer = json_answer(content, cache_seconds=hub.settings.live_cache_seconds)
    answer.headers["ETag"] = etag
    answer.headers["Link"] = _same_as_rdf(request)
    if is_known(request, etag):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control", "Link")})
    return answer


def _same_as_rdf(request: Request) -> str:
    """The header field that leads there who asks for it by name."""
    return f'<{request.url.path.replace("/v1/datasets", "/catalog")}>; rel="alternate"; type="text/turtle"'
