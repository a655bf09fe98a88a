"""The frame of all pages for people: one look, two languages, no script, nothing from elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from citycore.language import Language, direction
from hub_api.serving.operator.settings import operator
from hub_api.serving.operator.texts import PAGES
from hub_api.serving.pages.assets import ASSETS
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.transport.hosts import show_host
from hub_api.serving.validators import is_known, not_modified, weak_etag

#: Where the pages are, in the order of the navigation.
ROOMS = (
    ("portal", "/portal"),
    ("catalogue", "/catalog"),
    ("guide", "/docs/guide"),
    ("reference", "/docs"),
    ("changes", "/changes"),
    ("status", "/status"),
)
OTHER: dict[Language, tuple[Language, str]] = {"en": ("ar", "العربية"), "ar": ("en", "English")}
FEEDS = (("application/atom+xml", "/changes.atom"), ("application/feed+json", "/changes.json"))
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

HTML = "text/html"
#: Templates stand in the rooms they belong to: ``status/page.html`` is that of ``hub_api/city/status``.
TEMPLATES = Environment(
    loader=PackageLoader("hub_api", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(  # noqa: PLR0913  # all but the request and the template by keyword
    request: Request,
    template: str,
    *,
    title: str,
    here: str | None = None,
    cache_seconds: int = 0,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """A page in the request's language, or 304 if the reader has it. ``here`` is its name in the navigation."""
    language = language_of(request)
    body = render(request, template, language, title=title, here=here, **values)
    fields = {
        **page_fields(language, cache_seconds),
        "ETag": weak_etag(body),
        "Vary": "Accept-Language",
        **(headers or {}),
    }
    if is_known(request, fields["ETag"]):
        return not_modified(fields)
    return HTMLResponse(body, headers=fields)


def page_fields(language: Language, cache_seconds: int) -> dict[str, str]:
    """What is said of every page."""
    return {
        **SECURITY,
        "Content-Language": language,
        "Cache-Control": f"public, max-age={cache_seconds}" if cache_seconds else "no-cache",
    }


def base_url(request: Request) -> str:
    """Where this hub is for the reader, without a slash at the end."""
    show_host(request)
    return str(request.base_url).rstrip("/")


def render(request: Request, template: str, language: Language, **values: Any) -> str:
    """The text of a page; ``values`` may replace what all pages have, such as the rooms."""
    other, other_name = OTHER[language]
    shared = {
        "language": language,
        "direction": direction(language),
        "other": other,
        "other_name": other_name,
        "text": partial(_text, language),
        "path": request.url.path,
        "version": request.app.version,
        "rooms": ROOMS,
        "feeds": [(kind, f"{path}?lang={language}") for kind, path in FEEDS],
        "operator_name": operator().name(language),
        "operator_pages": PAGES,
        "brand_icon": ASSETS["mark" if "mark" in ASSETS else "icon.svg"].path,
        "assets": {name: asset.path for name, asset in ASSETS.items()},
    }
    return TEMPLATES.get_template(template).render(shared | values)


def _text(language: Language, key: str, **fields: object) -> str:
    return TEXTS.text(key, language, **fields)
