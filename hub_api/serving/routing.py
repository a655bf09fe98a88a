"""Many pages below one prefix, found by the first segment of the path behind it.

FastAPI compares a request with one route after the other, and with those of an included router several times: for some
four hundred pages that takes longer than to answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

#: Where the route that was found waits in the scope.
FOUND = "falaj.route"


class Branch(BaseRoute):
    """The routes of ``routers`` whose paths begin with ``prefix``, each with ``dependencies`` too.

    Their order decides as it does everywhere: the first that matches is taken.
    """

    def __init__(self, prefix: str, routers: Iterable[APIRouter], dependencies: Sequence[Any]) -> None:
        self.prefix = prefix
        flat = APIRouter(dependencies=dependencies)
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                assert route.path.startswith(prefix)
                flat.add_api_route(
                    route.path,
                    route.endpoint,
                    methods=sorted(route.methods or ()),
                    dependencies=route.dependencies,
                    include_in_schema=route.include_in_schema,
                )
        self.routes = [route for route in flat.routes if isinstance(route, APIRoute)]
        self._variable = [route for route in self.routes if "{" in self._segment(route.path)]
        literal = {self._segment(route.path) for route in self.routes}
        self._by_segment = {
            segment: [
                route
                for route in self.routes
                if self._segment(route.path) == segment or route in self._variable
            ]
            for segment in literal
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(self.prefix):
            return Match.NONE, {}
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for route in self._by_segment.get(self._segment(path), self._variable):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, FOUND: route}
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = match, {**found, FOUND: route}
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: APIRoute = scope[FOUND]
        await route.handle(scope, receive, send)

    def _segment(self, path: str) -> str:
        return path.removeprefix(self.prefix).lstrip("/").partition("/")[0]


def single_routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """With those of routers within; ours are included without a prefix."""
    for route in routes:
        inner = getattr(route, "original_router", route)
        if hasattr(inner, "routes"):
            yield from single_routes(inner.routes)
        else:
            yield route
