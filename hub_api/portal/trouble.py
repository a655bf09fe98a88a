"""Errors as pages: what went wrong and what to do, also where nobody could find out who asks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub_api.pages.layout import render
from hub_api.portal.errors import SignInNeeded
from hub_api.portal.frame import PUBLIC_ROOMS, WORDS, headers, other_url, words
from hub_api.portal.office import MOUNT, Office
from hub_api.portal.visit import chosen_language


def trouble_page(request: Request, status: int, code: str, detail: str, more: Mapping[str, str]) -> Response:
    """Whoever has to sign in is led there, and back afterwards; what was sent by a form is not kept."""
    if code == SignInNeeded.slug and request.method in {"GET", "HEAD"}:
        wanted = quote(str(request.url.replace(scheme="", netloc="")), safe="")
        # A link that names a language leads to a page in it.
        told = f"&lang={chosen_language(request)}" if "lang" in request.query_params else ""
        return RedirectResponse(
            f"{MOUNT}/account/sign-in?next={wanted}{told}", 303, headers={"Cache-Control": "no-store"}
        )
    language = chosen_language(request)
    office: Office = request.app.state.office
    key = f"trouble.{code}" if f"trouble.{code}" in WORDS.texts[language] else "trouble.other"
    # Where the interface speaks to programmers, pages have words of their own.
    own = f"trouble_text.{code}"
    detail = WORDS.text(own, language) if own in WORDS.texts[language] else detail
    body = render(
        request, "portal/error.html", language, title=WORDS.text(key, language), here=None, signed=None,
        code=code, detail=detail, status=status, refused=None, notice=None, rooms=PUBLIC_ROOMS,
        other_url=other_url(request, language), is_plain=True, form_token=str,
        is_demo=office.settings.portal.is_demo, **words(language),
    )  # fmt: skip
    return HTMLResponse(body, status, headers={**headers(office, language), **more})
