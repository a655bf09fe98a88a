"""A request of a batch, answered by the same application in this process: with all its doors, limits and errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import Request

from hub_api.standards.sensorthings.writing.batch.model import Answer, Part
from hub_api.standards.sensorthings.writing.errors import EntityInvalid

#: What a part takes over from the request around it, where it says nothing else.
_INHERITED = frozenset({"authorization", "x-api-key", "accept-language", "host"})
#: What a part says of itself; anything else is the business of the request around it.
_OWN = frozenset(
    {"content-type", "accept", "accept-language", "authorization", "if-match", "if-none-match", "prefer"}
)
#: What is told of an answer.
_TOLD = frozenset({"content-type", "location", "etag", "content-language", "allow", "retry-after"})
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
#: Of the scope of the request around it.
_SHARED = ("asgi", "http_version", "server", "client", "scheme", "root_path", "extensions", "state")


def path_of(url: str, root: str) -> tuple[str, str]:
    """Path and query; :class:`EntityInvalid` for what leads elsewhere, or into another batch."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if not path.startswith("/"):
        path = f"{root}/{path}"
    elif not path.startswith(f"{root}/"):
        # From the version on, as the standard's examples write it, and as a client behind a proxy knows it.
        _, found, rest = path.partition(f"/{root.rpartition('/')[2]}/")
        path = f"{root}/{rest}" if found else path
    if not path.startswith(f"{root}/") or path.startswith(f"{root}/$batch"):
        raise EntityInvalid("", "batch_unreadable", given=url)
    return path, parts.query


async def ask(request: Request, part: Part, url: str, body: bytes, root: str) -> Answer:
    """What the application says to it."""
    path, query = path_of(url, root)
    if part.method not in _METHODS:
        raise EntityInvalid("", "batch_unreadable", given=part.method)
    inherited = {
        name: value
        for name, value in request.headers.items()
        if name in _INHERITED and name not in part.headers
    }
    fields = {**inherited, **{name: value for name, value in part.headers.items() if name in _OWN}}
    if body:
        fields["content-length"] = str(len(body))
        fields.setdefault("content-type", "application/json")
    scope = {
        **{name: request.scope[name] for name in _SHARED if name in request.scope},
        "type": "http",
        "method": part.method,
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": query.encode("utf-8", "replace"),
        "headers": [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in fields.items()
        ],
    }
    answer = Answer(part.id, 500, group=part.group)
    pieces: list[bytes] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            told = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
            answer.headers = {name: value for name, value in told.items() if name in _TOLD}
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    await request.app(scope, receive, send)
    answer.body = b"".join(pieces)
    return answer
