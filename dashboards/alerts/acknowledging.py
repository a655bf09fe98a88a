"""Acknowledging an alert from the page, for who may: as it was seen, with words of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import streamlit as st

import falaj_client as api
from citycore.errors import FalajError
from dashboards import account, choices, client, pieces
from dashboards.account import Account, HubRefused, ask
from dashboards.alerts import client as own
from dashboards.row import View

#: Whom the hub lets acknowledge alerts (``casework.alerts.service.WATCHERS``).
WATCHERS = frozenset({"duty_officer", "administrator"})
#: Under which a session remembers the alert as it was seen, and what is said once.
SEEN, SAID = "falaj_alert_seen", "falaj_alert_said"


class Said(NamedTuple):
    """What is told once, when the page has been looked at anew."""

    text: str
    is_done: bool


def show(alerts: Sequence[api.Alert], view: View) -> None:
    """Where it is done, or to who may: the alerts that nobody has acknowledged, and a button."""
    words = view.words
    if choices.is_bare():
        return
    whose = account.signed_in()
    if whose is None or not whose.roles & WATCHERS:
        here = account.is_offered() and whose is None
        pieces.show_hint(words, words(f"alerts.acknowledge_{'here' if here else 'help'}"))
        return
    if said := st.session_state.pop(SAID, None):
        show_said = st.success if said.is_done else st.warning
        show_said(said.text)
    waiting = {one.alert: one for one in alerts if one.acknowledged_at is None}
    if waiting:
        with st.container(border=True):
            _show_form(waiting, whose, view)


def _show_form(waiting: dict[str, api.Alert], whose: Account, view: View) -> None:
    words = view.words
    pieces.show_subheading(words, words("alerts.acknowledge_title"))
    chosen = st.selectbox(
        words("alerts.acknowledge_which"),
        list(waiting),
        format_func=lambda alert: _called(waiting[alert], view) if alert in waiting else alert,
        key=f"acknowledge-which-{words.language}",
    )
    one = waiting[chosen]
    try:
        seen = _seen(one.alert, whose)
    except FalajError as error:
        st.warning(error.text(words.language))
        return
    pieces.show_hint(words, standing(seen, view))
    note = st.text_input(words("alerts.acknowledge_note"), key=f"acknowledge-note-{one.alert}")
    if st.button(words("alerts.acknowledge"), type="primary", key="acknowledge"):
        _send(one, note.strip() or None, int(seen["version"]), whose, view)


def standing(seen: dict[str, Any], view: View) -> str:
    """Who looks after an alert, and who has acknowledged it since the list was read."""
    words = view.words
    whom, by = ((seen[name] or {}).get(words.language) for name in ("assigned_to", "acknowledged_by"))
    said = [words("alerts.with_somebody", whom=whom) if whom else words("alerts.with_nobody")]
    if by:
        said.append(words("alerts.seen_by", whom=by))
    return " ".join(said)


def _called(one: api.Alert, view: View) -> str:
    words = view.words
    names = {"name": one.name.text(words.language), "sensor": one.thing_name.text(words.language)}
    return words("alerts.acknowledge_one", ago=words.ago(view.now - one.raised_at), **names)


def _seen(alert: str, whose: Account) -> dict[str, Any]:
    """As it was when it was chosen: what happened after that is not what somebody acknowledges."""
    known: tuple[str, dict[str, Any]] | None = st.session_state.get(SEEN)
    if known is None or known[0] != alert:
        known = alert, ask(whose, "GET", f"/v1/innovation/me/alerts/{alert}")["data"]
        st.session_state[SEEN] = known
    return known[1]


def _send(one: api.Alert, note: str | None, version: int, whose: Account, view: View) -> None:
    words = view.words
    path = f"/v1/innovation/me/alerts/{one.alert}/acknowledge"
    try:
        ask(whose, "POST", path, {"note": note}, version)
    except HubRefused as error:
        if error.is_outdated:
            _look_again(Said(words("alerts.acknowledge_outdated"), is_done=False))
        st.warning(error.text(words.language))
        return
    except FalajError as error:
        st.warning(error.text(words.language))
        return
    names = {"name": one.name.text(words.language), "sensor": one.thing_name.text(words.language)}
    _look_again(Said(words("alerts.acknowledge_done", **names), is_done=True))


def _look_again(said: Said) -> NoReturn:
    """Everything anew, as it is by now."""
    st.session_state.pop(SEEN, None)
    st.session_state[SAID] = said
    client.open_alerts.clear()
    own.raised.clear()
    st.rerun()
