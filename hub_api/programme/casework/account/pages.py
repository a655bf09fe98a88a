"""``/portal/account/…``: signing up, in and out, and where mailed links lead.

Following a link shows a page with a button: programs that look through mail follow links by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

import structlog
from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from casework.people import credentials, sign_up, signing_in
from casework.people.addresses import parse_address
from casework.people.model import Address, Names, SignUp
from casework.people.oidc.model import Answer
from casework.people.oidc.provider import Provider
from casework.people.oidc.service import arrive, depart, follow_identity_link
from casework.people.sessions.service import sign_out
from casework.people.settings import PeopleSettings
from casework.programme import Session
from citycore.errors import FalajError
from hub_api.programme.casework.account.entering import KNOWN_COOKIE, enter
from hub_api.programme.kit.errors import SignInNeeded
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import (
    CurrentRequest,
    PortalRequest,
    own_path,
    session_cookie,
)

router = APIRouter(prefix="/portal", include_in_schema=False)
log = structlog.get_logger()
IDENTITY_COOKIE = "falaj_identity"
#: Where somebody goes on who comes back from the provider.
ONWARD_COOKIE = "falaj_identity_onward"


@router.get("/account/sign-up")
async def show_sign_up(request: CurrentRequest) -> Response:
    return _page(request, "sign_up", form=Form(), next=request.query("next"))


@router.post("/account/sign-up")
async def send_sign_up(request: CurrentRequest) -> Response:
    form = await request.form()
    names, onward = Names(form.optional("name_ar"), form.optional("name_en")), _onward(request, form)
    language, visitor = request.language, request.visitor
    try:
        wish = SignUp(parse_address(form.text("email")), names, language)
        await request.run(sign_up.sign_up, wish, visitor, onward)
    except FalajError as error:
        return _page(request, "sign_up", form=form, next=form.text("next"), refused=error)
    return request.go("/account/sent?what=confirm")


@router.get("/account/sent")
async def show_sent(request: CurrentRequest) -> Response:
    """Mail is on its way, whoever is known here."""
    what = "password" if request.query("what") == "password" else "confirm"
    return _page(request, "sent", lead=WORDS.text(f"sent.{what}", request.language))


@router.get("/account/sign-in")
async def show_sign_in(request: CurrentRequest) -> Response:
    wanted = request.query("next")
    return _sign_in_page(request, Form(), wanted) if request.signed is None else request.go(own_path(wanted))


@router.post("/account/sign-in")
async def send_sign_in(request: CurrentRequest) -> Response:
    form, visitor = await request.form(), request.visitor
    previous = request.http.cookies.get(session_cookie(request.office))
    try:
        shown = request.read_secret(KNOWN_COOKIE)
        claimed = await request.run(signing_in.claim, form.text("email"), visitor, shown)
        proof = await request.office.hash(signing_in.prove, claimed, form.text("password"))
        begun = await request.act(signing_in.enter, proof, visitor, previous)
    except FalajError as error:
        return _sign_in_page(request, form, form.text("next"), error)
    return await enter(request, begun, own_path(form.text("next")))


@router.post("/account/sign-out")
async def send_sign_out(request: CurrentRequest) -> Response:
    await request.form()
    token = request.http.cookies.get(session_cookie(request.office), "")
    await request.act(sign_out, token)
    request.end()
    return request.go("", "signed_out")


@router.get("/account/forgotten")
async def show_forgotten(request: CurrentRequest) -> Response:
    return _page(request, "forgotten", form=Form())


@router.post("/account/forgotten")
async def send_forgotten(request: CurrentRequest) -> Response:
    """The answer comes first: not even the time that it takes tells whether there is an account."""
    form, visitor = await request.form(), request.visitor
    try:
        # How often it was asked is told to whoever asks, known or not: no page says that mail is on its way if none is.
        address = await request.run(credentials.come_for_link, form.text("email"), visitor)
    except FalajError as error:
        return _page(request, "forgotten", form=form, refused=error)
    response = request.go("/account/sent?what=password")
    response.background = BackgroundTask(_mail_password_link, request, address)
    return response


async def _mail_password_link(request: PortalRequest, address: Address) -> None:
    try:
        await request.act(credentials.ask_for_password, address)
    except FalajError as error:
        log.info("password_link_not_mailed", reason=error.slug)


def _choosing(what: str, email_of: Callable[[Session, str], str | None]) -> Page[()]:
    """A page where whoever came with a mailed link chooses a password; ``email_of`` says whose the link is."""

    def look(session: Session, request: PortalRequest) -> dict[str, Any]:
        sent = request.sent
        token = request.query("token") if sent is None else sent.text("token")
        return {
            "action": f"/account/{what}",
            "button": WORDS.text(f"{what}.button", request.language),
            "token": token,
            "email": email_of(session, token) or "",
            "next": request.query("next") if sent is None else sent.text("next"),
            "characters_min": session.of(PeopleSettings).password_characters_min,
        }

    template, title = "casework/account/password.html", f"{what}.title"
    return Page(router, f"/account/{what}", template, look, guard=anybody, title=title, here="")


CONFIRM = _choosing("confirm", lambda session, token: sign_up.find_sign_up(session, token).address.written)
PASSWORD = _choosing("password", lambda session, token: credentials.find_password_link(session, token).email)


@router.post("/account/confirm")
async def confirm(request: CurrentRequest) -> Response:
    form, visitor = await request.form(), request.visitor
    token = form.text("token")
    try:
        wish = await request.run(sign_up.come_to_confirm, token, visitor)
        hashed = await request.office.hash(sign_up.hash_first, wish, form.text("password"))
        begun = await request.act(sign_up.finish_sign_up, token, hashed, visitor)
    except FalajError as error:
        return await CONFIRM.show(request, refused=error)
    return await enter(request, begun, own_path(form.text("next")), "welcome")


@router.post("/account/password")
async def send_password(request: CurrentRequest) -> Response:
    form, visitor = await request.form(), request.visitor
    token = form.text("token")
    try:
        person = await request.run(credentials.come_for_password, token, visitor)
        hashed = await request.office.hash(credentials.hash_for, person, form.text("password"))
        begun = await request.act(credentials.set_password, token, hashed, visitor)
    except FalajError as error:
        return await PASSWORD.show(request, refused=error)
    return await enter(request, begun, "/account", "password_changed")


@router.get("/account/email")
async def show_email(request: CurrentRequest) -> Response:
    return _button_page(request, "email")


@router.post("/account/email")
async def follow_email(request: CurrentRequest) -> Response:
    token, visitor = (await request.form()).text("token"), request.visitor
    has_changed = await request.run(credentials.follow_email_link, token, visitor)
    path = "/account" if request.signed is not None else "/account/sign-in"
    return request.go(path, "email_changed" if has_changed else "email_half")


@router.get("/account/identity")
async def show_identity(request: CurrentRequest) -> Response:
    return _button_page(request, "identity")


@router.post("/account/identity")
async def follow_identity(request: CurrentRequest) -> Response:
    token, visitor = (await request.form()).text("token"), request.visitor
    begun = await request.run(follow_identity_link, token, visitor)
    return await enter(request, begun, "/account", "identity_linked")


@router.get("/account/identity/go")
async def go_to_provider(request: CurrentRequest) -> Response:
    """A link, not a form: the policy of our pages lets forms lead nowhere else."""
    provider, visitor = _provider(request), request.visitor
    departure = await request.run(depart, provider, visitor, again=request.query("again") == "1")
    seconds = int(request.office.settings.oidc.flow_minutes * 60)
    request.keep_secret(IDENTITY_COOKIE, departure.browser_secret, seconds)
    onward = own_path(request.query("next"))
    is_short = len(onward) <= request.office.settings.portal.return_characters_max
    request.keep_secret(ONWARD_COOKIE, quote(onward, safe="") if is_short else "", seconds)
    return request.finish(RedirectResponse(departure.url, 303, headers={"Cache-Control": "no-store"}))


@router.get("/account/identity/back")
async def come_back(request: CurrentRequest) -> Response:
    provider, language, visitor = _provider(request), request.language, request.visitor
    told, secret = request.http.query_params, request.read_secret(IDENTITY_COOKIE)
    answer = Answer(told.get("code"), told.get("state"), secret, told.get("iss"), told.get("error"))
    arrival = await request.run(arrive, provider, answer, language, visitor)
    request.keep_secret(IDENTITY_COOKIE, "", 0)
    onward = own_path(f"{MOUNT}{unquote(request.read_secret(ONWARD_COOKIE))}")
    request.keep_secret(ONWARD_COOKIE, "", 0)
    if arrival.session is None:
        return request.go("/account/sign-in", "identity_asked")
    return await enter(request, arrival.session, onward)


def _provider(request: PortalRequest) -> Provider:
    provider = request.office.provider()
    if provider is None:
        raise SignInNeeded
    return provider


def _onward(request: PortalRequest, form: Form) -> str:
    """Where a mailed link leads on to: a page of the portal other than the account, or nowhere."""
    path = own_path(form.text("next"))
    is_short = len(path) <= request.office.settings.portal.onward_characters_max
    return f"{MOUNT}{path}" if path and is_short else ""


def _sign_in_page(
    request: PortalRequest, form: Form, onward: str, refused: FalajError | None = None
) -> Response:
    oidc = request.office.settings.oidc
    name = oidc.name_ar if request.language == "ar" else oidc.name_en
    return _page(request, "sign_in", form=form, next=onward, provider_name=name, refused=refused)


def _button_page(request: PortalRequest, what: str) -> Response:
    return render_page(
        request,
        "casework/account/button.html",
        title=WORDS.text(f"{what}.title", request.language),
        lead=WORDS.text(f"{what}.lead", request.language),
        action=f"/account/{what}",
        token=request.query("token"),
        button=WORDS.text(f"{what}.button", request.language),
    )


def _page(request: PortalRequest, what: str, **values: Any) -> Response:
    """One that needs nothing of the database: whoever is not signed in gets it without."""
    title = WORDS.text(f"{what}.title", request.language)
    return render_page(request, f"casework/account/{what}.html", title=title, **values)
