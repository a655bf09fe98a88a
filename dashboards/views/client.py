"""Views as the hub keeps them: those that are shared, which everybody reads, and one's own in one's own name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

import falaj_client as api
from citycore.arrangements.model import Piece
from citycore.arrangements.rules import document_of, pieces_of
from dashboards.account import Account, ask
from dashboards.arranging import Draft
from dashboards.client import LIMITS, NOT_OURS, ApiRefused, ApiUnavailable, failures, hub
from dashboards.views.errors import ViewUnknown
from falaj_client.parsing import Json

OWN = "/v1/innovation/me/views"
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Listed:
    """One of somebody's own, as their list names it."""

    view: str
    name: str


@st.cache_data(ttl=LIMITS.live_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def shared(link: str) -> Draft:
    """What somebody shares; :class:`ViewUnknown`."""
    question = api.questions.One(path=f"/v1/innovation/views/{link}", parse=_shared)
    try:
        with failures():
            name, pieces = hub().run(hub().core.one(question))
    except ApiRefused as error:
        if isinstance(error.__cause__, api.Problem) and error.__cause__.status == NOT_FOUND:
            raise ViewUnknown from error
        raise
    return Draft(pieces, name, link=link, saved=pieces, saved_name=name)


def own(account: Account) -> list[Listed]:
    return [Listed(str(one["view"]), str(one["name"])) for one in _data(ask(account, "GET", OWN))]


def opened(account: Account, view: str) -> Draft:
    """One of one's own, as it is now."""
    return _draft(ask(account, "GET", f"{OWN}/{view}"))


def kept(account: Account, draft: Draft, *, is_shared: bool) -> Draft:
    """All of it as the hub has it now: a new view, or one's own in place of the version that was seen."""
    body = {"name": draft.name, "pieces": document_of(draft.pieces), "shared": is_shared}
    if not draft.view:
        return _draft(ask(account, "POST", OWN, body))
    return _draft(ask(account, "PUT", f"{OWN}/{draft.view}", body, draft.version))


def deleted(account: Account, draft: Draft) -> None:
    ask(account, "DELETE", f"{OWN}/{draft.view}", None, draft.version)


def _shared(answer: Json) -> tuple[str, tuple[Piece, ...]]:
    told = answer["data"]
    return str(told["name"]), pieces_of(told["pieces"])


def _draft(answer: Any) -> Draft:
    told = _data(answer)
    try:
        pieces = pieces_of(told["pieces"])
        name, version = str(told["name"]), int(told["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise ApiUnavailable(where=OWN, reason=NOT_OURS) from error
    link = str(told.get("link") or "")
    return Draft(pieces, name, str(told["view"]), link, version, saved=pieces, saved_name=name)


def _data(answer: Mapping[str, Any] | Sequence[Any]) -> Any:
    """What operations answer stands in an envelope."""
    return answer["data"] if isinstance(answer, Mapping) and "data" in answer else answer
