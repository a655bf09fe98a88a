"""``/portal/account/searches`` and ``/portal/searches/stop``: what somebody keeps, and no more mail about it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.following import service
from casework.following.model import Kind, Search
from casework.following.rules import is_known, path_of
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.following import KINDS
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Fields of the form that keeps a search whose names begin so are its filters.
FILTER_PREFIX = "filter_"


class Row(NamedTuple):
    """``path`` is None where the list no longer knows what is asked for."""

    search: Search
    kind: Kind | None
    path: str | None


@router.get("/account/searches")
async def show_searches(visit: VisitHere) -> Response:
    _ = visit.person
    return await _searches_page(visit)


@router.post("/account/searches")
async def keep(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    settings = visit.office.settings.searches
    filters = {
        name.removeprefix(FILTER_PREFIX): form.text(name)
        for name in form.fields
        if name.startswith(FILTER_PREFIX)
    }

    def work(connection: Connection) -> None:
        service.keep(
            connection,
            form.text("kind"),
            form.text("q"),
            filters,
            form.text("name"),
            visit.actor,
            visit.office.clock,
            settings,
        )

    try:
        await visit.do(work)
    except NotAllowed:
        raise
    except FalajError as error:
        return await _searches_page(visit, error)
    return visit.go("/account/searches", "search_kept")


@router.post("/account/searches/mail")
async def set_mail(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    is_wanted = form.text("mail") == "1"
    await visit.do(
        lambda connection: service.set_mail(connection, visit.actor, visit.office.clock, is_wanted=is_wanted)
    )
    return visit.go("/account/searches", "saved")


@router.post("/account/searches/{search_id}/remove")
async def remove(visit: VisitHere, search_id: UUID) -> Response:
    _ = visit.person
    await visit.form()
    try:
        await visit.do(lambda connection: service.remove(connection, search_id, visit.actor))
    except NoSuchObject as error:
        return await _searches_page(visit, error)
    return visit.go("/account/searches", "search_removed")


@router.get("/searches/stop")
async def show_stop(visit: VisitHere, token: str = "") -> Response:
    """A page with a button: whatever only looks at links in mails stops nothing."""
    reader = await visit.do(lambda connection: service.find_reader(connection, token))
    return _stop_page(visit, token, is_stopped=reader.stopped_at is not None)


@router.post("/searches/stop")
async def stop(visit: VisitHere) -> Response:
    form: Form = await visit.form()
    token = form.text("token")
    await visit.do(lambda connection: service.stop(connection, token, visit.office.clock))
    return _stop_page(visit, token, is_stopped=True)


def _stop_page(visit: Visit, token: str, *, is_stopped: bool) -> Response:
    return page(
        visit,
        "casework/following/stop.html",
        title=WORDS.text("searches.stop", visit.language),
        token=token,
        is_stopped=is_stopped,
    )


async def _searches_page(visit: Visit, refused: FalajError | None = None) -> Response:
    searches, reader = await visit.do(lambda connection: service.list_own(connection, visit.actor))
    return page(
        visit,
        "casework/following/own.html",
        title=WORDS.text("searches.title", visit.language),
        here="account",
        refused=refused,
        rows=[_row(search) for search in searches],
        kinds=list(KINDS.values()),
        is_stopped=reader is not None and reader.stopped_at is not None,
        hours=f"{visit.office.settings.searches.mail_hours:g}",
    )


def _row(search: Search) -> Row:
    kind = KINDS.get(search.kind)
    is_open = kind is not None and is_known(kind, search.wanted)
    return Row(search, kind, path_of(kind, search.wanted) if kind is not None and is_open else None)
