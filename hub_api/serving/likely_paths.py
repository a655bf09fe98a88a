"""Which path a reader may have meant who asks for one that there is not."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from fastapi.routing import APIRoute
from starlette.requests import Request

from hub_api.serving.hints import without_extension
from hub_api.serving.routing import single_routes

ROOT = "/v1/"
#: How alike it must be, 0 to 1: more than names, since there are few paths.
LIKENESS_MIN = 0.8
CHARACTERS_MAX = 63
#: What readers of other services call our lists.
SYNONYMS: Mapping[str, str] = {
    "sensors": "things",
    "sensor": "things",
    "stations": "things",
    "station": "things",
    "devices": "things",
    "locations": "things",
    "measurements": "observations",
    "readings": "observations",
    "values": "observations",
    "data": "observations",
    "current": "latest",
    "series": "datastreams",
    "streams": "datastreams",
    "properties": "observed-properties",
    "parameters": "observed-properties",
    "files": "bulk",
    "districts": "places",
    "areas": "places",
}


def likely_path(request: Request) -> str | None:
    """A path without variables; None where none is like the one that is asked for."""
    path = without_extension(request.url.path.rstrip("/"))
    if not path.lower().startswith(ROOT):
        return None
    asked = path[len(ROOT) :].lower()[:CHARACTERS_MAX]
    paths = [
        route.path
        for route in single_routes(request.app.routes)
        if isinstance(route, APIRoute) and route.include_in_schema
    ]
    known = {one.removeprefix(ROOT): one for one in paths if one.startswith(ROOT) and "{" not in one}
    name = SYNONYMS.get(asked, asked)
    found = [name] if name in known else get_close_matches(name, known, 1, LIKENESS_MIN)
    return known[found[0]] if found and known[found[0]] != request.url.path else None
