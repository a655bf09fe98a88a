"""Links as all documents of OGC API have them, under the address by which the client came."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from starlette.requests import Request

from hub_api.serving.pages.layout import base_url

ROOT = "/ogc"
JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
COVERAGE = "application/prs.coverage+json"
CSV = "text/csv"
SCHEMAS = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
Link = dict[str, object]


def root_of(request: Request) -> str:
    """The address of the landing page, without a slash at the end."""
    return base_url(request) + ROOT


def address(root: str, *segments: object, **query: str) -> str:
    """An address below the landing page; segments are percent-encoded."""
    path = "".join(f"/{quote(str(segment), safe='')}" for segment in segments)
    return f"{root}{path}" + (f"?{urlencode(query)}" if query else "")


def link(href: str, rel: str, kind: str, title: str, **more: object) -> Link:
    """One link."""
    return {"href": href, "rel": rel, "type": kind, "title": title, **more}


def own_address(request: Request, **changes: str | None) -> str:
    """The address that was asked for, with some parameters changed; None takes one away."""
    query = dict(request.query_params) | changes
    kept = {name: value for name, value in query.items() if value is not None}
    path = quote(request.url.path, safe="/:@!$&'()*+,;=~")
    return base_url(request) + path + (f"?{urlencode(kept)}" if kept else "")


def alternates(request: Request, chosen: str, offered: Iterable[tuple[str, str, str]]) -> list[Link]:
    """``self`` in the format of this answer and ``alternate`` in the others: (format, media type, title)."""
    links: list[Link] = []
    for name, kind, title in offered:
        if name == chosen:
            links.insert(0, link(own_address(request), "self", kind, title))
        else:
            links.append(link(own_address(request, f=name), "alternate", kind, title))
    return links
