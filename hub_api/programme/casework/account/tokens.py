"""``/portal/account/tokens``: tokens for somebody's own programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope, Wish
from casework.access_tokens.rules import PACKAGE
from casework.access_tokens.service import issue, list_tokens, revoke
from casework.access_tokens.settings import AccessTokenSettings
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.errors import FalajError
from hub_api.programme.kit import reveal
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
NEW_TOKEN = "falaj_new_token"  # noqa: S105 (the name of a cookie)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
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
        "new_token": reveal.take(request, NEW_TOKEN, session.person_id),
    }


PAGE = Page(
    router,
    "/account/tokens",
    "casework/account/tokens.html",
    look,
    guard=signed_in,
    title="tokens.title",
    here="account",
)
PAGE.press_part("{token_id}/revoke", "token_revoked", revoke, asks="access_token.revoke")


@router.post("/account/tokens")
async def send_token(request: CurrentRequest) -> Response:
    """The next page shows the token, this once."""
    person, form = request.person.person, await request.form()
    chosen = form.all("scope")
    scopes = frozenset(scope for scope in TokenScope if scope.value in chosen)
    wish = Wish(form.text("name"), scopes, form.number("days"))
    try:
        issued = await request.act(issue, wish)
    except FalajError as error:
        return await PAGE.show(request, refused=error)
    reveal.keep(request, NEW_TOKEN, person.person_id, issued.text)
    return request.go("/account/tokens", "token_issued")
