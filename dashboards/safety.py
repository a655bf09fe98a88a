"""What browsers are told with every answer of the dashboards, and how Streamlit's cookies are called where people come by https.

Streamlit sets its cookies without ``Secure`` and without a prefix. By https they are named ``__Host-_streamlit_…`` on their way
out and as Streamlit knows them on their way in: a cookie that another host below the same domain has planted counts for nothing.
Streamlit's own script, which has to read one of them, looks for its name at a boundary of words, as the one before ``_`` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import scripts

PREFIX: Final = b"__Host-"
#: How the names of Streamlit's own cookies begin.
OURS: Final = b"_streamlit"
_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: Attributes that a cookie with this prefix has once, and in our words.
_REPLACED: Final = (b"path", b"secure", b"domain")

Headers = Sequence[tuple[bytes, bytes]]


def policy(page: str, address: str) -> str:
    """The content-security-policy without who may frame; ``page`` is the HTML that Streamlit sends for every address.

    Scripts are Streamlit's files, the one that stands in its page, and ours. Styles are made as a page is drawn.
    """
    inline = " ".join(scripts.source(script) for script in (*_INLINE.findall(page), *scripts.ALL))
    host = urlsplit(address).netloc
    # For browsers to which 'self' is no WebSocket.
    socket = f" wss://{host}" if host and address.startswith("https:") else ""
    return (
        f"default-src 'none'; script-src 'self' {inline}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self'{socket}; "
        "worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'"
    )


def streamlit_page() -> str:
    """What Streamlit sends for every address."""
    from streamlit import file_util

    return (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")


class SafetyMiddleware:
    """``address`` is where people reach the dashboards; ``https_seconds`` is how long browsers are to come by https alone."""

    def __init__(self, app: ASGIApp, page: str, address: str, https_seconds: int) -> None:
        self._app = app
        self._by_https = address.startswith("https:")
        self._policy = policy(page, address)
        self._always: list[tuple[bytes, bytes]] = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]
        if self._by_https:
            told = f"max-age={https_seconds}; includeSubDomains".encode()
            self._always.append((b"strict-transport-security", told))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if self._by_https:
            scope = {**scope, "headers": known_cookies(scope["headers"])}
        told = [*self._always, (b"content-security-policy", self._policy_of(scope).encode())]

        async def outlet(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                if self._by_https:
                    headers = [*map(bound_cookie, headers)]
                said = {name.lower() for name, _ in headers}
                message = {**message, "headers": [*headers, *(one for one in told if one[0] not in said)]}
            await send(message)

        await self._app(scope, receive, outlet)

    def _policy_of(self, scope: Scope) -> str:
        """Single figures are made to be framed by others; nothing else is."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        is_single = "only" in asked and asked.get("embed", [""])[-1] == "true"
        framed = "*" if is_single else "'none'"
        return f"{self._policy}; frame-ancestors {framed}"


def known_cookies(headers: Headers) -> list[tuple[bytes, bytes]]:
    """What a browser sent, with Streamlit's cookies under the names that it knows; those without the prefix are left out."""
    return [
        (name, b"; ".join(_known(value.split(b";"))) if name == b"cookie" else value)
        for name, value in headers
    ]


def _known(cookies: Iterable[bytes]) -> Iterable[bytes]:
    for cookie in map(bytes.strip, cookies):
        if cookie.startswith(PREFIX + OURS):
            yield cookie.removeprefix(PREFIX)
        elif not cookie.startswith(OURS):
            yield cookie


def bound_cookie(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header as it came, unless it sets one of Streamlit's cookies: that is for this host alone, by https alone."""
    name, value = header
    if name.lower() != b"set-cookie" or not value.startswith(OURS):
        return header
    cookie, *attributes = map(bytes.strip, value.split(b";"))
    kept = [one for one in attributes if one.partition(b"=")[0].lower() not in _REPLACED]
    return name, b"; ".join([PREFIX + cookie, b"Path=/", b"Secure", *kept])
