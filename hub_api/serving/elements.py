"""What the elements of a list may hold, as its documentation says it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from fastapi import Request
from pydantic import BaseModel
from starlette.routing import BaseRoute

from hub_api.serving.routing import single_routes


def keys_of(request: Request) -> tuple[str, ...]:
    """The keys of an element of the list that is asked for; none where the documentation does not know it."""
    route = request.scope.get("route")
    model = getattr(route, "response_model", None)
    if model is None:
        path = str(getattr(route, "path", "")).removesuffix(".{extension}")
        model = next(_models(request.app.routes, path), None)
    return () if model is None else element_keys(model)


def _models(routes: list[BaseRoute], path: str) -> Iterator[Any]:
    for route in single_routes(routes):
        if getattr(route, "path", None) == path and getattr(route, "response_model", None) is not None:
            yield route.response_model  # type: ignore[attr-defined]


@cache
def element_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """Those of every shape that an element may have."""
    data = model.model_fields.get("data")
    found = [] if data is None else list(_shapes(data.annotation))
    return tuple(dict.fromkeys(key for shape in found for key in shape.model_fields))


def _shapes(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _shapes(inner)
