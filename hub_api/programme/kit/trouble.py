"""Errors as pages: what went wrong and what to do, also where nobody could find out who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from citycore.errors import FalajError
from citycore.language import Language
from hub_api.programme.kit.drafts import place_of_unsent, sent_mark
from hub_api.programme.kit.errors import FollowNeeded, SignInNeeded
from hub_api.programme.kit.following import FOLLOW
from hub_api.programme.kit.office import MOUNT, Office
from hub_api.programme.kit.places import typed_in
from hub_api.programme.kit.rendering import PUBLIC_ROOMS, WORDS, headers, other_url, render_page, words
from hub_api.programme.kit.request import came_from, chosen_language, known_request, request_of
from hub_api.serving.pages.layout import render
from hub_api.serving.problems import Finding

log = structlog.get_logger()
HTTP_FORBIDDEN = 403
#: Where somebody is led who has to say first who they are, or what they follow.
_ENTRANCES = {SignInNeeded.slug: "/account/sign-in", FollowNeeded.slug: FOLLOW}


class Trouble:
    """As :class:`hub_api.serving.problems.PagesOfErrors`."""

    def is_page(self, request: Request) -> bool:
        return request.url.path == MOUNT or request.url.path.startswith(f"{MOUNT}/")

    def language(self, request: Request) -> Language:
        return chosen_language(request)

    async def greet(self, request: Request) -> None:
        """Where the database is away, the page does without who asks."""
        if known_request(request) is None:
            try:
                await request_of(request)
            except FalajError as error:
                log.info("trouble_without_request", reason=error.slug)
        known = known_request(request)
        if known is not None:
            await known.read_unsent()

    def page(self, request: Request, finding: Finding) -> Response:
        return _page(request, finding)


def _page(request: Request, finding: Finding) -> Response:
    """Whoever has to sign in is led there, and back afterwards; what was sent by a form is not kept."""
    status, code = finding.status, finding.code
    entrance = _ENTRANCES.get(code)
    if entrance is not None and request.method in {"GET", "HEAD"}:
        return _led_to(request, entrance)
    if status == HTTP_FORBIDDEN and request.method in {"GET", "HEAD"} and _is_asleep(request):
        return _led_to(request, "/account/second-factor")
    language = chosen_language(request)
    key = f"trouble.{code}" if f"trouble.{code}" in WORDS.texts[language] else "trouble.other"
    # Where the interface speaks to programmers, pages have words of their own.
    own = f"trouble_text.{code}"
    known = known_request(request)
    next_step = _next_step(status, code, language, is_signed=known is not None and known.signed is not None)
    values: dict[str, Any] = {
        "code": code,
        "detail": WORDS.text(own, language) if own in WORDS.texts[language] else finding.detail,
        "next_step": next_step,
        "back": came_from(request),
        "unsent": {} if known is None or known.unsent is None else typed_in(known.unsent),
        "place": "" if known is None else place_of_unsent(known),
        "kept": known is not None and sent_mark(known) is not None and bool(known.drafts),
    }
    title = WORDS.text(key, language)
    if known is None or code == FalajError.slug:  # what nobody expected may lie in what makes pages
        response = _plain_page(request, language, status, title, values)
    else:
        response = render_page(known, "kit/error.html", title=title, status=status, **values)
    response.headers.update(finding.headers)
    return response


def _led_to(request: Request, entrance: str) -> RedirectResponse:
    """To a page that leads back here; a link that names a language leads to one in it."""
    wanted = quote(str(request.url.replace(scheme="", netloc="")), safe="")
    told = f"&lang={chosen_language(request)}" if "lang" in request.query_params else ""
    return RedirectResponse(
        f"{MOUNT}{entrance}?next={wanted}{told}", 303, headers={"Cache-Control": "no-store"}
    )


def _is_asleep(request: Request) -> bool:
    """Whether a duty of who asks does not count before a second factor is shown: it may be what is missing here."""
    known = known_request(request)
    signed = None if known is None else known.signed
    return signed is not None and bool(signed.needs) and signed.grace is None


def _next_step(status: int, code: str, language: Language, *, is_signed: bool) -> str | None:
    """What to do now, by the code or else the status; whoever is signed in need not sign in."""
    names = (code, f"of_{status}_signed" if is_signed else f"of_{status}", f"of_{status}")
    known = WORDS.texts[language]
    found = next((name for name in names if f"trouble_next.{name}" in known), None)
    return None if found is None else WORDS.text(f"trouble_next.{found}", language)


def _plain_page(
    request: Request, language: Language, status: int, title: str, values: Mapping[str, Any]
) -> Response:
    """Where nobody could find out who asks."""
    office: Office = request.app.state.office
    body = render(
        request,
        "programme/kit/error.html",
        language,
        title=title,
        here=None,
        signed=None,
        status=status,
        refused=None,
        notice=None,
        rooms=PUBLIC_ROOMS,
        other_url=other_url(request, language),
        is_plain=True,
        form_token=str,
        is_demo=office.settings.portal.is_demo,
        **words(language),
        **values,
    )
    return HTMLResponse(body, status, headers=headers(office, language))
