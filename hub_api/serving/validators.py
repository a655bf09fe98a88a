"""ETags: when an answer need not be sent again, and for how long nobody need ask.

An ETag stands for the version of the data, so it is computed from what the store counts, not from
the body. Where the body is known before it is sent, the ETag also says which bytes these are: it is
strong, and begins with that of the version. One that was given out a moment ago is believed without asking the store again: for as long
as the answer itself said that a cache may keep it, but never longer than a live value, since late
values may come into a window that is closed.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b, sha256

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.serving.announcements import Announcements
from hub_api.serving.memory import Memory
from hub_api.serving.transport.fields import field_of

DIGEST_BYTES = 12
#: Instants of newest values, most of which are asked for many times.
SECONDS_REMEMBERED_MAX = 1_024
NOT_MODIFIED = 304
#: The server renews the field ``Date`` about once a second.
DATE_AGE_MAX = timedelta(seconds=2)
#: What a 304 must say again (RFC 9110, 15.4.5), and what we say besides.
REPEATED_HEADERS = frozenset(
    {b"cache-control", b"etag", b"last-modified", b"vary", b"content-language", b"link"}
)
#: Between the version and the bytes of it; no digest holds it.
BYTES_MARK = "."
QUOTED = re.compile(r'(?:W/)?"[A-Za-z0-9_=.-]+"')
MAX_AGE = re.compile(rb"max-age=(\d+)")

Headers = list[tuple[bytes, bytes]]


def weak_etag(*parts: object) -> str:
    """An ETag of everything that the content depends on."""
    # Of a thousand rows BLAKE2 takes twice as long as this, for which processors have instructions of their own.
    digest = sha256(orjson.dumps(parts, default=_plain), usedforsecurity=False).digest()[:DIGEST_BYTES]
    return f'W/"{urlsafe_b64encode(digest).decode()}"'


def _plain(value: object) -> object:
    """Named rows count as the same rows without names."""
    return tuple(value) if isinstance(value, tuple) else str(value)


def precise_etag(version: str, digest: bytes) -> str:
    """The strong ETag of the bytes with this digest, made of rows with this weak one."""
    opaque = version.removeprefix("W/").strip('"')
    return f'"{opaque}{BYTES_MARK}{urlsafe_b64encode(digest).decode()}"'


def version_of(versions: Sequence[int], last: str | None) -> tuple[int, int, int, str | None]:
    """How many rows, their newest version, the sum of all and which row is the last.

    No change leaves all alike: a row that changes has a higher version, and one that is new makes
    them more or pushes the last one off a full page.
    """
    return len(versions), max(versions, default=0), sum(versions), last


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this version (``If-None-Match``, compared weakly)."""
    return _matches(field_of(request.scope, b"if-none-match"), etag)


def _matches(field: str, etag: str) -> bool:
    if not field:
        return False
    wanted = etag.removeprefix("W/")
    return any(given.strip().removeprefix("W/") in (wanted, "*") for given in field.split(","))


def known_version(request: Request, version: str) -> str | None:
    """The ETag that the client has of this version: the weak one, or of any bytes that were made of it."""
    opaque = version.removeprefix("W/").strip('"')
    for given in request.headers.get("if-none-match", "").split(","):
        tag = given.strip()
        if tag == "*":
            return version
        if tag.removeprefix("W/").strip('"').partition(BYTES_MARK)[0] == opaque:
            return tag if QUOTED.fullmatch(tag) else version
    return None


def not_modified(headers: dict[str, str]) -> Response:
    return Response(None, NOT_MODIFIED, headers=headers)


def last_modified(newest: datetime | None, now: datetime) -> dict[str, str]:
    """The header; a clock that is ahead must not make it lie in the future."""
    return (
        {}
        if newest is None
        else {"Last-Modified": _second_text(not_after(newest, now).replace(microsecond=0))}
    )


@lru_cache(SECONDS_REMEMBERED_MAX)
def _second_text(second: datetime) -> str:
    return format_datetime(second, usegmt=True)


def not_after(moment: datetime, now: datetime) -> datetime:
    """The moment as ``Last-Modified`` may say it, which is never after ``Date`` (RFC 9110, 8.8.2.1)."""
    return min(moment, now - DATE_AGE_MAX)


@dataclass(frozen=True, slots=True)
class Given:
    """What an answer said of its version."""

    etag: str
    headers: Headers
    route: object
    #: Of the announcements, before the store was asked.
    state: int


class RevalidationMiddleware:
    """Answers 304 from memory while what was said a moment ago still holds.

    Observations change with batches, which are announced; roll-ups, forecasts and the registry are
    not, so ``seconds_max`` bounds how long they may be believed.
    """

    def __init__(
        self, app: ASGIApp, announcements: Announcements, entries_max: int, seconds_max: float
    ) -> None:
        self._app = app
        self._announcements = announcements
        self._seconds_max = seconds_max
        self._given: Memory[bytes, Given] = Memory(entries_max)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known_by_client, accept = _fields(scope["headers"])
        key = _key(scope, accept)
        state = self._announcements.state
        given = self._given.recall(key) if known_by_client else None
        if given is not None and given.state == state and _matches(known_by_client, given.etag):
            scope["route"] = given.route
            await send({"type": "http.response.start", "status": NOT_MODIFIED, "headers": given.headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def remember(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, NOT_MODIFIED):
                self._remember(key, message["headers"], scope, state)
            await send(message)

        await self._app(scope, receive, remember)

    def _remember(self, key: bytes, headers: Headers, scope: Scope, state: int | None) -> None:
        fields = dict(headers)
        etag, age = fields.get(b"etag"), MAX_AGE.search(fields.get(b"cache-control", b""))
        if etag is None or age is None or state is None:
            return
        repeated = [(name, value) for name, value in headers if name in REPEATED_HEADERS]
        given = Given(etag.decode("latin-1"), repeated, scope.get("route"), state)
        self._given.keep(key, given, min(int(age[1]), self._seconds_max))


def _fields(headers: Headers) -> tuple[str, bytes]:
    """``If-None-Match`` and what may choose another representation."""
    wanted, chosen = "", b""
    for name, value in headers:
        if name == b"if-none-match":
            wanted = value.decode("latin-1")
        elif name in (b"accept", b"accept-language"):
            chosen += name + value + b"\0"
    return wanted, chosen


def _key(scope: Scope, accept: bytes) -> bytes:
    question = b"\0".join((scope["path"].encode("utf-8", "replace"), scope["query_string"], accept))
    return blake2b(question, digest_size=16).digest()
