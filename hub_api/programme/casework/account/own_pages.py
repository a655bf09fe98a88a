"""``/portal/account``: what somebody says about themselves, where they are signed in, and their data.

Browsers as people know them: what a browser says of itself is written for servers.

``/portal/account/tokens``: tokens for somebody's own programs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from casework.access_log.service import list_entries
from casework.access_tokens.model import TokenScope, Wish
from casework.access_tokens.rules import PACKAGE
from casework.access_tokens.service import count_tokens, has_sleeping, issue, list_tokens, revoke
from casework.access_tokens.settings import AccessTokenSettings
from casework.people.credentials import ask_for_email, change_password, has_password, hash_changed
from casework.people.leaving.service import ask_for_erasure, keep_account, write_export
from casework.people.machine import ERASURE
from casework.people.model import Names
from casework.people.sessions.service import end_session, list_sessions, sign_out_everywhere
from casework.people.settings import PeopleSettings
from casework.people.standing import find_names, rename
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.language import Language
from hub_api.programme.casework.pictures.pages import own_with, take_own_pictures
from hub_api.programme.kit import reveal
from hub_api.programme.kit.asking.proof import begin_anew, prove, require_password, require_proof
from hub_api.programme.kit.drafts import settle
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.numbers import row_number
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.values import ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=signed_in, here="account")
PIECE_BYTES = 65_536
#: The tokens of one's programs are to end as well.
TOKENS_FIELD = "end_tokens"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How somebody spells their name, and which language they read."""

    name_ar: str | None
    name_en: str | None
    language: Language


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    settings, language = session.of(PeopleSettings), request.language
    planned = session.planned(session.person_id)
    return {
        **own_with(request, session),
        "sessions": list_sessions(session),
        "due_at": planned.get(ERASURE),
        "has_password": has_password(session),
        "tokens": count_tokens(session),
        "roles": sorted({WORDS.text(f"role.{grant.role}", language) for grant in session.actor.grants}),
        "device": partial(device_text, language=language),
        "characters_min": settings.password_characters_min,
        "grace_days": f"{settings.erasure_grace_days:g}",
    }


def send_names(session: Session, sent: Spelling) -> None:
    rename(session, Names(sent.name_ar, sent.name_en), sent.language)


PAGE = page("/account", "casework/account/profile.html", look, title="profile.title")
take_own_pictures(PAGE, "picture")
PAGE.post("names", ValueForm(Spelling), "names_saved", send_names)
PAGE.post(
    "keep",
    lambda form: form.number("version"),
    "account_kept",
    lambda session, version: keep_account(session, session.person_id, version),
)


def look_at_readings(session: Session, request: PortalRequest) -> dict[str, Any]:
    rows = request.office.settings.portal.page_rows
    entries = list_entries(session, request.query_as("before", row_number), rows)
    return {
        "entries": entries,
        "names": find_names(session.connection, [one.reader for one in entries]),
        "rows": rows,
        "known": is_known_reading,
    }


def is_known_reading(what: str) -> bool:
    return f"reading.{what.replace('.', '_')}" in WORDS.texts["en"]


page("/account/readings", "casework/account/readings.html", look_at_readings, title="readings.title")


async def send_password(request: PortalRequest, form: Form) -> None:
    proof = await prove(request, form.text("current"))
    hashed = await request.office.hash(hash_changed, request.person, proof, form.text("password"))
    with_tokens = bool(form.text(TOKENS_FIELD))
    await request.run(change_password, request.person, proof, hashed, with_tokens=with_tokens)
    await begin_anew(request)


async def send_email(request: PortalRequest, form: Form) -> None:
    proof = await require_password(request)
    await request.run(ask_for_email, request.person, proof, form.text("email"), request.visitor)
    await begin_anew(request)


PAGE.answer("password/change", as_sent, "password_changed", send_password)
PAGE.answer("email/change", as_sent, "email_asked", send_email)


async def send_end(request: PortalRequest, _: tuple[()], session_id: UUID) -> None:
    await request.form()
    await require_proof(request)
    await request.act(end_session, session_id)


async def send_end_all(request: PortalRequest, form: Form) -> Onward:
    await require_proof(request)
    await request.act(sign_out_everywhere, with_tokens=bool(form.text(TOKENS_FIELD)))
    request.end()
    return Onward("")


PAGE.take("sessions/{session_id}/end", "session_ended", send_end)
PAGE.answer("sessions/end-all", as_sent, "signed_out", send_end_all)


async def erase(request: PortalRequest, version: int) -> Onward:
    await require_proof(request)
    await request.act(ask_for_erasure, request.person.person.person_id, version)
    request.end()
    return Onward("")


PAGE.answer("erase", lambda form: form.number("version"), "erasure_asked", erase)


@router.post("/account/export")
async def send_export(request: CurrentRequest) -> Response:
    _, _ = request.person, await request.form()
    await require_proof(request)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        await request.run(write_export, request.person, file)
    except FalajError as error:
        file.close()
        return await PAGE.show(request, refused=error)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": 'attachment; filename="falaj-my-data.zip"'
    }
    sent = StreamingResponse(
        _pieces(file), media_type="application/zip", headers=fields, background=BackgroundTask(file.close)
    )
    return request.finish(sent)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


#: What stands in a browser's own words, and its name. Most also name those that they are like, so the order matters.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_text(device: str, language: Language) -> str:
    """Such as "Firefox on Windows"; what is not known as it calls itself, "Unknown browser" for nothing."""
    browser = next((name for sign, name in BROWSERS if sign in device), None)
    system = next((name for sign, name in SYSTEMS if sign in device), None)
    if browser is None:
        return device or WORDS.text("profile.unknown_browser", language)
    if system is None:
        return browser
    return WORDS.text("profile.browser_on", language, browser=browser, system=system)


NEW_TOKEN = "falaj_new_token"  # noqa: S105 (the name of a cookie)


def look_at_tokens(session: Session, request: PortalRequest) -> dict[str, Any]:
    settings, now, form = session.of(AccessTokenSettings), session.now(), request.typed
    return {
        "tokens": list_tokens(session),
        "scopes": tuple(TokenScope),
        "chosen": form.all("scope"),
        "days": form.text("days") or settings.days_default,
        "days_max": settings.days_max,
        "standing": lambda token: token.standing(now),
        "standing_label": lambda token: Label(PACKAGE, f"standing.{token.standing(now)}"),
        "scope_label": lambda scope: Label(PACKAGE, f"scope.{scope.key}"),
        "site": request.site,
        "has_password": has_password(session),
        "is_asleep": lambda token: has_sleeping(session, token),
        "new_token": reveal.take(request, NEW_TOKEN, session.person_id),
    }


TOKENS = Page(
    router,
    "/account/tokens",
    "casework/account/tokens.html",
    look_at_tokens,
    guard=signed_in,
    title="tokens.title",
    here="account",
)
TOKENS.press_part("{token_id}/revoke", "token_revoked", revoke, asks="access_token.revoke")


@router.post("/account/tokens")
async def send_token(request: CurrentRequest) -> Response:
    """The next page shows the token, this once."""
    person, form = request.person.person, await request.form()
    chosen = form.all("scope")
    scopes = frozenset(scope for scope in TokenScope if scope.value in chosen)
    wish = Wish(form.text("name"), scopes, form.number("days"))
    try:
        _ = await require_password(request)
        issued = await request.act(issue, wish)
    except FalajError as error:
        return await TOKENS.show(request, refused=error)
    await settle(request)
    reveal.keep(request, NEW_TOKEN, person.person_id, issued.text)
    return request.go("/account/tokens", "token_issued")
