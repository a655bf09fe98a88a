"""What browsers are told about every answer: not to guess what it is, run nothing of it, frame it nowhere, and come by https.

Pages and files say more of it themselves, and what they say stands. Other sites may read what is open, and nothing
that was made for one person.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of an answer that is no page: data, a feed, a problem.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
)
#: Below these everything is for whoever is signed in, or has a token, a key or a credential.
PERSONAL = ("/portal/", "/v1/innovation/me/", "/v1/admin/", "/v1/ingest/")
#: Below this whoever has a key may write.
WRITTEN_BELOW = "/sta/"
WRITING = ("POST", "PATCH", "PUT", "DELETE")
#: The description of what is there, which needs no token.
OPEN_AMONG_THEM = "/v1/innovation/me/openapi.json"


class SafetyMiddleware:
    """Adds what an answer does not say itself; ``https_seconds`` is 0 where the hub is not known to be reached by https."""

    def __init__(self, app: ASGIApp, https_seconds: int) -> None:
        self._app = app
        https = (
            ((b"strict-transport-security", https_field(https_seconds).encode()),) if https_seconds else ()
        )
        self._fields = (*_ALWAYS, *https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def outlet(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {name.lower() for name, _ in message["headers"]}
                added = [field for field in self._fields if field[0] not in told]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, outlet)


class OpenDataCORSMiddleware(CORSMiddleware):
    """Lets pages of any site read what is open to everybody, and write where a key in the request is what counts."""

    def __init__(
        self,
        app: ASGIApp,
        allow_origins: Sequence[str],
        allow_methods: Sequence[str],
        allow_headers: Sequence[str],
        expose_headers: Sequence[str],
    ) -> None:
        super().__init__(app, allow_origins, allow_methods, allow_headers, expose_headers=expose_headers)
        self._writing = CORSMiddleware(
            app, allow_origins, (*allow_methods, *WRITING), allow_headers, expose_headers=expose_headers
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_personal(scope["path"]):
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(WRITTEN_BELOW):
            await self._writing(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def is_personal(path: str) -> bool:
    """Whether what is there is for somebody, so that no page of another site reads it."""
    return f"{path}/".startswith(PERSONAL) and path != OPEN_AMONG_THEM


def https_field(seconds: int) -> str:
    """``Strict-Transport-Security`` (RFC 6797), for the host and all below it."""
    return f"max-age={seconds}; includeSubDomains"
