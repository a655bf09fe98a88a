"""``/portal/pictures/…``, and the form that gives an object its picture."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from casework.files.errors import FileAway
from casework.files.model import Received
from casework.pictures import service
from casework.pictures.model import Alternative, Picture, Size
from casework.pictures.rules import check
from casework.pictures.service import Pictured
from casework.pictures.settings import PictureSettings
from casework.programme import Session
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.uploads import upload
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
ALTERNATIVE = ValueForm(Alternative)
#: A picture never changes below its address.
FOR_EVER: Final = "public, max-age=31536000, immutable"


@router.get("/pictures/{picture_id}/{size}")
async def send_picture(request: CurrentRequest, picture_id: UUID, size: Size) -> Response:
    """For whoever has the address, which the pages show that may show the object."""
    picture, path = await request.look(service.find, picture_id, size)
    if not path.is_file():
        raise FileAway(name=str(picture_id))
    fields = {
        "Cache-Control": FOR_EVER,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(path, media_type=picture.media_type, headers=fields)


class Shared(NamedTuple):
    """The picture of a page where somebody shares its address."""

    url: str
    width: int
    height: int
    alt: str


def shared(request: PortalRequest, picture: Picture | None) -> Shared | None:
    if picture is None:
        return None
    url = f"{request.office.url}/pictures/{picture.picture_id}/large"
    return Shared(url, picture.large.width, picture.large.height, picture.alt(request.language))


def shown_with(request: PortalRequest, session: Session, object_id: UUID) -> dict[str, Any]:
    """What the page of an object needs for its picture."""
    picture = service.picture_of(session, object_id)
    return {"picture": picture, "sharing_picture": shared(request, picture)}


def written_with(request: PortalRequest, session: Session, object_id: UUID) -> dict[str, Any]:
    """The same, and what the form shows by which it is given."""
    found = shown_with(request, session, object_id)
    known: Picture | None = found["picture"]
    said = None if known is None else Alternative(known.alt_ar, known.alt_en)
    return {**found, "alternative": ALTERNATIVE.fill(said, request.typed)}


def take_pictures(page: Page[UUID], path: str, of: Pictured) -> None:
    """The page takes a picture of its object at ``path``, and lets go of it below."""

    async def send(request: PortalRequest, ids: tuple[UUID]) -> object:
        request.require_known()
        await request.look(service.require, of, *ids)
        settings = request.office.programme.of(PictureSettings)

        async def take(form: Form, received: Received) -> object:
            drawn = await request.office.read(partial(service.draw, received, settings))
            return await request.act(service.put, of, *ids, ALTERNATIVE(form), drawn)

        return await upload(request, settings.store(), take, lambda form: check(ALTERNATIVE(form), settings))

    page.take(path, "saved", send)
    page.press(f"{path}/remove", "saved", lambda session, object_id: service.remove(session, of, object_id))
