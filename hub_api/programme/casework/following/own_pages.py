"""``/portal/account/searches`` and ``/portal/searches/stop``: what somebody keeps, and no more mail about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter

from casework.following import service
from casework.following.model import Kind, Search
from casework.following.rules import is_known, path_of
from casework.following.settings import SearchSettings
from casework.noun import Nouns
from casework.programme import Session
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, as_sent, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.stopping import add_stop_pages

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Fields of the form that keeps a search whose names begin so are its filters.
FILTER_PREFIX = "filter_"


class Row(NamedTuple):
    """``path`` is None where the list no longer knows what is asked for."""

    search: Search
    kind: Kind | None
    path: str | None


def look(session: Session, _: PortalRequest) -> dict[str, Any]:
    kinds = session.of(Nouns).kinds
    searches, reader = service.list_own(session)
    return {
        "rows": [_row(kinds, search) for search in searches],
        "kinds": list(kinds.values()),
        "is_stopped": reader is not None and reader.stopped_at is not None,
        "hours": f"{session.of(SearchSettings).mail_hours:g}",
    }


def _row(kinds: Mapping[str, Kind], search: Search) -> Row:
    kind = kinds.get(search.kind)
    is_open = kind is not None and is_known(kind, search.wanted)
    return Row(search, kind, path_of(kind, search.wanted) if kind is not None and is_open else None)


def keep(session: Session, form: Form) -> None:
    filters = {
        name.removeprefix(FILTER_PREFIX): form.text(name)
        for name in form.fields
        if name.startswith(FILTER_PREFIX)
    }
    service.keep(session, form.text("kind"), form.text("q"), filters, form.text("name"))


PAGE = Page(
    router,
    "/account/searches",
    "casework/following/own.html",
    look,
    guard=signed_in,
    title="searches.title",
    here="account",
)
PAGE.post("", as_sent, "search_kept", keep)
PAGE.post(
    "mail",
    lambda form: form.text("mail") == "1",
    "saved",
    lambda session, is_wanted: service.set_mail(session, is_wanted=is_wanted),
)
PAGE.press_part("{search_id}/remove", "search_removed", service.remove)


def _is_stopped(session: Session, token: str) -> bool:
    return service.find_reader(session, token).stopped_at is not None


add_stop_pages(router, "searches", _is_stopped, service.stop)
