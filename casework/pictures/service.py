"""Pictures of objects: whoever may write an object gives it one, and everybody who sees the object sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from casework.access.model import Role
from casework.attachments.model import Sweep
from casework.attachments.service import read_pieces
from casework.files.model import Received
from casework.files.service import path_of, receive
from casework.people.holders import Attachment
from casework.people.sign_up import note_account
from casework.pictures.model import Alternative, Drawn, Picture, Side, Size
from casework.pictures.rules import check
from casework.pictures.settings import PictureSettings
from casework.programme import Session
from casework.workflow.errors import existing
from casework.workflow.model import Binding
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.pictures")
SWEEP: Final = Sweep("pictures", lambda: PictureSettings().store(), QUERIES["named"])


class Pictured(NamedTuple):
    """Objects of a kind that have pictures, and who gives them one."""

    binding: Binding[Any]
    roles: frozenset[Role]


class Sent(NamedTuple):
    """A picture with where the bytes of a size lie; ``is_personal`` where it shows somebody."""

    picture: Picture
    path: Path
    is_personal: bool


def draw(received: Received, settings: PictureSettings) -> Drawn:
    """The small size of a picture that was checked and stored; it takes long, and needs no connection."""
    store = settings.small()
    with path_of(received.digest, store).open("rb") as file:
        small = receive(file, received.name, store)
    large = _side(path_of(received.digest, store), received.digest)
    return Drawn(received.media_type, large, _side(path_of(small.digest, store), small.digest))


def require(session: Session, of: Pictured, object_id: UUID) -> None:
    """:class:`NotAllowed` for whoever gives the object no picture, before one is read."""
    session.require(of.roles, session.look(of.binding, object_id).scopes)


def put(session: Session, of: Pictured, object_id: UUID, said: Alternative, drawn: Drawn) -> None:
    """The picture of an object from now on; :class:`NotAllowed`, :class:`WrongField`."""
    check(said, session.of(PictureSettings))
    standing, at = session.hold(of.binding, object_id, of.roles), session.now()
    _store(session, object_id, said, drawn, at)
    session.note(of.binding, standing, "set_picture", at)


def remove(session: Session, of: Pictured, object_id: UUID) -> None:
    """An object has no picture any more; :class:`NotAllowed`."""
    standing, at = session.hold(of.binding, object_id, of.roles), session.now()
    session.connection.execute(QUERIES["remove"], {"object_id": object_id})
    session.note(of.binding, standing, "remove_picture", at)


def put_own(session: Session, said: Alternative, drawn: Drawn) -> None:
    """What somebody shows of themselves, beside their name where they agreed to be named; :class:`WrongField`."""
    check(said, session.of(PictureSettings))
    at, person_id = session.now(), session.person_id
    _store(session, person_id, said, drawn, at)
    note_account(session, session.actor, person_id, "set_picture", at)


def remove_own(session: Session) -> None:
    """They show nothing of themselves any more."""
    person_id = session.person_id
    session.connection.execute(QUERIES["remove"], {"object_id": person_id})
    note_account(session, session.actor, person_id, "remove_picture", session.now())


def pictures_of(session: Session, objects: Collection[UUID]) -> Mapping[UUID, Picture]:
    """Those that these objects have; whoever asks sees the objects."""
    found = rows_of(session.connection, Picture, QUERIES["of_objects"], {"objects": list(objects)})
    return {one.object_id: one for one in found}


def picture_of(session: Session, object_id: UUID) -> Picture | None:
    return pictures_of(session, [object_id]).get(object_id)


def find(session: Session, picture_id: UUID, size: Size) -> Sent:
    """For whoever has its address; :class:`NoSuchObject`."""
    picture = existing(row_of(session.connection, Picture, QUERIES["picture"], {"picture_id": picture_id}))
    side = picture.large if size == "large" else picture.small
    known = {"object_id": picture.object_id}
    is_personal = only_row(session.connection, bool, QUERIES["is_of_person"], known)
    return Sent(picture, path_of(side.digest, session.of(PictureSettings).store()), is_personal)


def of_person(connection: Connection, person_id: UUID) -> Iterator[Attachment]:
    """What somebody shows of themselves, for the archive of their data."""
    for picture in rows_of(connection, Picture, QUERIES["of_objects"], {"objects": [person_id]}):
        ending = picture.media_type.rpartition("/")[2]
        pieces = read_pieces(picture.large.digest, PictureSettings().store())
        yield Attachment(f"pictures/{picture.picture_id}.{ending}", pieces)


def _store(session: Session, object_id: UUID, said: Alternative, drawn: Drawn, at: datetime) -> None:
    picture = Picture(
        session.new_id(), object_id, said.alt_ar, said.alt_en, drawn.media_type, drawn.large, drawn.small
    )
    session.connection.execute(QUERIES["put"], values_of(picture) | {"at": at})


def _side(path: Path, digest: str) -> Side:
    """Of a file of our own making: its head alone is read."""
    from PIL import Image

    with Image.open(path) as picture:
        return Side(digest, picture.width, picture.height)
