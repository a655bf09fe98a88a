"""``/portal/account/tokens``: tokens for somebody's own programs."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import Standing, Token, TokenScope, Wish
from casework.access_tokens.service import issue, list_tokens, revoke
from casework.workflow.wording import Label
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.programme.kit import reveal
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/account/tokens", include_in_schema=False)
NEW_TOKEN = "falaj_new_token"  # noqa: S105 (the name of a cookie)
PACKAGE = "casework.access_tokens"


@router.get("")
async def show_tokens(request: CurrentRequest) -> Response:
    return await _page(request, Form())


@router.post("")
async def send_token(request: CurrentRequest) -> Response:
    signed, form = request.person, await request.form()
    chosen = form.all("scope")
    scopes = frozenset(scope for scope in TokenScope if scope.value in chosen)
    wish = Wish(form.text("name"), scopes, form.number("days"))
    try:
        issued = await request.do(
            lambda connection: issue(connection, request.office.tokens, signed.actor, wish)
        )
    except FalajError as error:
        return await _page(request, form, error)
    reveal.keep(request, NEW_TOKEN, signed.person.person_id, issued.text)
    return request.go("/account/tokens", "token_issued")


@router.post("/{token_id}/revoke")
async def send_end(request: CurrentRequest, token_id: UUID) -> Response:
    _ = request.person
    await request.form()

    def work(connection: Connection) -> None:
        with request.asking(connection, "access_token", "revoke", token_id):
            revoke(connection, request.office.tokens, request.actor, token_id)

    try:
        await request.do(work)
    except FalajError as error:
        return await _page(request, Form(), error)
    return request.go("/account/tokens", "token_revoked")


async def _page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    signed, settings, now = request.person, request.office.tokens.settings, request.office.clock()
    tokens = await request.do(lambda connection: list_tokens(connection, signed.actor))

    def standing(token: Token) -> Standing:
        return token.standing(now)

    return render_page(
        request,
        "casework/account/tokens.html",
        title=WORDS.text("tokens.title", request.language),
        here="account",
        refused=refused,
        form=form,
        tokens=tokens,
        scopes=tuple(TokenScope),
        chosen=form.all("scope"),
        days=form.text("days") or settings.days_default,
        days_max=settings.days_max,
        standing=standing,
        standing_label=lambda token: Label(PACKAGE, f"standing.{standing(token)}"),
        scope_label=lambda scope: Label(PACKAGE, f"scope.{scope.key}"),
        site=request.site,
        new_token=reveal.take(request, NEW_TOKEN, signed.person.person_id),
    )
