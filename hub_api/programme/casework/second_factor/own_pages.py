"""``/portal/account/second-factor``: seeing to one's own factors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.people.credentials import has_password
from casework.people.limits import bounds_of_account
from casework.people.sessions.service import resume
from casework.people.throttle.service import forget_attempts
from casework.programme import Session
from casework.second_factor import service, showing
from casework.second_factor.model import Need
from casework.second_factor.passkeys import Place
from casework.second_factor.settings import OPENER, RECIPIENT, SecondFactorSettings
from casework.second_factor.showing import Begun
from hub_api.programme.casework.account.entering import onward, wait_for
from hub_api.programme.casework.second_factor.pages import passkey_script
from hub_api.programme.kit.asking.proof import prove
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import PortalRequest, own_path, session_cookie

router = APIRouter(prefix="/portal", include_in_schema=False)
HOME = "/account/second-factor"
#: Duties whose names are no roles'.
_NAMED = frozenset({OPENER, RECIPIENT})


def duty_text(need: Need, request: PortalRequest) -> str:
    key = f"second_factor.duty.{need.duty}" if need.duty in _NAMED else f"role.{need.duty}"
    return WORDS.text(key, request.language)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    signed, settings, oidc = request.person, session.of(SecondFactorSettings), request.office.settings.oidc
    factors = service.find_factors(session)
    return {
        "factors": factors,
        "is_open": service.may_change(session),
        "has_password": has_password(session),
        "duties": [duty_text(one, request) for one in signed.needs if not one.by_provider],
        "provider_duties": [duty_text(one, request) for one in signed.needs if one.by_provider],
        "grace": signed.grace,
        "provider_name": oidc.name_ar if request.language == "ar" else oidc.name_en,
        "knows_passkeys": Place.of(session.link("")) is not None,
        "fresh_minutes": round(settings.fresh_minutes),
        "next": onward_of(request),
    }


def onward_of(request: PortalRequest) -> str:
    """Where somebody wanted to go before they were led here: a page of the portal, or nowhere."""
    path = own_path(request.query("next") if request.sent is None else request.sent.text("next"))
    return f"{MOUNT}{path}" if path else ""


PAGE = Page(
    router,
    HOME,
    "casework/second_factor/own.html",
    look,
    guard=signed_in,
    title="second_factor.title",
    here="account",
    keeping=Keeping.NOTHING,
)


async def send_again(request: PortalRequest, form: Form) -> Onward:
    await _prove(request, form)
    wait_for(request, await request.act(service.ask_again))
    back = onward(HOME, own_path(form.text("next")))
    return Onward(onward("/account/sign-in/factor", back))


async def send_app(request: PortalRequest, form: Form) -> Onward:
    await _prove_first(request, form)
    await request.act(service.begin_totp)
    return Onward(onward(f"{HOME}/app", own_path(form.text("next"))))


async def send_passkey_name(request: PortalRequest, form: Form) -> Onward:
    await _prove_first(request, form)
    await request.act(service.offer_passkey, request.person, form.text("name"))
    return Onward(onward(f"{HOME}/passkey", own_path(form.text("next"))))


async def send_removal(request: PortalRequest, _form: Form) -> None:
    def remove(session: Session) -> None:
        service.remove_totp(session)
        request.require_sure("second_factor.remove", None)

    await request.act(remove)


async def send_codes(request: PortalRequest, form: Form) -> Response:
    return _codes_page(request, await request.act(service.renew_codes), form)


PAGE.answer("again", as_sent, "", send_again)
PAGE.answer("app", as_sent, "", send_app)
PAGE.answer("passkeys", as_sent, "", send_passkey_name)
PAGE.answer("app/remove", as_sent, "factor_removed", send_removal)
PAGE.answer("codes", as_sent, "", send_codes)
PAGE.press_part(
    "passkeys/{passkey_id}/remove", "factor_removed", service.remove_passkey, asks="passkey.remove"
)


def look_at_app(session: Session, request: PortalRequest) -> dict[str, Any]:
    import segno

    setup = service.find_setup(session)
    drawn = segno.make(setup.url, error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return {"words": setup.words, "drawn": drawn, "next": onward_of(request)}


def look_at_passkey(session: Session, request: PortalRequest) -> dict[str, Any]:
    name, asked = service.find_offer(session, request.person)
    return {"name": name, "next": onward_of(request), **passkey_script(asked)}


APP = Page(
    router,
    f"{HOME}/app",
    "casework/second_factor/app.html",
    look_at_app,
    guard=signed_in,
    title="second_factor.app_title",
    here="account",
    keeping=Keeping.NOTHING,
)
PASSKEY = Page(
    router,
    f"{HOME}/passkey",
    "casework/second_factor/passkey.html",
    look_at_passkey,
    guard=signed_in,
    title="second_factor.passkey_title",
    here="account",
    keeping=Keeping.NOTHING,
)


async def send_first_code(request: PortalRequest, form: Form) -> Response:
    code, former = form.text("code"), _former(request)
    begun = await request.run(showing.confirm_totp, request.person, code, request.visitor, former)
    return await _added(request, begun, form)


async def send_passkey(request: PortalRequest, form: Form) -> Response:
    answer, former = form.text("passkey"), _former(request)
    begun = await request.run(showing.add_passkey, request.person, answer, request.visitor, former)
    return await _added(request, begun, form)


APP.answer("confirm", as_sent, "", send_first_code)
PASSKEY.answer("made", as_sent, "", send_passkey)


async def _added(request: PortalRequest, begun: Begun, form: Form) -> Response:
    """The session has another secret, and has shown a factor: what slept counts."""
    request.begin(begun.session)
    if not begun.codes:
        return request.go(onward(HOME, own_path(form.text("next"))), "factor_added")
    request.secret = begun.session.token
    request.signed = await request.office.act(ANONYMOUS, resume, begun.session.token)
    return _codes_page(request, begun.codes, form, is_new=True)


def _codes_page(
    request: PortalRequest, codes: tuple[str, ...], form: Form, *, is_new: bool = False
) -> Response:
    """This once; whoever loads the page again is not shown them."""
    request.keeping = Keeping.NOTHING
    return render_page(
        request,
        "casework/second_factor/codes.html",
        title=WORDS.text("second_factor.codes_title", request.language),
        here="account",
        codes=codes,
        is_new=is_new,
        next=own_path(form.text("next")),
    )


async def _prove(request: PortalRequest, form: Form) -> None:
    """Who is signed in knows the password, and so did not guess; whoever has none shows nothing by it."""
    proof = await prove(request, form.text("current"))
    await request.act(lambda session: forget_attempts(session.connection, bounds_of_account(proof.bounds)))


async def _prove_first(request: PortalRequest, form: Form) -> None:
    """Before the first factor; for further ones it and the password were shown lately, which the service looks at."""
    factors = await request.act(service.find_factors)
    if not factors.has_one:
        await _prove(request, form)


def _former(request: PortalRequest) -> str:
    return request.http.cookies.get(session_cookie(request.office), "")
