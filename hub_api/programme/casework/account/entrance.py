"""``/portal/account/…``: signing up, in and out, and where mailed links lead.

Following a link shows a page with a button: programs that look through mail follow links by themselves.
"""

from __future__ import annotations

import structlog
from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from casework.people.credentials import (
    ask_for_password,
    come_for_link,
    come_for_password,
    find_password_link,
    follow_email_link,
    hash_for,
    set_password,
)
from casework.people.model import Address, Names
from casework.people.oidc.model import Answer
from casework.people.oidc.service import arrive, depart, follow_identity_link
from casework.people.sessions.model import NewSession
from casework.people.sessions.service import resume
from casework.people.sessions.service import sign_out as end_session
from casework.people.sign_up import come_to_confirm, find_sign_up, finish_sign_up, hash_first, sign_up
from casework.people.signing_in import claim, enter, prove
from citycore.errors import FalajError
from hub_api.programme.kit.errors import SignInNeeded
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import (
    CurrentRequest,
    PortalRequest,
    own_path,
    picked_language,
    session_cookie,
)

router = APIRouter(prefix="/portal/account", include_in_schema=False)
log = structlog.get_logger()
IDENTITY_COOKIE = "falaj_identity"


@router.get("/sign-up")
async def show_sign_up(request: CurrentRequest) -> Response:
    return _sign_up_page(request, Form({"next": [request.http.query_params.get("next", "")]}))


@router.post("/sign-up")
async def send_sign_up(request: CurrentRequest) -> Response:
    form = await request.form()
    names, onward = Names(form.optional("name_ar"), form.optional("name_en")), _onward(request, form)
    try:
        await request.do(
            lambda connection: sign_up(
                connection,
                request.office.desk,
                form.text("email"),
                names,
                request.language,
                request.visitor,
                onward,
            )
        )
    except FalajError as error:
        return _sign_up_page(request, form, error)
    return request.go("/account/sent?what=confirm")


@router.get("/sent")
async def show_sent(request: CurrentRequest) -> Response:
    """Mail is on its way, whoever is known here."""
    what = "password" if request.http.query_params.get("what") == "password" else "confirm"
    lead = WORDS.text(f"sent.{what}", request.language)
    return render_page(
        request, "casework/account/sent.html", title=WORDS.text("sent.title", request.language), lead=lead
    )


@router.get("/confirm")
async def show_confirm(request: CurrentRequest, token: str = "") -> Response:
    return await _confirm_page(request, token, request.http.query_params.get("next", ""))


@router.post("/confirm")
async def confirm(request: CurrentRequest) -> Response:
    form, desk = await request.form(), request.office.desk
    token, password = form.text("token"), form.text("password")
    try:
        wish = await request.do(lambda connection: come_to_confirm(connection, desk, token, request.visitor))
        hashed = await request.office.hash(lambda: hash_first(desk, wish, password))
        session = await request.do(
            lambda connection: finish_sign_up(connection, desk, token, hashed, request.visitor)
        )
    except FalajError as error:
        return await _confirm_page(request, token, form.text("next"), error)
    return await _enter(request, session, own_path(form.text("next")), "welcome")


@router.get("/sign-in")
async def show_sign_in(request: CurrentRequest) -> Response:
    wanted = request.http.query_params.get("next", "")
    if request.signed is not None:
        return request.go(own_path(wanted))
    return _sign_in_page(request, Form({"next": [wanted]}))


@router.post("/sign-in")
async def send_sign_in(request: CurrentRequest) -> Response:
    form, desk = await request.form(), request.office.desk
    previous = request.http.cookies.get(session_cookie(request.office))
    try:
        claimed = await request.do(
            lambda connection: claim(connection, desk, form.text("email"), request.visitor)
        )
        proof = await request.office.hash(lambda: prove(desk, claimed, form.text("password")))
        session = await request.do(
            lambda connection: enter(connection, desk, proof, request.visitor, previous)
        )
    except FalajError as error:
        return _sign_in_page(request, form, error)
    return await _enter(request, session, own_path(form.text("next")), None)


@router.post("/sign-out")
async def sign_out(request: CurrentRequest) -> Response:
    await request.form()
    token = request.http.cookies.get(session_cookie(request.office), "")
    await request.do(lambda connection: end_session(connection, token))
    request.end()
    return request.go("", "signed_out")


@router.get("/forgotten")
async def show_forgotten(request: CurrentRequest) -> Response:
    return _forgotten_page(request, Form())


@router.post("/forgotten")
async def send_forgotten(request: CurrentRequest) -> Response:
    """The answer comes first: not even the time that it takes tells whether there is an account."""
    form, desk = await request.form(), request.office.desk
    try:
        # How often it was asked is told to whoever asks, known or not: no page says that mail is on its way if none is.
        address = await request.do(
            lambda connection: come_for_link(connection, desk, form.text("email"), request.visitor)
        )
    except FalajError as error:
        return _forgotten_page(request, form, error)
    response = request.go("/account/sent?what=password")
    response.background = BackgroundTask(_mail_password_link, request, address)
    return response


@router.get("/password")
async def show_password(request: CurrentRequest, token: str = "") -> Response:
    return await _password_page(request, token)


@router.post("/password")
async def send_password(request: CurrentRequest) -> Response:
    form, desk = await request.form(), request.office.desk
    token, password = form.text("token"), form.text("password")
    try:
        person = await request.do(
            lambda connection: come_for_password(connection, desk, token, request.visitor)
        )
        hashed = await request.office.hash(lambda: hash_for(desk, person, password))
        session = await request.do(
            lambda connection: set_password(connection, desk, token, hashed, request.visitor)
        )
    except FalajError as error:
        return await _password_page(request, token, error)
    return await _enter(request, session, "/account", "password_changed")


@router.get("/email")
async def show_email(request: CurrentRequest, token: str = "") -> Response:
    return _button_page(request, "email", token)


@router.post("/email")
async def follow_email(request: CurrentRequest) -> Response:
    token = (await request.form()).text("token")
    has_changed = await request.do(
        lambda connection: follow_email_link(connection, request.office.desk, token, request.visitor)
    )
    path = "/account" if request.signed is not None else "/account/sign-in"
    return request.go(path, "email_changed" if has_changed else "email_half")


@router.get("/identity")
async def show_identity(request: CurrentRequest, token: str = "") -> Response:
    return _button_page(request, "identity", token)


@router.post("/identity")
async def follow_identity(request: CurrentRequest) -> Response:
    token = (await request.form()).text("token")
    session = await request.do(
        lambda connection: follow_identity_link(connection, request.office.desk, token, request.visitor)
    )
    return await _enter(request, session, "/account", "identity_linked")


@router.get("/identity/go")
async def go_to_provider(request: CurrentRequest) -> Response:
    """A link, not a form: the policy of our pages lets forms lead nowhere else."""
    provider = request.office.provider()
    if provider is None:
        raise SignInNeeded
    departure = await request.do(
        lambda connection: depart(connection, request.office.desk, provider, _back(request), request.visitor)
    )
    seconds = int(request.office.settings.oidc.flow_minutes * 60)
    request.keep_secret(IDENTITY_COOKIE, departure.browser_secret, seconds)
    return request.finish(RedirectResponse(departure.url, 303, headers={"Cache-Control": "no-store"}))


@router.get("/identity/back")
async def come_back(request: CurrentRequest) -> Response:
    provider = request.office.provider()
    if provider is None:
        raise SignInNeeded
    told, secret = request.http.query_params, request.read_secret(IDENTITY_COOKIE)
    answer = Answer(told.get("code"), told.get("state"), told.get("iss"), told.get("error"))
    arrival = await request.do(
        lambda connection: arrive(
            connection,
            request.office.desk,
            provider,
            _back(request),
            answer,
            secret,
            request.language,
            request.visitor,
        )
    )
    request.keep_secret(IDENTITY_COOKIE, "", 0)
    if arrival.session is None:
        return request.go("/account/sign-in", "identity_asked")
    return await _enter(request, arrival.session, "/account", None)


def _back(request: PortalRequest) -> str:
    return f"{request.office.url}/account/identity/back"


async def _enter(request: PortalRequest, session: NewSession, path: str, notice: str | None) -> Response:
    """In, with a session that the browser did not have before, and in the language of the page that led there.

    The language of the account is that of mails, and of a browser in which nobody has chosen one.
    """
    signed = await request.do(lambda connection: resume(connection, request.office.desk, session.token))
    request.begin(session)
    request.keep_language(picked_language(request.http) or signed.person.language)
    return request.go(path, notice)


async def _mail_password_link(request: PortalRequest, address: Address) -> None:
    try:
        await request.do(lambda connection: ask_for_password(connection, request.office.desk, address))
    except FalajError as error:
        log.info("password_link_not_mailed", reason=error.slug)


def _sign_up_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    title = WORDS.text("sign_up.title", request.language)
    return render_page(
        request,
        "casework/account/sign_up.html",
        title=title,
        form=form,
        refused=refused,
        next=form.text("next"),
    )


def _sign_in_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    oidc = request.office.settings.oidc
    return render_page(
        request,
        "casework/account/sign_in.html",
        title=WORDS.text("sign_in.title", request.language),
        form=form,
        refused=refused,
        next=form.text("next"),
        provider_name=oidc.name_ar if request.language == "ar" else oidc.name_en,
    )


def _forgotten_page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    title = WORDS.text("forgotten.title", request.language)
    return render_page(request, "casework/account/forgotten.html", title=title, form=form, refused=refused)


def _onward(request: PortalRequest, form: Form) -> str:
    """Where a mailed link leads on to: a page of the portal other than the account, or nowhere."""
    path = own_path(form.text("next"))
    is_short = len(path) <= request.office.settings.portal.onward_characters_max
    return f"{MOUNT}{path}" if path != "/account" and is_short else ""


async def _confirm_page(
    request: PortalRequest, token: str, onward: str, refused: FalajError | None = None
) -> Response:
    wish = await request.do(lambda connection: find_sign_up(connection, request.office.desk, token))
    return _choose_page(request, "confirm", token, wish.address.written, refused, onward)


async def _password_page(request: PortalRequest, token: str, refused: FalajError | None = None) -> Response:
    person = await request.do(lambda connection: find_password_link(connection, request.office.desk, token))
    return _choose_page(request, "password", token, person.email or "", refused)


def _choose_page(  # noqa: PLR0913, PLR0917 (what the page shows)
    request: PortalRequest, what: str, token: str, email: str, refused: FalajError | None, onward: str = ""
) -> Response:
    return render_page(
        request,
        "casework/account/password.html",
        title=WORDS.text(f"{what}.title", request.language),
        refused=refused,
        action=f"/account/{what}",
        button=WORDS.text(f"{what}.button", request.language),
        token=token,
        email=email,
        next=onward,
        characters_min=request.office.settings.people.password_characters_min,
    )


def _button_page(request: PortalRequest, what: str, token: str) -> Response:
    return render_page(
        request,
        "casework/account/button.html",
        title=WORDS.text(f"{what}.title", request.language),
        lead=WORDS.text(f"{what}.lead", request.language),
        action=f"/account/{what}",
        token=token,
        button=WORDS.text(f"{what}.button", request.language),
    )
