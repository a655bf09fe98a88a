"""What is chosen on a page, between its widgets and its address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from citycore.clock import CITY_ZONE, system_clock
from citycore.language import LANGUAGES, Language
from dashboards import state as states
from dashboards.language import Words
from dashboards.period import Dates, dates_of

#: Each language under its own name, whatever the page's language.
OWN_NAMES: dict[Language, str] = {"ar": "العربية", "en": "English"}
#: Under which a session remembers the parameters that its page has beside those of all pages.
OWN = "falaj_own"
#: The choice of own dates among those of a number of days.
OWN_DATES = "own"


def current_state() -> states.State:
    """The state of this run, and the address brought in line with it."""
    own = st.session_state.get(OWN)
    return states.current(st.query_params, st.session_state, st.context.locale, own)


def glance() -> states.State:
    """The state before it is known which page runs, whose own parameters nobody must take away yet."""
    base = st.session_state.get(states.REMEMBERED) or states.State(
        language=states.preferred_language(st.context.locale)
    )
    return states.read(st.query_params.to_dict(), base).state


def is_bare() -> bool:
    """Whether nothing can be chosen: on a wall, and in a frame of another page."""
    return current_state().wall or bool(st.context.is_embedded)


def opened(page: str, own: states.Own) -> None:
    """A page begins: its own parameters hold from here on, and what another did not know is said no more."""
    st.session_state[OWN] = own
    if st.session_state.setdefault("falaj_page", page) != page:
        st.session_state["falaj_page"] = page
        st.session_state.pop(states.REFUSED, None)


def opened_page() -> str:
    """The page that runs; empty before any."""
    page: str = st.session_state.get("falaj_page", "")
    return page


def choose(label: str, options: Sequence[str], field: str, chosen: str, named: Callable[[str], str]) -> str:
    """A select box over codes that writes its choice to the address; the code chosen.

    ``field`` is a field of :class:`State` or a parameter that the page declares as its own.
    """
    # One widget a language: a select box remembers the label it showed, and labels are translated.
    key = f"{field}-{current_state().language}"
    shown = chosen if chosen in options else options[0]
    st.session_state[key] = shown  # the address counts, whoever has changed it
    st.selectbox(label, options, format_func=named, key=key, on_change=_store, args=(field, key))
    return shown


def choose_dates(label: str, dates: Dates, bounds: Dates) -> None:
    """Two days, both included, that are written to the address as ``from`` and ``to``."""
    key = f"dates-{current_state().language}"
    st.date_input(
        label,
        (dates.first, dates.last),
        min_value=bounds.first,
        max_value=bounds.last,
        key=key,
        format="YYYY-MM-DD",
        on_change=_store_dates,
        args=(key,),
    )


def choose_language() -> None:
    """The switch between the languages; each is written in its own script."""
    state, key = current_state(), "language-switch"
    st.segmented_control(
        Words(state.language)("language"),
        list(reversed(LANGUAGES)),
        default=state.language,
        format_func=lambda code: OWN_NAMES[code],
        key=f"{key}-{state.language}",
        required=True,
        label_visibility="collapsed",
        on_change=_store,
        args=("language", f"{key}-{state.language}"),
    )


def keep(state: states.State) -> None:
    """Write a state that a widget of a page's own has made."""
    st.session_state.pop(states.REFUSED, None)
    states.remember(state, st.query_params, st.session_state)


def _store(field: str, key: str) -> None:
    keep(states.changed(current_state(), field, st.session_state[key]))


def choose_period(label: str, options: Sequence[str], chosen: str, named: Callable[[str], str]) -> None:
    """A number of days, or ``OWN_DATES``, which opens on the last days that were chosen."""
    key = f"period-{current_state().language}"
    st.session_state[key] = chosen
    st.selectbox(label, options, format_func=named, key=key, on_change=_store_period, args=(key,))


def _store_period(key: str) -> None:
    state, chosen = current_state(), st.session_state[key]
    if chosen == OWN_DATES:
        last = system_clock().astimezone(CITY_ZONE).date()
        keep(states.changed(state, "dates", Dates(last - timedelta(days=state.days - 1), last)))
    else:
        keep(states.changed(state, "days", chosen))


def _store_dates(key: str) -> None:
    given: tuple[date, ...] = st.session_state[key]
    if len(given) == 2:  # in between there is one
        dates = dates_of(given[0].isoformat(), given[1].isoformat())
        keep(states.changed(current_state(), "dates", dates))
