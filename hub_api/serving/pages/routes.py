"""``/`` and ``/assets/…``."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from hub_api.serving.pages.assets import ASSETS
from hub_api.serving.parameters import Name, NoParameters

router = APIRouter(include_in_schema=False)
BY_PATH = {asset.path: asset for asset in ASSETS.values()}
FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/")
async def root(_: NoParameters) -> Response:
    return RedirectResponse("/docs/guide")


@router.get("/assets/{name}")
async def asset(name: Name, _: NoParameters) -> Response:
    found = BY_PATH.get(f"/assets/{name}")
    if found is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=found.media_type, headers=headers)
