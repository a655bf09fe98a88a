"""``/portal/account/searches`` and ``/portal/searches/stop``: what somebody keeps, and no more mail about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.following import service
from casework.following.model import Kind, Search
from casework.following.rules import is_known, path_of
from casework.noun import Nouns
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Fields of the form that keeps a search whose names begin so are its filters.
FILTER_PREFIX = "filter_"


class Row(NamedTuple):
    """``path`` is None where the list no longer knows what is asked for."""

    search: Search
    kind: Kind | None
    path: str | None


@router.get("/account/searches")
async def show_searches(request: CurrentRequest) -> Response:
    _ = request.person
    return await _searches_page(request)


@router.post("/account/searches")
async def keep(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    filters = {
        name.removeprefix(FILTER_PREFIX): form.text(name)
        for name in form.fields
        if name.startswith(FILTER_PREFIX)
    }

    def work(session: Session) -> None:
        service.keep(session, form.text("kind"), form.text("q"), filters, form.text("name"))

    try:
        await request.act(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _searches_page(request, error)
    return request.go("/account/searches", "search_kept")


@router.post("/account/searches/mail")
async def set_mail(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    is_wanted = form.text("mail") == "1"
    await request.act(lambda session: service.set_mail(session, is_wanted=is_wanted))
    return request.go("/account/searches", "saved")


@router.post("/account/searches/{search_id}/remove")
async def remove(request: CurrentRequest, search_id: UUID) -> Response:
    _ = request.person
    await request.form()
    try:
        await request.act(lambda session: service.remove(session, search_id))
    except NoSuchObject as error:
        return await _searches_page(request, error)
    return request.go("/account/searches", "search_removed")


@router.get("/searches/stop")
async def show_stop(request: CurrentRequest, token: str = "") -> Response:
    """A page with a button: whatever only looks at links in mails stops nothing."""
    reader = await request.look(lambda session: service.find_reader(session, token))
    return _stop_page(request, token, is_stopped=reader.stopped_at is not None)


@router.post("/searches/stop")
async def stop(request: CurrentRequest) -> Response:
    form: Form = await request.form()
    token = form.text("token")
    await request.act(lambda session: service.stop(session, token))
    return _stop_page(request, token, is_stopped=True)


def _stop_page(request: PortalRequest, token: str, *, is_stopped: bool) -> Response:
    return render_page(
        request,
        "casework/following/stop.html",
        title=WORDS.text("searches.stop", request.language),
        token=token,
        is_stopped=is_stopped,
    )


async def _searches_page(request: PortalRequest, refused: FalajError | None = None) -> Response:
    kinds = request.office.programme.of(Nouns).kinds
    searches, reader = await request.look(service.list_own)
    return render_page(
        request,
        "casework/following/own.html",
        title=WORDS.text("searches.title", request.language),
        here="account",
        refused=refused,
        rows=[_row(kinds, search) for search in searches],
        kinds=list(kinds.values()),
        is_stopped=reader is not None and reader.stopped_at is not None,
        hours=f"{request.office.settings.searches.mail_hours:g}",
    )


def _row(kinds: Mapping[str, Kind], search: Search) -> Row:
    kind = kinds.get(search.kind)
    is_open = kind is not None and is_known(kind, search.wanted)
    return Row(search, kind, path_of(kind, search.wanted) if kind is not None and is_open else None)
