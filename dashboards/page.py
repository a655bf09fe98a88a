"""What every page shares: its head, the choices in the address, the banner, the data behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files

import streamlit as st

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.language import LANGUAGES, Language
from dashboards import client
from dashboards import state as states
from dashboards.client import ApiRefused
from dashboards.language import Words
from dashboards.palette import Palette, palette
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()
#: Under which a session remembers since when its page has no connection.
LOST_AT = "falaj_lost_at"
#: Each language under its own name, whatever the page's language.
OWN_NAMES: dict[Language, str] = {"ar": "العربية", "en": "English"}


def current_state() -> states.State:
    """The state of this run, and the address brought in line with it."""
    return states.current(st.query_params, st.session_state, st.context.locale)


def current_palette() -> Palette:
    return palette(dark=st.context.theme.type == "dark")


def choose(label: str, options: Sequence[str], field: str, chosen: str, named: Callable[[str], str]) -> str:
    """A select box over codes that writes its choice to the address; the code chosen."""
    state = current_state()
    # One widget a language: a select box remembers the label it showed, and labels are translated.
    key = f"{field}-{state.language}"
    position = options.index(chosen) if chosen in options else 0
    st.selectbox(
        label, options, index=position, format_func=named, key=key, on_change=_store, args=(field, key)
    )
    return options[position]


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


def _store(field: str, key: str) -> None:
    chosen = st.session_state[key]
    state = states.changed(current_state(), field, chosen)
    states.remember(state, st.query_params, st.session_state)


def show_head(words: Words) -> None:
    """The style of all pages, and the document's own language and direction."""
    sheets = [f":root{{--falaj-page:{current_palette().page}}}", _sheet("style.css")]
    if words.direction == "rtl":
        sheets.append(_sheet("rtl.css"))
    st.html(f"<style>{''.join(sheets)}</style>")
    # Screen readers and the browser take both from the document, which Streamlit does not set.
    st.html(
        f"<script>document.documentElement.lang = '{words.language}';"
        f"document.documentElement.dir = '{words.direction}';</script>",
        unsafe_allow_javascript=True,
    )


@cache
def _sheet(name: str) -> str:
    return (files("dashboards") / name).read_text("utf-8")


def show_heading(words: Words, question: str) -> None:
    """The page's question, and the language switch at the end of its line."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<header class="falaj-header" dir="{words.direction}" lang="{words.language}">'
            f"<h1>{escape(question)}</h1></header>",
            width="content",
        )
        choose_language()


def show_line(words: Words, parts: Sequence[str], badges: Sequence[str]) -> None:
    """One line of facts; ``badges`` are HTML from :func:`badge`, ``parts`` plain text."""
    quiet = "".join(f'<span class="falaj-quiet">{escape(part)}</span>' for part in parts)
    st.html(
        f'<div class="falaj-line" dir="{words.direction}" lang="{words.language}">{"".join(badges)}{quiet}</div>'
    )


def badge(text: str, help_text: str, *, plain: bool = False) -> str:
    kind = "falaj-badge falaj-badge-plain" if plain else "falaj-badge"
    return f'<span class="{kind}" title="{escape(help_text)}">{escape(text)}</span>'


def show_paragraphs(words: Words, heading: str, lines: Sequence[str]) -> None:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    st.html(
        f'<div class="falaj-words" dir="{words.direction}" lang="{words.language}">'
        f"<h2>{escape(heading)}</h2>{body}</div>"
    )


def show_hint(words: Words, text: str) -> None:
    st.html(f'<p class="falaj-hint" dir="{words.direction}" lang="{words.language}">{escape(text)}</p>')


def show_banner(words: Words, error: FalajError) -> None:
    """One line on what is wrong, one on what to do; the page around it still stands."""
    title = "banner.refused" if isinstance(error, ApiRefused) else "banner.unavailable"
    st.error(f"**{words(title)}** — {error.text(words.language)}\n\n{words('banner.stale_hint')}")


@st.fragment(run_every=LIMITS.presence_look_seconds)
def watch_connection(opened_at: datetime) -> None:
    """Say on an open page that what it shows is refreshed no more. At first the page says so itself."""
    state = current_state()
    words = Words(state.language)
    now = system_clock()
    if (now - opened_at).total_seconds() < LIMITS.presence_look_seconds / 2 or client.answers():
        st.session_state.pop(LOST_AT, None)
        return
    lost_at = st.session_state.setdefault(LOST_AT, now)
    st.warning(f"**{words('banner.unavailable')}** — {words('banner.lost', clock=words.clock(lost_at))}")


def show_calls(words: Words, urls: Sequence[str]) -> None:
    """The API calls behind what is shown, to copy."""
    with st.expander(words("get_data")):
        show_hint(words, words("get_data_help"))
        st.code("\n".join(f"curl '{url}'" for url in urls), language="bash", wrap_lines=True)


def show_table(words: Words, table: str, shown: int, total: int) -> None:
    with st.expander(words("show_data")):
        if shown < total:
            show_hint(words, words("cut", shown=shown, total=total))
        st.html(table)
