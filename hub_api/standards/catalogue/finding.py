"""What programs look for before they know anything of a hub: ``/.well-known/api-catalog``, ``robots.txt``, ``sitemap.xml``, ``llms.txt``."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Final

from citycore.language import LANGUAGES, Language
from hub_api.standards.catalogue.dcat import title_of
from hub_api.standards.catalogue.model import Service, Shelf
from hub_api.standards.catalogue.texts import SAID

LINK_SET: Final = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
#: Pages that everybody may read, in the order of a visitor.
PAGES: Final = (
    "/portal",
    "/catalog",
    "/docs/guide",
    "/docs",
    "/changes",
    "/status",
    "/about",
    "/help",
    "/contact",
    "/privacy",
    "/accessibility",
    "/terms",
)
#: What crawlers need not fetch: exports and streams cost the readers, and what is somebody's is for them.
CLOSED: Final = (
    "/v1/",
    "/metrics",
    "/simple/",
    "/portal/account",
    "/portal/desk",
)
#: Small, and what catalogues are made from.
OPEN_WITHIN: Final = ("/v1/datasets", "/v1/sources")


def api_catalogue(shelf: Shelf) -> dict[str, Any]:
    """The services as links (RFC 9727, RFC 9264)."""
    here = f"{shelf.hub}/.well-known/api-catalog"
    items = [{"href": f"{shelf.hub}{one.root}"} for one in shelf.services]
    return {"linkset": [{"anchor": here, "item": items}, *(_links(shelf.hub, one) for one in shelf.services)]}


def _links(hub: str, service: Service) -> dict[str, Any]:
    return {
        "anchor": f"{hub}{service.root}",
        "service-desc": [{"href": f"{hub}{service.described_by}", "type": service.media_type}],
        "service-doc": [{"href": f"{hub}{service.guide}", "type": "text/html", "hreflang": list(LANGUAGES)}],
        "service-meta": [{"href": f"{hub}/catalog", "type": "application/ld+json"}],
        "status": [{"href": f"{hub}/v1/status", "type": "application/json"}],
    }


def robots(hub: str, services: Iterable[Service]) -> str:
    """Pages and the catalogue for all, nothing that is computed for each question."""
    roots = (f"{one.root}/" for one in services)
    closed = dict.fromkeys([*CLOSED, *(root for root in roots if not root.startswith(CLOSED))])
    lines = ["User-agent: *", "Allow: /", *(f"Allow: {path}" for path in OPEN_WITHIN)]
    lines += [f"Disallow: {path}" for path in closed]
    return "\n".join([*lines, "", f"Sitemap: {hub}/sitemap.xml", ""])


def sitemap(hub: str, datasets: Iterable[str]) -> str:
    """Pages and datasets, each in both languages."""
    paths = [*PAGES, *(f"/catalog/{code}" for code in datasets)]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    )
    return head + "".join(_page(hub, path, one) for path in paths for one in LANGUAGES) + "</urlset>\n"


def _page(hub: str, path: str, language: Language) -> str:
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{other}" href="{_url(hub, path, other)}"/>'
        for other in LANGUAGES
    )
    return f"<url><loc>{_url(hub, path, language)}</loc>{alternates}</url>\n"


def _url(hub: str, path: str, language: Language) -> str:
    return escape(f"{hub}{path}?lang={language}")


def for_language_models(shelf: Shelf, language: Language) -> str:
    """``llms.txt``: where to begin, in Markdown."""
    fields = {
        "title": title_of(shelf.holder)[language],
        "description": SAID.text("catalogue.description", language),
        "hub": shelf.hub,
    }
    return SAID.text("llms.text", language, **fields).lstrip()
