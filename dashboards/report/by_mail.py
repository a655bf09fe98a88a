"""The report of what a page shows by mail, at times that somebody chooses: here for who is signed in, else at the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from citycore.errors import FalajError
from dashboards import account
from dashboards.account import Account
from dashboards.language import Words
from dashboards.row import LIMITS, View

#: Where the hub keeps whoever gets which reports.
PATH: Final = "/v1/innovation/me/reports"
RHYTHMS: Final = ("weekly", "daily", "monthly")
#: 1 is Monday; weeks begin with Sunday here.
WEEKDAYS: Final = (7, 1, 2, 3, 4, 5, 6)
HOUR: Final = 7
_ICON: Final = ":material/mail:"
#: Under which a session remembers what was sent last.
_CHOSEN: Final = "falaj_report_chosen"


def show_link(view: View) -> None:
    """To who is not known here: the page of the portal, with what this page shows filled in."""
    if base := LIMITS.public_url.rstrip("/"):
        st.link_button(view.words("report.by_mail"), portal_address(view, base), icon=_ICON)


def show_form(view: View, whose: Account) -> None:
    """To who is signed in; unfolded on the page itself, where a phone has room for it in either direction."""
    with st.expander(view.words("report.by_mail"), icon=_ICON):
        _show_form(view, whose)


def portal_address(view: View, base: str) -> str:
    """The form of the portal, which asks to sign in first."""
    state = view.state
    asked = {
        "lang": state.language,
        "place": state.place,
        "property": view.observed_property,
        "days": str(state.days),
        "language": state.language,
    }
    return f"{base}/portal/account/reports?{urlencode({name: code for name, code in asked.items() if code})}"


def wish(
    view: View, rhythm: str, weekdays: Sequence[int], month_day: int | None, hour: int
) -> dict[str, Any]:
    """What the hub is asked for: the report of what the page shows, at these times."""
    state = view.state
    return {
        "place": state.place,
        "observed_property": view.observed_property,
        "days": state.days,
        "language": state.language,
        "rhythm": rhythm,
        "weekdays": sorted(weekdays),
        "month_day": month_day,
        "hour": hour,
    }


@st.fragment
def _show_form(view: View, whose: Account) -> None:
    """By itself: what is chosen here asks the page for nothing anew."""
    words = view.words
    shown = view.city.property(view.observed_property)
    name = "" if shown is None else shown.name.text(words.language)
    st.caption(words("report.by_mail_lead", place=view.place_name(), name=name, days=view.state.days))
    rhythm = st.selectbox(
        words("report.rhythm"),
        RHYTHMS,
        format_func=lambda code: words(f"report.{code}"),
        key=_key("rhythm", words),
    )
    weekdays, month_day = _days(rhythm, words)
    hour = st.selectbox(
        words("report.hour"),
        range(24),
        HOUR,
        format_func=lambda hour: f"{hour:02d}:00",
        key=_key("hour", words),
    )
    missing = rhythm == "weekly" and not weekdays
    body = wish(view, rhythm, weekdays, month_day, hour)
    if st.button(words("report.by_mail_send"), type="primary", disabled=missing, key=_key("send", words)):
        _send(body, view, whose)
    if st.session_state.get(_CHOSEN) == body:
        _show_done(words)


def _days(rhythm: str, words: Words) -> tuple[Sequence[int], int | None]:
    """Those that the rhythm asks for."""
    if rhythm == "weekly":
        return st.multiselect(
            words("report.weekdays"),
            WEEKDAYS,
            WEEKDAYS[:1],
            format_func=lambda day: words(f"weekday.{day - 1}"),
            key=_key("weekdays", words),
        ), None
    if rhythm == "monthly":
        return (), int(
            st.number_input(
                words("report.month_day"),
                1,
                31,
                1,
                help=words("report.month_day_help"),
                key=_key("month_day", words),
            )
        )
    return (), None


def _send(body: dict[str, Any], view: View, whose: Account) -> None:
    """The hub's own words where it refuses, such as one that is there already."""
    try:
        account.ask(whose, "POST", PATH, body)
    except FalajError as error:
        st.session_state.pop(_CHOSEN, None)
        st.warning(error.text(view.words.language))
        return
    st.session_state[_CHOSEN] = body


def _show_done(words: Words) -> None:
    """As long as the form stands as it was sent: the page refreshes by itself."""
    st.success(words("report.by_mail_done"))
    if base := LIMITS.public_url.rstrip("/"):
        address = f"{base}/portal/account/reports?lang={words.language}"
        st.link_button(words("report.by_mail_own"), address)


def _key(name: str, words: Words) -> str:
    """One widget a language: what it shows is translated."""
    return f"report-mail-{name}-{words.language}"
