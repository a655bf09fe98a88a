"""A short way to the handlers for requests that are right.

FastAPI matches one route after the other and reads each parameter by its declaration, which takes
longer than to answer. Most requests name a path without variables and parameters that are valid:
those find their handler in a table, and their parameters are read by the same pydantic model at
once. Everything else takes the long way, which also knows how to say what is wrong.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints
from urllib.parse import unquote_plus

from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from hub_api.serving.hub import Hub, hub_for

#: The handlers that can be called without FastAPI are those that take these; ``_`` is a query that says nothing.
TAKEN = (["request", "hub", "query"], ["request", "hub", "_"])
#: Under which name the parameters that were read wait in the scope.
READ = "falaj.read"

Handler = Callable[[Request, Hub, BaseModel], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Direct:
    """A handler, and the model of its parameters."""

    route: APIRoute
    handler: Handler
    model: type[BaseModel]


class DirectMiddleware:
    """The innermost layer before FastAPI; errors of handlers become the same problems."""

    def __init__(
        self, app: ASGIApp, routes: Iterable[BaseRoute], handlers: Mapping[Any, ExceptionHandler]
    ) -> None:
        self._app = app
        known = filter(None, (direct_of(route) for route in routes))
        self._known = {direct.route.path: direct for direct in known}
        self._answer = ExceptionMiddleware(_answer, handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        direct = self._known.get(scope["path"]) if scope["type"] == "http" else None
        query = (
            None if direct is None or scope["method"] != "GET" else read(direct.model, scope["query_string"])
        )
        if direct is None or query is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = direct.route
        scope[READ] = direct.handler, query
        await self._answer(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive, send)
    handler, query = scope[READ]
    response = await handler(request, hub_for(request, getattr(query, "include", None)), query)
    await response(scope, receive, send)


def direct_of(route: BaseRoute) -> Direct | None:
    """None for a route that only FastAPI can answer."""
    if not isinstance(route, APIRoute) or route.methods != {"GET"} or route.param_convertors:
        return None
    hints = get_type_hints(route.endpoint)
    answer = hints.pop("return", None)
    if list(hints) not in TAKEN or not (isinstance(answer, type) and issubclass(answer, Response)):
        return None
    return Direct(route, route.endpoint, list(hints.values())[-1])


def read(model: type[BaseModel], query_string: bytes) -> BaseModel | None:
    """The parameters, or None if anything is wrong with them."""
    fields = fields_of(query_string.decode("latin-1"))
    if fields is None:
        return None
    try:
        return model.model_validate(fields)
    except ValidationError:
        return None


def fields_of(query_string: str) -> dict[str, str] | None:
    """Names and values as ``urllib.parse.parse_qsl`` reads them; None where a name is repeated."""
    fields: dict[str, str] = {}
    for piece in query_string.split("&"):
        if not piece:
            continue
        name, _, value = piece.partition("=")
        if "%" in piece or "+" in piece:
            name, value = unquote_plus(name), unquote_plus(value)
        if name in fields:
            return None
        fields[name] = value
    return fields
