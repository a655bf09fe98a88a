"""Forms as they arrive: bounded, and only from pages that this browser was given."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from citycore.clock import CITY_ZONE
from citycore.language import DEFAULT_LANGUAGE, Language
from hub_api.programme.kit.errors import (
    DateUnreadable,
    FormForeign,
    FormTooLarge,
    FormUnreadable,
    NoFile,
    PortalError,
    UploadTooLarge,
)
from hub_api.programme.kit.numbers import NUMBER_MAX
from hub_api.programme.kit.settings import PortalSettings
from hub_api.serving.transport.bandwidth import Bandwidth

MEDIA_TYPE = "application/x-www-form-urlencoded"
UPLOAD_MEDIA_TYPE = "multipart/form-data"
TOKEN_FIELD = "form_token"  # noqa: S105 (the name of a field)
#: What the form of a question carries: that its reader means it, and the page that they were asked on.
SURE_FIELD, ASKED_FIELD = "sure", "asked_on"
#: Which form of which page it is: :mod:`hub_api.programme.kit.places`.
DRAFT_FIELD = "draft"
#: What somebody adds to a step in their own words.
WORDS_FIELD = "step_words"
_PURPOSE = b"falaj portal form"


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says, by the names of its fields, and the language in which it was read; ``mark`` is that of its draft."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    language: Language = DEFAULT_LANGUAGE
    mark: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> Self:
        """As it came: which form it is, is nothing that a noun reads."""
        own = {name: texts for name, texts in fields.items() if name != DRAFT_FIELD}
        return cls(own, mark=fields.get(DRAFT_FIELD, [""])[0])

    def text(self, name: str) -> str:
        """The field's text, "" if it is not there."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> tuple[str, ...]:
        """What was chosen among several; nothing empty."""
        return tuple(value for value in self.fields.get(name, []) if value)

    def rows(self, *names: str) -> int:
        """How many rows of fields with these names and a number there are, up to the last that says something."""
        number = said = 0
        while any(f"{name}{number}" in self.fields for name in names):
            number += 1
            if any(self.text(f"{name}{number - 1}").strip() for name in names):
                said = number
        return said

    def optional(self, name: str) -> str | None:
        return self.text(name).strip() or None

    def number(self, name: str) -> int:
        """A whole number that the database can hold; :class:`FormUnreadable`."""
        try:
            number = int(self.text(name))
        except ValueError as error:
            raise FormUnreadable from error
        if abs(number) > NUMBER_MAX:
            raise FormUnreadable
        return number

    def id(self, name: str) -> UUID:
        """An identifier that the page wrote; :class:`FormUnreadable`."""
        try:
            return UUID(self.text(name))
        except ValueError as error:
            raise FormUnreadable from error

    def ids(self, name: str) -> list[UUID]:
        """Those that were chosen among several."""
        try:
            return [UUID(one) for one in self.all(name)]
        except ValueError as error:
            raise FormUnreadable from error

    def instant(self, name: str, zone: ZoneInfo = CITY_ZONE) -> datetime | None:
        """What somebody chose in the city's time, or None; :class:`DateUnreadable`."""
        if not self.text(name).strip():
            return None
        return self.chosen_instant(name, zone)

    def chosen_instant(self, name: str, zone: ZoneInfo = CITY_ZONE) -> datetime:
        """What somebody chose in the city's time; :class:`DateUnreadable`, for what was left out as well."""
        try:
            instant = datetime.fromisoformat(self.text(name).strip()).replace(tzinfo=zone)
            _ = instant.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise DateUnreadable(name) from error
        return instant

    def chosen_day(self, name: str) -> date:
        """A day that somebody chose; :class:`DateUnreadable`, for what was left out as well.

        No later than what a day later can still be said of.
        """
        try:
            day = date.fromisoformat(self.text(name).strip())
            _ = day + timedelta(days=2)
        except (ValueError, OverflowError) as error:
            raise DateUnreadable(name) from error
        return day


async def read_form(request: Request, settings: PortalSettings) -> Form:
    """The body; :class:`FormTooLarge` before more of it is in memory, :class:`FormUnreadable`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise FormUnreadable
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > settings.form_bytes_max:
            raise FormTooLarge
    if b"%00" in body or b"\0" in body:
        raise FormUnreadable
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=settings.form_fields_max,
        )
    except ValueError as error:
        raise FormUnreadable from error
    return Form.of({name: [_lines(value) for value in values] for name, values in fields.items()})


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A form with files, which lie on the disk by then, not in memory; close them. ``cut`` is what stands against those that
    would have followed, where more came than all of them may have.
    """

    form: Form
    files: list[UploadFile]
    cut: UploadTooLarge | None = None


async def read_upload(request: Request, settings: PortalSettings, bytes_max: int) -> tuple[Form, UploadFile]:
    """The fields of a form with one file, as of :func:`read_uploads`."""
    read = await read_uploads(request, settings, bytes_max)
    return read.form, read.files[0]


async def read_uploads(
    request: Request, settings: PortalSettings, bytes_max: int, files_max: int = 1
) -> Uploaded:
    """The fields of a form and its files, at least one and ``bytes_max`` in all.

    :class:`UploadTooLarge` as soon as more came and nothing of it is whole, :class:`NoFile`, :class:`FormUnreadable`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != UPLOAD_MEDIA_TYPE:
        raise FormUnreadable
    parser = MultiPartParser(
        request.headers,
        _bounded(request, bytes_max + settings.form_bytes_max, bytes_max),
        max_files=files_max,
        max_fields=settings.form_fields_max,
        max_part_size=settings.form_bytes_max,
    )
    cut = None
    try:
        read = (await parser.parse()).multi_items()
    except (MultiPartException, UnicodeError) as error:
        raise FormUnreadable from error
    except UploadTooLarge as error:
        read, cut = parser.items, error
        error.fields = _fields(read)
    files = [value for _, value in read if isinstance(value, UploadFile) and value.filename]
    fields = _fields(read)
    try:
        if any("\0" in value for values in fields.values() for value in values):
            raise FormUnreadable
        if not files:
            raise cut or NoFile(fields)
    except PortalError:
        await close_all(value for _, value in read if isinstance(value, UploadFile))
        raise
    return Uploaded(Form.of(fields), files, cut)


async def close_all(files: Iterable[UploadFile]) -> None:
    for file in files:
        await file.close()


def _fields(read: Iterable[tuple[str, UploadFile | str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in read:
        if isinstance(value, str):
            fields.setdefault(name, []).append(_lines(value))
    return fields


class _InMemory(MultiPartParser):
    """Whose files never reach the disk: zero means without an end, which the bounded stream has."""

    spool_max_size = 0


async def read_held(
    request: Request, settings: PortalSettings, bytes_max: int, files_max: int
) -> tuple[Form, list[tuple[str, bytes]]]:
    """The fields of a form and its files as (name, bytes), all of it in memory and nowhere else.

    :class:`UploadTooLarge` as soon as more came than ``bytes_max`` of files, :class:`FormUnreadable`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != UPLOAD_MEDIA_TYPE:
        raise FormUnreadable
    parser = _InMemory(
        request.headers,
        _bounded(request, bytes_max + 2 * settings.form_bytes_max, bytes_max),
        max_files=files_max + 1,
        max_fields=settings.form_fields_max,
        max_part_size=settings.form_bytes_max,
    )
    try:
        read = (await parser.parse()).multi_items()
    except (MultiPartException, UnicodeError):
        # What stood in the form is not part of the error, nor of its cause.
        raise FormUnreadable from None
    fields: dict[str, list[str]] = {}
    files = []
    for name, value in read:
        if isinstance(value, UploadFile):
            if value.filename:
                files.append((value.filename, await value.read()))
            await value.close()
        else:
            fields.setdefault(name, []).append(_lines(value))
    if any("\0" in value for values in fields.values() for value in values):
        raise FormUnreadable
    return Form.of(fields), files


async def _bounded(request: Request, bytes_max: int, told: int) -> AsyncGenerator[bytes, None]:
    size = 0
    bandwidth: Bandwidth = request.app.state.bandwidth
    async for piece in request.stream():
        size += len(piece)
        await bandwidth.take(len(piece))
        if size > bytes_max:
            yield piece[: len(piece) - (size - bytes_max)]  # what was typed may stand in it
            raise UploadTooLarge(bytes_max=told)
        yield piece


def form_token(browser_secret: str) -> str:
    """What every form carries: bound to the browser's session, and useless to whoever has only the token."""
    digest = hmac.digest(browser_secret.encode(), _PURPOSE, sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def require_own(request: Request, form: Form, browser_secret: str | None, portal_url: str) -> None:
    """:class:`FormForeign` unless one of our pages sent it, in this browser."""
    if browser_secret is None or not hmac.compare_digest(
        form.text(TOKEN_FIELD).encode(), form_token(browser_secret).encode()
    ):
        raise FormForeign
    origin = request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(portal_url).netloc}
    if origin is not None and urlsplit(origin).netloc not in ours:
        raise FormForeign
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise FormForeign


def is_from_here(request: Request, portal_url: str) -> bool:
    """Whether the browser itself says that a page of this hub sent it, which no page of others can pretend."""
    ours = {request.headers.get("host", ""), urlsplit(portal_url).netloc}
    is_ours = urlsplit(request.headers.get("origin", "")).netloc in ours
    return is_ours and request.headers.get("sec-fetch-site") == "same-origin"


def _lines(value: str) -> str:
    """Browsers end lines of a text as mail does; texts are stored with one character."""
    return value.replace("\r\n", "\n")
