"""``/v1/datasets``: what there is, under which licence, from when to when, and every way to get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from hub_api.city.datasets.repository import fetch_datasets
from hub_api.city.datasets.rules import dataset_element
from hub_api.city.datasets.schemas import DatasetList, DatasetPath, OneDataset
from hub_api.city.linking import LinkingHere
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified, weak_etag

router = APIRouter()


@router.get("/v1/datasets", operation_id="datasets", response_model=DatasetList)
async def list_datasets(request: Request, hub: HubHere, _: NoParameters) -> Response:
    datasets = await fetch_datasets(hub.database)
    as_of = hub.clock()
    newest = max((one.newest_phenomenon_time for one in datasets if one.newest_phenomenon_time), default=None)
    content = {
        "data": [dataset_element(one, as_of) for one in datasets],
        "next": None,
        "meta": freshness(as_of, newest),
    }
    return _answer(request, hub, datasets, content)


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
    # The same as RDF, for who asks for it by name.
    answer.headers["Link"] = (
        f'<{request.url.path.replace("/v1/datasets", "/catalog")}>; rel="alternate"; type="text/turtle"'
    )
    if is_known(request, etag):
        return not_modified({name: answer.headers[name] for name in ("ETag", "Cache-Control", "Link")})
    return answer
