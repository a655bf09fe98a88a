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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.visit import Visit, VisitHere, own_path, picked_language, session_cookie

router = APIRouter(prefix="/portal/account", include_in_schema=False)
log = structlog.get_logger()
IDENTITY_COOKIE = "falaj_identity"


@router.get("/sign-up")
async def show_sign_up(visit: VisitHere) -> Response:
    return _sign_up_page(visit, Form({"next": [visit.request.query_params.get("next", "")]}))


@router.post("/sign-up")
async def send_sign_up(visit: VisitHere) -> Response:
    form = await visit.form()
    names, onward = Names(form.optional("name_ar"), form.optional("name_en")), _onward(visit, form)
    try:
        await visit.do(
            lambda connection: sign_up(
                connection,
                visit.office.desk,
                form.text("email"),
                names,
                visit.language,
                visit.visitor,
                onward,
            )
        )
    except FalajError as error:
        return _sign_up_page(visit, form, error)
    return visit.go("/account/sent?what=confirm")


@router.get("/sent")
async def show_sent(visit: VisitHere) -> Response:
    """Mail is on its way, whoever is known here."""
    what = "password" if visit.request.query_params.get("what") == "password" else "confirm"
    lead = WORDS.text(f"sent.{what}", visit.language)
    return page(
        visit, "casework/account/sent.html", title=WORDS.text("sent.title", visit.language), lead=lead
    )


@router.get("/confirm")
async def show_confirm(visit: VisitHere, token: str = "") -> Response:
    return await _confirm_page(visit, token, visit.request.query_params.get("next", ""))


@router.post("/confirm")
async def confirm(visit: VisitHere) -> Response:
    form, desk = await visit.form(), visit.office.desk
    token, password = form.text("token"), form.text("password")
    try:
        wish = await visit.do(lambda connection: come_to_confirm(connection, desk, token, visit.visitor))
        hashed = await visit.office.hash(lambda: hash_first(desk, wish, password))
        session = await visit.do(
            lambda connection: finish_sign_up(connection, desk, token, hashed, visit.visitor)
        )
    except FalajError as error:
        return await _confirm_page(visit, token, form.text("next"), error)
    return await _enter(visit, session, own_path(form.text("next")), "welcome")


@router.get("/sign-in")
async def show_sign_in(visit: VisitHere) -> Response:
    wanted = visit.request.query_params.get("next", "")
    if visit.signed is not None:
        return visit.go(own_path(wanted))
    return _sign_in_page(visit, Form({"next": [wanted]}))


@router.post("/sign-in")
async def send_sign_in(visit: VisitHere) -> Response:
    form, desk = await visit.form(), visit.office.desk
    previous = visit.request.cookies.get(session_cookie(visit.office))
    try:
        claimed = await visit.do(
            lambda connection: claim(connection, desk, form.text("email"), visit.visitor)
        )
        proof = await visit.office.hash(lambda: prove(desk, claimed, form.text("password")))
        session = await visit.do(lambda connection: enter(connection, desk, proof, visit.visitor, previous))
    except FalajError as error:
        return _sign_in_page(visit, form, error)
    return await _enter(visit, session, own_path(form.text("next")), None)


@router.post("/sign-out")
async def sign_out(visit: VisitHere) -> Response:
    await visit.form()
    token = visit.request.cookies.get(session_cookie(visit.office), "")
    await visit.do(lambda connection: end_session(connection, token))
    visit.end()
    return visit.go("", "signed_out")


@router.get("/forgotten")
async def show_forgotten(visit: VisitHere) -> Response:
    return _forgotten_page(visit, Form())


@router.post("/forgotten")
async def send_forgotten(visit: VisitHere) -> Response:
    """The answer comes first: not even the time that it takes tells whether there is an account."""
    form, desk = await visit.form(), visit.office.desk
    try:
        # How often it was asked is told to whoever asks, known or not: no page says that mail is on its way if none is.
        address = await visit.do(
            lambda connection: come_for_link(connection, desk, form.text("email"), visit.visitor)
        )
    except FalajError as error:
        return _forgotten_page(visit, form, error)
    response = visit.go("/account/sent?what=password")
    response.background = BackgroundTask(_mail_password_link, visit, address)
    return response


@router.get("/password")
async def show_password(visit: VisitHere, token: str = "") -> Response:
    return await _password_page(visit, token)


@router.post("/password")
async def send_password(visit: VisitHere) -> Response:
    form, desk = await visit.form(), visit.office.desk
    token, password = form.text("token"), form.text("password")
    try:
        person = await visit.do(lambda connection: come_for_password(connection, desk, token, visit.visitor))
        hashed = await visit.office.hash(lambda: hash_for(desk, person, password))
        session = await visit.do(
            lambda connection: set_password(connection, desk, token, hashed, visit.visitor)
        )
    except FalajError as error:
        return await _password_page(visit, token, error)
    return await _enter(visit, session, "/account", "password_changed")


@router.get("/email")
async def show_email(visit: VisitHere, token: str = "") -> Response:
    return _button_page(visit, "email", token)


@router.post("/email")
async def follow_email(visit: VisitHere) -> Response:
    token = (await visit.form()).text("token")
    has_changed = await visit.do(
        lambda connection: follow_email_link(connection, visit.office.desk, token, visit.visitor)
    )
    path = "/account" if visit.signed is not None else "/account/sign-in"
    return visit.go(path, "email_changed" if has_changed else "email_half")


@router.get("/identity")
async def show_identity(visit: VisitHere, token: str = "") -> Response:
    return _button_page(visit, "identity", token)


@router.post("/identity")
async def follow_identity(visit: VisitHere) -> Response:
    token = (await visit.form()).text("token")
    session = await visit.do(
        lambda connection: follow_identity_link(connection, visit.office.desk, token, visit.visitor)
    )
    return await _enter(visit, session, "/account", "identity_linked")


@router.get("/identity/go")
async def go_to_provider(visit: VisitHere) -> Response:
    """A link, not a form: the policy of our pages lets forms lead nowhere else."""
    provider = visit.office.provider()
    if provider is None:
        raise SignInNeeded
    departure = await visit.do(
        lambda connection: depart(connection, visit.office.desk, provider, _back(visit), visit.visitor)
    )
    seconds = int(visit.office.settings.oidc.flow_minutes * 60)
    visit.keep_secret(IDENTITY_COOKIE, departure.browser_secret, seconds)
    return visit.finish(RedirectResponse(departure.url, 303, headers={"Cache-Control": "no-store"}))


@router.get("/identity/back")
async def come_back(visit: VisitHere) -> Response:
    provider = visit.office.provider()
    if provider is None:
        raise SignInNeeded
    told, secret = visit.request.query_params, visit.read_secret(IDENTITY_COOKIE)
    answer = Answer(told.get("code"), told.get("state"), told.get("iss"), told.get("error"))
    arrival = await visit.do(
        lambda connection: arrive(
            connection,
            visit.office.desk,
            provider,
            _back(visit),
            answer,
            secret,
            visit.language,
            visit.visitor,
        )
    )
    visit.keep_secret(IDENTITY_COOKIE, "", 0)
    if arrival.session is None:
        return visit.go("/account/sign-in", "identity_asked")
    return await _enter(visit, arrival.session, "/account", None)


def _back(visit: Visit) -> str:
    return f"{visit.office.url}/account/identity/back"


async def _enter(visit: Visit, session: NewSession, path: str, notice: str | None) -> Response:
    """In, with a session that the browser did not have before, and in the language of the page that led there.

    The language of the account is that of mails, and of a browser in which nobody has chosen one.
    """
    signed = await visit.do(lambda connection: resume(connection, visit.office.desk, session.token))
    visit.begin(session)
    visit.keep_language(picked_language(visit.request) or signed.person.language)
    return visit.go(path, notice)


async def _mail_password_link(visit: Visit, address: Address) -> None:
    try:
        await visit.do(lambda connection: ask_for_password(connection, visit.office.desk, address))
    except FalajError as error:
        log.info("password_link_not_mailed", reason=error.slug)


def _sign_up_page(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    title = WORDS.text("sign_up.title", visit.language)
    return page(
        visit,
        "casework/account/sign_up.html",
        title=title,
        form=form,
        refused=refused,
        next=form.text("next"),
    )


def _sign_in_page(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    oidc = visit.office.settings.oidc
    return page(
        visit,
        "casework/account/sign_in.html",
        title=WORDS.text("sign_in.title", visit.language),
        form=form,
        refused=refused,
        next=form.text("next"),
        provider_name=oidc.name_ar if visit.language == "ar" else oidc.name_en,
    )


def _forgotten_page(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    title = WORDS.text("forgotten.title", visit.language)
    return page(visit, "casework/account/forgotten.html", title=title, form=form, refused=refused)


def _onward(visit: Visit, form: Form) -> str:
    """Where a mailed link leads on to: a page of the portal other than the account, or nowhere."""
    path = own_path(form.text("next"))
    is_short = len(path) <= visit.office.settings.portal.onward_characters_max
    return f"{MOUNT}{path}" if path != "/account" and is_short else ""


async def _confirm_page(visit: Visit, token: str, onward: str, refused: FalajError | None = None) -> Response:
    wish = await visit.do(lambda connection: find_sign_up(connection, visit.office.desk, token))
    return _choose_page(visit, "confirm", token, wish.address.written, refused, onward)


async def _password_page(visit: Visit, token: str, refused: FalajError | None = None) -> Response:
    person = await visit.do(lambda connection: find_password_link(connection, visit.office.desk, token))
    return _choose_page(visit, "password", token, person.email or "", refused)


def _choose_page(  # noqa: PLR0913, PLR0917 (what the page shows)
    visit: Visit, what: str, token: str, email: str, refused: FalajError | None, onward: str = ""
) -> Response:
    return page(
        visit,
        "casework/account/password.html",
        title=WORDS.text(f"{what}.title", visit.language),
        refused=refused,
        action=f"/account/{what}",
        button=WORDS.text(f"{what}.button", visit.language),
        token=token,
        email=email,
        next=onward,
        characters_min=visit.office.settings.people.password_characters_min,
    )


def _button_page(visit: Visit, what: str, token: str) -> Response:
    return page(
        visit,
        "casework/account/button.html",
        title=WORDS.text(f"{what}.title", visit.language),
        lead=WORDS.text(f"{what}.lead", visit.language),
        action=f"/account/{what}",
        token=token,
        button=WORDS.text(f"{what}.button", visit.language),
    )
