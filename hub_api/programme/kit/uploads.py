"""Forms with files: each is checked and taken before the next, and one that is refused keeps no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import BinaryIO, Final

from casework.files.errors import FileRefused
from casework.files.model import Received, Store
from casework.files.rules import tidy_name
from casework.files.service import receive
from casework.people.limits import require_uploads
from citycore.errors import FalajError
from hub_api.programme.kit.errors import FilesRefused, UploadRefused
from hub_api.programme.kit.forms import Form, Uploaded, close_all, read_uploads, require_own
from hub_api.programme.kit.request import PortalRequest

#: Of a form: what is more is no page's. Those beyond the setting are refused one by one, and told.
FILES_READ_MAX: Final = 200


async def upload(
    request: PortalRequest,
    store: Store,
    take: Callable[[Form, Received], Awaitable[object]],
    look: Callable[[Form], object] | None = None,
    *,
    several: bool = False,
) -> object:
    """A form with a file, or with several, of somebody who is known; what ``take`` makes of the last that was taken.

    ``look`` sees the fields first and raises where no file is needed to refuse them. Each file is checked, lies on the disk
    and is taken before the next: one that is refused keeps no other. :class:`FileRefused`, :class:`FilesRefused`,
    :class:`UploadsTooOften`, :class:`UploadRefused`. What was typed beside stands in ``typed``.
    """
    request.require_known()
    await _require_room(request)
    request.is_read = True
    settings = request.office.settings.portal
    room = max(store.file_bytes_max, settings.upload_bytes_max) if several else store.file_bytes_max
    try:
        read = await read_uploads(request.http, settings, room, FILES_READ_MAX if several else 1)
    except UploadRefused as error:
        typed = Form.of(error.fields)
        if typed.fields:  # what was typed beside is shown again to its own browser alone
            require_own(request.http, typed, request.secret, request.office.url)
        request.sent = typed
        raise
    try:
        require_own(request.http, read.form, request.secret, request.office.url)
        request.sent = read.form
        if look is not None:
            _ = look(read.form)
        return await _take(request, read, store, take)
    finally:
        await close_all(read.files)


def _receive(stream: BinaryIO, name: str, store: Store, is_unscanned: bool) -> Received:
    return receive(stream, name, store, is_unscanned=is_unscanned)


async def _require_room(request: PortalRequest) -> None:
    """A large form is not read of somebody who has used up their files: :class:`UploadsTooOften`, before anything is sent."""
    length = request.http.headers.get("content-length", "")
    if not length.isdigit() or int(length) > request.office.settings.portal.upload_looked_bytes:
        await request.run(require_uploads, request.sender.key)


async def _take(
    request: PortalRequest, read: Uploaded, store: Store, take: Callable[[Form, Received], Awaitable[object]]
) -> object:
    """One after the other; what stands against some is told of each, once the others are taken."""
    refused: list[FalajError] = []
    made, taken, files_max = None, 0, request.office.settings.portal.upload_files_max
    for file in read.files[:files_max]:
        try:
            name = file.filename or ""
            reading = partial(_receive, file.file, name, store)
            received = await request.check(reading, [(tidy_name(name), file.file)])
            made = await take(read.form, received)
            taken += 1
        except FileRefused as error:
            refused.append(error)
        except FalajError as error:
            # Of the texts, say, or too many files in an hour: it stands against all that follow.
            if not taken and not refused:
                raise
            refused.append(error)
            break
    refused += [
        FileRefused("at_once", name=file.filename, files_max=files_max) for file in read.files[files_max:]
    ]
    if read.cut is not None:
        refused.append(read.cut)
    if refused:
        raise refused[0] if len(refused) == 1 and not taken else FilesRefused(refused, taken)
    return made
