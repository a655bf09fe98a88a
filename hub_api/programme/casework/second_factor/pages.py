"""``/portal/account/sign-in/factor``: whoever has shown one factor shows the other."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import ANONYMOUS
from casework.people.sessions.model import NewSession
from casework.second_factor import showing
from casework.second_factor.errors import VisitOver
from casework.second_factor.showing import Coming
from citycore.errors import FalajError
from hub_api.programme.casework.account.entering import FACTOR_COOKIE, enter
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest, own_path, session_cookie
from hub_api.serving.pages.assets import ASSETS

router = APIRouter(prefix="/portal", include_in_schema=False)
SCRIPT = ASSETS["passkey.js"]
#: By the field of the form that is sent.
SHOWINGS = {
    "code": showing.show_code,
    "recovery": showing.show_recovery,
    "passkey": showing.show_passkey,
}


@router.get("/account/sign-in/factor")
async def show(request: CurrentRequest) -> Response:
    return await _page(request, request.query("next"))


@router.post("/account/sign-in/factor")
async def send(request: CurrentRequest) -> Response:
    form = await request.form()
    try:
        begun = await _show(request, form)
    except (VisitOver, FormUnreadable):
        raise
    except FalajError as error:
        return await _page(request, form.text("next"), error)
    return await enter(request, begun, own_path(form.text("next")))


async def _show(request: PortalRequest, form: Form) -> NewSession:
    field = next((name for name in SHOWINGS if form.optional(name) is not None), None)
    if field is None:
        field = form.text("kind")
    if field not in SHOWINGS:
        raise FormUnreadable
    previous = request.http.cookies.get(session_cookie(request.office))
    coming = Coming(request.read_secret(FACTOR_COOKIE), request.visitor, previous)
    return await request.run(SHOWINGS[field], coming, form.text(field))


async def _page(request: PortalRequest, onward: str, refused: FalajError | None = None) -> Response:
    """Each time with another challenge for a passkey."""
    token = request.read_secret(FACTOR_COOKIE)
    person, factors = await request.office.act(ANONYMOUS, showing.come, token)
    asked = await request.office.act(ANONYMOUS, showing.ask_passkey, token)
    request.keeping = Keeping.NOTHING
    return render_page(
        request,
        "casework/second_factor/ask.html",
        title=WORDS.text("second_factor.ask_title", request.language),
        refused=refused,
        email=person.email,
        factors=factors,
        next=onward,
        **passkey_script(asked),
    )


def passkey_script(asked: Any) -> dict[str, Any]:
    """What a page with a passkey's button needs; nothing where the browser is asked nothing."""
    return {"options": asked and json.dumps(asked), "script": SCRIPT if asked else None}
