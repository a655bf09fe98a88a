"""Files of people as a browser gets them: to be saved, never shown as a page of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from casework.files.errors import FileAway
from casework.files.previews import MEDIA_TYPE, preview
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hub_api.programme.kit.addresses import add_route, argument, arguments_of, names_in
from hub_api.programme.kit.request import PortalRequest

_POLICY = "default-src 'none'; sandbox"
#: Of a version, as pages write it.
_VERSION = re.compile("[1-9][0-9]{0,8}")


class SavedFile(NamedTuple):
    """What a page gives to be kept: where its bytes lie, and what it is called."""

    path: Path
    name: str
    media_type: str


def attachment(path: Path, name: str, media_type: str) -> FileResponse:
    """Streamed, also in parts; :class:`FileAway` if the bytes are not where they should be."""
    if not path.is_file():
        raise FileAway(name=name)
    fields = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(path, media_type=media_type, filename=name, headers=fields)


def shown(content: bytes) -> Response:
    """What a file looks like: a picture of ours, for whoever may have the file."""
    fields = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=fields)


def download(
    router: APIRouter,
    path: str,
    guard: Callable[[PortalRequest], object],
    work: Callable[..., SavedFile],
) -> None:
    """An address whose answer is a file to be kept; with ``?preview=1`` what it looks like, for those who are signed in.

    That somebody opened it may be noted, so it is no look.
    """

    async def route(request: PortalRequest, **ids: Any) -> Response:
        guard(request)
        saved = await request.act(work, **ids)
        if request.query("preview"):
            _ = request.person  # it is made anew for each who asks, so strangers cannot ask for it
            drawing = partial(preview, *saved, request.office.settings.files)
            return shown(await request.office.read(drawing))
        return attachment(*saved)

    add_route(router, "GET", path, route, arguments_of(work, 1))


def download_record(
    router: APIRouter,
    path: str,
    guard: Callable[[PortalRequest], object],
    noun: str,
    work: Callable[[Session, UUID, int], bytes],
) -> None:
    """Where the record of a ``{version}`` of an object is: the bytes of which its SHA-256 is that of the file that is saved."""
    (name, _) = names_in(path)

    async def route(request: PortalRequest, version: str, **ids: UUID) -> Response:
        guard(request)
        if _VERSION.fullmatch(version) is None:
            raise NoSuchObject
        object_id, number = ids[name], int(version)
        record = await request.look(work, object_id, number)
        headers = {
            "Content-Disposition": f'attachment; filename="{noun}.{object_id}.{number}.json"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{sha256(record).hexdigest()}"',
        }
        return Response(record, media_type="application/json", headers=headers)

    add_route(router, "GET", path, route, [argument(name, UUID), argument("version", str)])
