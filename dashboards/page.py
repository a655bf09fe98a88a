"""What runs a page: heading, answer, row, facts, body, footer, and what stands there while data are away.

A page is one question. Its script declares a :class:`Page` and runs it; see ``docs/decisions/0041-dashboards.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from citycore.clock import system_clock
from citycore.errors import FalajError
from dashboards import changes, choices, city, client, pieces, row, scripts, signing_in
from dashboards import state as states
from dashboards.answers import Claim, sentence
from dashboards.language import ROOMS, Words
from dashboards.row import Control, Offering, View
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()
#: Under which a session remembers since when its page has no connection.
LOST_AT = "falaj_lost_at"
#: Under which a session remembers which page it has seen whole.
SHOWN = "falaj_shown"
#: Pages of the API that people read, by the key of their text.
PUBLIC_PAGES = {"footer.portal": "/portal", "footer.guide": "/docs/guide", "footer.status": "/status"}

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Data]):
    """One question. ``code`` is its room and the first part of its texts' keys: ``CODE.question`` is the heading.

    ``load`` is the only step that waits; it and the others may raise :class:`FalajError`, which becomes a banner.
    ``own`` are further parameters of its address with the codes they may have (empty: any code).
    """

    code: str
    load: Callable[[View], Data]
    answer: Callable[[Data, View], Sequence[Claim]]
    body: Callable[[Data, View], None]
    controls: Sequence[Control] = ()
    offer: Offering = row.observed_here
    #: Repainted by itself, with what has changed marked.
    is_live: bool = False
    #: Whether it speaks of sensors, so that it says how many are silent.
    of_sensors: bool = True
    own: states.Own = field(default_factory=dict)


def run(page: Page[Data]) -> None:
    """Show a page. What it needs of the API may be away: then it says so, and tries again by itself."""
    choices.opened(page.code, page.own)
    state = choices.current_state()
    words = Words(state.language)
    show_heading(
        words, words(f"{page.code}.question"), with_switch=not (state.wall or st.context.is_embedded)
    )
    st.html(waiting_html(words, "falaj-waiting-again"))
    if page.is_live:
        _live(page)
    else:
        _still(page)
    if state.wall:
        st.html(turning(page.code, state), unsafe_allow_javascript=True)
    elif not st.context.is_embedded:
        show_footer(words)
        signing_in.remember_place()


def turning(code: str, state: states.State, rooms: Sequence[str] = LIMITS.wall_rooms) -> str:
    """A script that opens the wall's next page after a while: the one after ``code``, or the first.

    It is opened anew as if by hand. A fragment that switches pages leaves those of the page before running, which then
    write where nothing stands any more.
    """
    known = [room for room in rooms if room in ROOMS]
    following = known[(known.index(code) + 1) % len(known)] if code in known else "".join(known[:1])
    if following in {code, ""}:
        return ""
    # The first page stands at the root.
    path = "./" if following == ROOMS[0] else following
    said = {"address": f"{path}?{urlencode(states.write(state))}", "seconds": str(LIMITS.wall_seconds)}
    return scripts.element(scripts.TURN, said)


@st.fragment(run_every=LIMITS.refresh_seconds)
def _live(page: Page[Any]) -> None:
    _shown(page)


@st.fragment
def _still(page: Page[Any]) -> None:
    """A choice runs what lies below the heading, and nothing above it."""
    if not _shown(page):
        _look_again(system_clock())


@st.fragment(run_every=LIMITS.refresh_seconds)
def _look_again(since: datetime) -> None:
    """Run the page anew after a while; a fragment also runs at once, when that would be too soon."""
    if system_clock() - since > timedelta(seconds=LIMITS.refresh_seconds / 2):
        st.rerun()


def _shown(page: Page[Any]) -> bool:
    """Show everything below the heading or, when the API does not give it, the banner; whether it was the page."""
    words = Words(choices.current_state().language)
    show = _show_again if st.session_state.get(SHOWN) == page.code else _show
    try:
        show(page, words)
    except FalajError as error:
        pieces.show_banner(words, error)
        return False
    st.session_state[SHOWN] = page.code
    return True


def _show(page: Page[Any], words: Words) -> None:
    """For the first time: its choices stand there while its data are waited for."""
    waiting = st.empty()
    waiting.html(waiting_html(words))
    try:
        view = _view(page, words)
        first, facts = _show_choices(page, view)
        _show_data(page, page.load(view), view, first, facts)
    finally:
        waiting.empty()


def _show_again(page: Page[Any], words: Words) -> None:
    """What stands there stands until all of the new is at hand: a browser puts the page together once, and not at each step."""
    view = _view(page, words)
    try:
        data = page.load(view)
    except FalajError:
        st.empty()
        _show_choices(page, view)
        raise
    st.empty()  # where the line stood that waits
    first, facts = _show_choices(page, view)
    _show_data(page, data, view, first, facts)


def _show_choices(page: Page[Any], view: View) -> tuple[DeltaGenerator, DeltaGenerator]:
    """The row of them, between what stands above and below it and needs data."""
    first = st.container()
    row.show_row(view, page.controls)
    return first, st.container()


def _show_data(
    page: Page[Data], data: Data, view: View, first: DeltaGenerator, facts: DeltaGenerator
) -> None:
    with first:
        show_refused(view.words)
        show_other(page, view)
        show_answer(page.answer(data, view), view.words)
    with facts:
        show_facts(page, view)
    page.body(data, view)


def _view(page: Page[Data], words: Words) -> View:
    """What is asked, with codes that the hub knows; the others leave the address here."""
    known = city.load()
    codes = ({one.code for one in rows} for rows in (known.places, known.properties, known.things))
    asked = states.checked(choices.current_state(), *codes)
    states.refuse(asked.refused, st.session_state)
    states.remember(asked.state, st.query_params, st.session_state)
    return row.view_of(asked.state, words, system_clock(), known, page.offer)


def waiting_html(words: Words, kind: str = "falaj-waiting") -> str:
    """A line that appears by itself when the data have not come for a while, whatever this process waits for.

    As ``falaj-waiting-again`` it stands there always, and appears whenever a run has gone on for so long.
    """
    style = f"animation-delay:{LIMITS.slow_seconds}s"
    return f'<p class="{kind}" dir="{words.direction}" style="{style}">{escape(words("banner.slow"))}</p>'


def show_heading(words: Words, question: str, *, with_switch: bool = True) -> None:
    """The page's question, and at the end of its line who is signed in, and the language switch."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            pieces.spoken("header", "falaj-header", f"<h1>{escape(question)}</h1>", words), width="content"
        )
        if with_switch:
            with st.container(key="falaj-account", width="content"):
                signing_in.show_account()
            choices.choose_language()


def show_refused(words: Words) -> None:
    """One line on what of the address was not known. The address has it no more."""
    if refused := st.session_state.get(states.REFUSED):
        said = ", ".join(f"{one.parameter}={one.value}" for one in refused)
        st.html(
            pieces.spoken(
                "p", "falaj-refused", escape(words("banner.refused_codes", codes=words.code(said))), words
            )
        )


def show_other(page: Page[Any], view: View) -> None:
    """A property that the hub knows and this page does not show, where a link or the page before asked for it."""
    asked, shown = view.state.observed_property, view.observed_property
    if Control.PROPERTY in page.controls and shown and asked not in {states.ANY, shown}:
        names = {"property": view.property_name(asked), "shown": view.property_name(shown)}
        pieces.show_hint(view.words, view.words("row.not_here", **names))


def show_answer(claims: Sequence[Claim], words: Words) -> None:
    if said := sentence(claims, words):
        st.html(pieces.spoken("p", "falaj-answer", escape(said), words))


def show_facts(page: Page[Any], view: View) -> None:
    """As of when, how many are silent (a link to them), and whether any of it is simulated."""
    words = view.words
    parts = [words("as_of", clock=words.clock(view.now))]
    badges = []
    if page.of_sensors:
        counted = row.silence_of(view)
        total = words.counted("things", counted.total)
        if counted.silent:
            text = words("some_silent", silent=counted.silent, things=total)
            badges.append(pieces.link(text, address(view.state, "sensors", health="silent")))
        else:
            parts.append(words("all_heard", total=counted.total) if counted.total else words("no_things"))
        if any(thing.simulated for thing in view.things):
            badges.insert(0, pieces.badge(words("simulated"), words("simulated_help")))
    if page.is_live:
        parts.append(words("refreshes", seconds=LIMITS.refresh_seconds))
    pieces.show_line(words, parts, badges)


def address(state: states.State, page: str, **chosen: str) -> str:
    """Where another page shows the same place, as a link beside this page; ``chosen`` are further parameters."""
    return f"{page}?{urlencode({**_kept(state), **chosen})}"


def _kept(state: states.State) -> Mapping[str, str]:
    return {name: code for name, code in states.write(state).items() if name in {"lang", "place"}}


def changed(view: View, page: str, values: Mapping[str, float | None]) -> dict[str, changes.Direction]:
    """Which of these numbers read otherwise than when this session saw the same place last."""
    return changes.since_last(f"{page} {view.state.place} {view.state.language}", values, st.session_state)


def show_footer(words: Words) -> None:
    """Links to the hub's own pages, where it is known under which address people reach them."""
    if base := LIMITS.public_url.rstrip("/"):
        links = [
            pieces.link(words(key), f"{base}{path}?lang={words.language}")
            for key, path in PUBLIC_PAGES.items()
        ]
        st.html(pieces.spoken("footer", "falaj-footer", "".join(links), words))


@st.fragment(run_every=LIMITS.presence_look_seconds)
def watch_connection(opened_at: datetime) -> None:
    """Say on an open page that what it shows is refreshed no more. At first the page says so itself."""
    # A glance, since it also runs before the page, whose own parameters nobody must take away yet.
    words = Words(choices.glance().language)
    now = system_clock()
    if (now - opened_at).total_seconds() < LIMITS.presence_look_seconds / 2 or client.answers():
        st.session_state.pop(LOST_AT, None)
        return
    lost_at = st.session_state.setdefault(LOST_AT, now)
    st.warning(f"**{words('banner.unavailable')}** — {words('banner.lost', clock=words.clock(lost_at))}")
