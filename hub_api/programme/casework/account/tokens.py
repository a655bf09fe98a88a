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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal/account/tokens", include_in_schema=False)
NEW_TOKEN = "falaj_new_token"  # noqa: S105 (the name of a cookie)
PACKAGE = "casework.access_tokens"


@router.get("")
async def show_tokens(visit: VisitHere) -> Response:
    return await _page(visit, Form())


@router.post("")
async def send_token(visit: VisitHere) -> Response:
    signed, form = visit.person, await visit.form()
    chosen = form.all("scope")
    scopes = frozenset(scope for scope in TokenScope if scope.value in chosen)
    wish = Wish(form.text("name"), scopes, form.number("days"))
    try:
        issued = await visit.do(lambda connection: issue(connection, visit.office.tokens, signed.actor, wish))
    except FalajError as error:
        return await _page(visit, form, error)
    reveal.keep(visit, NEW_TOKEN, signed.person.person_id, issued.text)
    return visit.go("/account/tokens", "token_issued")


@router.post("/{token_id}/revoke")
async def send_end(visit: VisitHere, token_id: UUID) -> Response:
    _ = visit.person
    await visit.form()

    def work(connection: Connection) -> None:
        with visit.asking(connection, "access_token", "revoke", token_id):
            revoke(connection, visit.office.tokens, visit.actor, token_id)

    try:
        await visit.do(work)
    except FalajError as error:
        return await _page(visit, Form(), error)
    return visit.go("/account/tokens", "token_revoked")


async def _page(visit: Visit, form: Form, refused: FalajError | None = None) -> Response:
    signed, settings, now = visit.person, visit.office.tokens.settings, visit.office.clock()
    tokens = await visit.do(lambda connection: list_tokens(connection, signed.actor))

    def standing(token: Token) -> Standing:
        return token.standing(now)

    return page(
        visit,
        "casework/account/tokens.html",
        title=WORDS.text("tokens.title", visit.language),
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
        site=visit.site,
        new_token=reveal.take(visit, NEW_TOKEN, signed.person.person_id),
    )
