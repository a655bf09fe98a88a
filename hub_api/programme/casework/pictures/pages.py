"""``/portal/pictures/…``, and the form that gives an object its picture."""

from __future__ import annotations

from collections.abc import Callable
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
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.uploads import upload
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
ALTERNATIVE = ValueForm(Alternative)
#: A picture never changes below its address. Of somebody none is kept on the way, so that it is gone when they take it away.
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_ITS_READER: Final = "private, max-age=600"


@router.get("/pictures/{picture_id}/{size}")
async def send_picture(request: CurrentRequest, picture_id: UUID, size: Size) -> Response:
    """For whoever has the address, which the pages show that may show the object."""
    picture, path, is_personal = await request.look(service.find, picture_id, size)
    if not path.is_file():
        raise FileAway(name=str(picture_id))
    fields = {
        "Cache-Control": FOR_ITS_READER if is_personal else FOR_EVER,
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


def own_with(request: PortalRequest, session: Session) -> dict[str, Any]:
    """What the page of somebody's account needs for their picture; at first it says whom it shows."""
    picture, names = service.picture_of(session, session.person_id), request.person.person.names
    said = Alternative(
        *(WORDS.text("pictures.of_person", language, name=names.shown(language)) for language in ("ar", "en"))
    )
    if picture is not None:
        said = Alternative(picture.alt_ar, picture.alt_en)
    return {"picture": picture, "alternative": ALTERNATIVE.fill(said, request.typed)}


def take_pictures(page: Page[UUID], path: str, of: Pictured) -> None:
    """The page takes a picture of its object at ``path``, and lets go of it below."""

    async def send(request: PortalRequest, ids: tuple[UUID]) -> object:
        request.require_known()
        await request.look(service.require, of, *ids)
        return await _receive(request, partial(service.put, of=of, object_id=ids[0]))

    page.take(path, "saved", send)
    page.press(f"{path}/remove", "saved", lambda session, object_id: service.remove(session, of, object_id))


def take_own_pictures(page: Page[()], path: str) -> None:
    """The page takes a picture that somebody shows of themselves, likewise."""

    async def send(request: PortalRequest, _: tuple[()]) -> object:
        return await _receive(request, service.put_own)

    page.take(path, "saved", send)
    page.press(f"{path}/remove", "saved", service.remove_own)


async def _receive(request: PortalRequest, put: Callable[..., None]) -> object:
    settings = request.office.programme.of(PictureSettings)

    async def take(form: Form, received: Received) -> object:
        drawn = await request.office.read(partial(service.draw, received, settings))
        return await request.act(partial(put, said=ALTERNATIVE(form), drawn=drawn))

    return await upload(request, settings.store(), take, lambda form: check(ALTERNATIVE(form), settings))
