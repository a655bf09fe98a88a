"""``/client/…whl`` and ``/simple/`` (PEP 503, 658): the Python client for pip, from the hub itself."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from hub_api.developers.client_package.model import Wheel
from hub_api.developers.client_package.rules import normalised
from hub_api.developers.client_package.service import PACKAGE, client_wheel
from hub_api.serving.answers import cache_for
from hub_api.serving.hub import HubHere
from hub_api.serving.pages.layout import SECURITY, TEMPLATES
from hub_api.serving.parameters import NoParameters
from hub_api.serving.validators import is_known, not_modified

router = APIRouter(include_in_schema=False)
PROJECT = normalised(PACKAGE)
FILE_CHARACTERS_MAX = 100

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
async def list_projects(hub: HubHere, _: NoParameters) -> Response:
    return _index(hub, title="Simple index", url=f"/simple/{PROJECT}/", label=PROJECT)


@router.get("/simple/{project}/")
async def list_wheels(hub: HubHere, project: FilePath, _: NoParameters) -> Response:
    if normalised(project) != PROJECT:
        raise HTTPException(404)
    if project != PROJECT:
        return RedirectResponse(f"/simple/{PROJECT}/", 301)
    wheel = await asyncio.to_thread(client_wheel)
    url = f"{wheel.path}#sha256={wheel.sha256}"
    return _index(hub, title=f"Links for {PROJECT}", url=url, label=wheel.name, wheel=wheel)


def _index(hub: HubHere, *, title: str, url: str, label: str, wheel: Wheel | None = None) -> Response:
    """A page for programs, which fixes its form: one link."""
    body = TEMPLATES.get_template("developers/client_package/index.html").render(
        title=title, url=url, label=label, wheel=wheel
    )
    headers = {**SECURITY, "Cache-Control": cache_for(hub.settings.registry_cache_seconds)}
    return HTMLResponse(body, headers=headers)
