"""``/client/…whl`` and ``/simple/`` (PEP 503, 658, 691): the Python client for pip, from the hub itself."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from hub_api.developers.client_package.model import Wheel
from hub_api.developers.client_package.rules import normalised, project_detail
from hub_api.developers.client_package.service import PACKAGE, client_wheel
from hub_api.serving.answers import cache_for
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.layout import SECURITY, TEMPLATES
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified

router = APIRouter(include_in_schema=False)
PROJECT = normalised(PACKAGE)
FILE_CHARACTERS_MAX = 100
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
SIMPLE_LATEST = "application/vnd.pypi.simple.latest+json"
#: PEP 700: with the versions and the sizes of files.
API_VERSION = "1.1"

FilePath = Annotated[str, Path(max_length=FILE_CHARACTERS_MAX)]


@router.get("/client/{name}")
async def send_wheel(request: Request, hub: HubHere, name: FilePath, _: NoParameters) -> Response:
    """The wheel, or its metadata alone."""
    wheel = await asyncio.to_thread(client_wheel)
    known = {
        wheel.name: (wheel.content, "application/zip", wheel.sha256),
        f"{wheel.name}.metadata": (wheel.metadata, "text/plain; charset=utf-8", wheel.metadata_sha256),
    }
    if name not in known:
        raise HTTPException(404)
    content, media_type, digest = known[name]
    headers = {
        "ETag": f'"{digest}"',
        "Cache-Control": cache_for(hub.settings.registry_cache_seconds),
        "X-Content-Type-Options": "nosniff",
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return Response(content, media_type=media_type, headers=headers)


@router.get("/simple/")
async def list_projects(request: Request, hub: HubHere, _: NoParameters) -> Response:
    if _wants_json(request):
        return _told(hub, {"projects": [{"name": PROJECT}]})
    return _index(hub, title="Simple index", url=f"/simple/{PROJECT}/", label=PROJECT)


@router.get("/simple/{project}/")
async def list_wheels(request: Request, hub: HubHere, project: FilePath, _: NoParameters) -> Response:
    if normalised(project) != PROJECT:
        raise HTTPException(404)
    if project != PROJECT:
        return RedirectResponse(f"/simple/{PROJECT}/", 301)
    wheel = await asyncio.to_thread(client_wheel)
    if _wants_json(request):
        return _told(hub, project_detail(PROJECT, wheel))
    url = f"{wheel.path}#sha256={wheel.sha256}"
    return _index(hub, title=f"Links for {PROJECT}", url=url, label=wheel.name, wheel=wheel)


def _index(hub: HubHere, *, title: str, url: str, label: str, wheel: Wheel | None = None) -> Response:
    """A page for programs, which fixes its form: one link."""
    body = TEMPLATES.get_template("developers/client_package/index.html").render(
        title=title, url=url, label=label, wheel=wheel
    )
    return HTMLResponse(body, headers={**SECURITY, **_kept(hub)})


def _told(hub: HubHere, content: dict[str, Any]) -> Response:
    """The same as JSON (PEP 691)."""
    body = orjson.dumps({"meta": {"api-version": API_VERSION}, **content})
    return Response(body, media_type=SIMPLE_JSON, headers=_kept(hub))


def _kept(hub: HubHere) -> dict[str, str]:
    return {"Cache-Control": cache_for(hub.settings.registry_cache_seconds), "Vary": "Accept"}


def _wants_json(request: Request) -> bool:
    """As pip and uv ask first; whoever names neither form has HTML."""
    named = {item.partition(";")[0].strip().lower() for item in request.headers.get("accept", "").split(",")}
    return bool(named & {SIMPLE_JSON, SIMPLE_LATEST})
