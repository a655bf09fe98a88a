"""The hub as the OpenID provider of its own dashboards: one page for people, and four addresses for programs.

``/portal/account/dashboards`` asks whoever is signed in, once, whether the dashboards may act for them. Where nothing is
set (``FALAJ_SIGN_IN_``), none of this is there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from casework.access.model import ANONYMOUS
from casework.access_tokens.model import DASHBOARD_SCOPES
from casework.access_tokens.rules import PACKAGE as TOKENS
from casework.dashboard_access.errors import DashboardsForeign
from casework.dashboard_access.keys import ALGORITHM, SigningKey
from casework.dashboard_access.model import Asked, Redemption, Wrong
from casework.dashboard_access.rules import LEVELS, SCOPE, answer_url, is_client, is_ours, why_wrong
from casework.dashboard_access.service import give_code, is_allowed, redeem, sign_out
from casework.dashboard_access.settings import DashboardAccessSettings
from casework.workflow.errors import NoSuchObject
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.settings import SignInSettings
from hub_api.programme.kit.forms import Form, read_form
from hub_api.programme.kit.office import Office
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
PATH = "/account/dashboards"
#: What is for one person and one moment.
UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
#: Who was asked lately is asked once more all the same.
ASKS_AGAIN = frozenset({"consent", "login"})


@router.get("/.well-known/openid-configuration")
async def describe(request: Request) -> Response:
    office = _office(request)
    url = f"{office.url}{PATH}"
    told = {
        "issuer": office.url,
        "authorization_endpoint": url,
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/keys",
        "end_session_endpoint": f"{url}/out",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": [SCOPE, "profile", "email", *DASHBOARD_SCOPES],
        "claims_supported": ["sub", "name", "locale", "acr", "amr", "auth_time"],
        "acr_values_supported": LEVELS,
        "authorization_response_iss_parameter_supported": True,
    }
    return JSONResponse(told, headers={"Cache-Control": "no-cache"})


@router.get(f"{PATH}/keys")
async def send_keys(request: Request) -> Response:
    key = _office(request).programme.of(SigningKey)
    return JSONResponse(key.public(), headers={"Cache-Control": "no-cache"})


@router.get(PATH)
async def show(request: CurrentRequest) -> Response:
    """Straight back where the person has said before that the dashboards may, and still lets them."""
    asked = _asked(request)
    if wrong := why_wrong(asked, _limits(request).asked_characters_max):
        return _back(request, asked, {"error": wrong})
    is_silent = asked.prompt == "none"
    if is_silent and request.signed is None:
        return _back(request, asked, {"error": Wrong.LOGIN_REQUIRED})
    _ = request.person
    if asked.prompt not in ASKS_AGAIN and await request.look(is_allowed):
        return await _give(request, asked)
    return _back(request, asked, {"error": Wrong.CONSENT_REQUIRED}) if is_silent else _page(request)


@router.post(PATH)
async def agree(request: CurrentRequest) -> Response:
    asked, _ = _asked(request), request.person
    form = await request.form()
    if wrong := why_wrong(asked, _limits(request).asked_characters_max):
        return _back(request, asked, {"error": wrong})
    if form.text("answer") != "yes":
        return _back(request, asked, {"error": Wrong.ACCESS_DENIED})
    return await _give(request, asked)


@router.post(f"{PATH}/token")
async def send_token(request: Request) -> Response:
    """For the dashboards themselves: a token for a code, once."""
    office = _office(request)
    try:
        form = await read_form(request, office.settings.portal)
    except FalajError:
        return _refused(Wrong.INVALID_REQUEST)
    if not is_client(*_client(request, form), office.settings.sign_in):
        return _refused(Wrong.INVALID_CLIENT)
    if form.text("grant_type") != "authorization_code":
        return _refused(Wrong.UNSUPPORTED_GRANT_TYPE)
    brought = Redemption(form.text("code"), form.text("redirect_uri"), form.text("code_verifier"))
    signed = await office.act(ANONYMOUS, redeem, brought)
    if signed is None:
        return _refused(Wrong.INVALID_GRANT)
    told = {
        "access_token": signed.token,
        "token_type": "Bearer",
        "expires_in": signed.expires_in,
        "scope": signed.scope,
        "id_token": signed.id_token,
    }
    return JSONResponse(told, headers=UNKEPT)


@router.get(f"{PATH}/out")
async def leave(request: CurrentRequest) -> Response:
    """Out of the dashboards, which say whose sign-in it was by what was signed for it. Here nobody is signed out."""
    settings = _settings(request)
    if request.query("post_logout_redirect_uri") != settings.redirect_uri:
        raise DashboardsForeign
    await request.run(sign_out, request.query("id_token_hint"))
    told = answer_url(str(settings.redirect_uri), {"state": request.query("state")})
    return request.finish(RedirectResponse(told, 303, headers=UNKEPT))


async def _give(request: PortalRequest, asked: Asked) -> Response:
    code = await request.act(give_code, asked, request.person.session_id)
    return _back(request, asked, {"code": code})


def _back(request: PortalRequest, asked: Asked, told: Mapping[str, str]) -> Response:
    """To the dashboards, whose address was compared before."""
    more = {"state": asked.state, "iss": request.office.url}
    url = answer_url(asked.redirect_uri, {**told, **more})
    return request.finish(RedirectResponse(url, 303, headers=UNKEPT))


def _page(request: PortalRequest) -> Response:
    hours = _limits(request).hours
    values: dict[str, Any] = {
        "action": f"{PATH}?{request.http.url.query}",
        "scopes": [Label(TOKENS, f"scope.{scope.key}") for scope in DASHBOARD_SCOPES],
        "days": round(hours / 24),
        "hours": round(hours),
        "back": answer_url(str(_settings(request).redirect_uri), {}),
    }
    title = WORDS.text("dashboard_access.title", request.language)
    return render_page(request, "casework/dashboard_access/ask.html", title=title, here="account", **values)


def _asked(request: PortalRequest) -> Asked:
    """What the dashboards of this hub ask for; :class:`DashboardsForeign` of anybody else, who is sent nothing."""
    settings = _settings(request)
    asked = Asked.of(request.http.query_params)
    if not is_ours(asked, settings):
        raise DashboardsForeign
    return asked


def _settings(request: PortalRequest) -> SignInSettings:
    settings = request.office.settings.sign_in
    if not settings.is_on:
        raise NoSuchObject
    return settings


def _limits(request: PortalRequest) -> DashboardAccessSettings:
    return request.office.programme.of(DashboardAccessSettings)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    if not office.settings.sign_in.is_on:
        raise NoSuchObject
    return office


def _client(request: Request, form: Form) -> tuple[str, str]:
    """Who says to be the dashboards, in either of the two ways (RFC 6749, 2.3.1)."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.text("client_id"), form.text("client_secret")
    try:
        name, _, secret = base64.b64decode(told.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _refused(wrong: Wrong) -> Response:
    is_client_wrong = wrong is Wrong.INVALID_CLIENT
    headers = {**UNKEPT, **({"WWW-Authenticate": 'Basic realm="falaj"'} if is_client_wrong else {})}
    return JSONResponse({"error": wrong}, 401 if is_client_wrong else 400, headers=headers)
