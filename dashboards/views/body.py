"""The page of own views below its answer: what can be done with the view, and its pieces in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st

from citycore.arrangements.model import Width
from dashboards import pieces
from dashboards.air import Air
from dashboards.arranging import LIMITS, TILE, Draft, Origin
from dashboards.downloads import show_figure
from dashboards.language import ROOMS, Words
from dashboards.overview import air
from dashboards.overview.adding import AIR
from dashboards.overview.tiles import Tile, tiles_html
from dashboards.row import View
from dashboards.state import write
from dashboards.views import saving
from dashboards.views.model import Outcome, Shown
from dashboards.views.panel import is_arranging, show_panel

Numbered = tuple[int, Outcome]


def show(data: Shown, view: View) -> None:
    show_panel(data, view)
    for line in lines_of(data.outcomes):
        if len(line) == 1 and line[0][1].piece.width is Width.FULL:
            _show_piece(*line[0], data, view)
            continue
        # Of one alone, the other half stays empty.
        for column, (place, outcome) in zip(st.columns(2), line, strict=False):
            with column:
                _show_piece(place, outcome, data, view)


def lines_of(outcomes: Sequence[Outcome]) -> Iterator[list[Numbered]]:
    """Two halves that follow one another stand beside each other."""
    half: list[Numbered] = []
    for numbered in enumerate(outcomes):
        if numbered[1].piece.width is Width.HALF:
            half.append(numbered)
        if half and (len(half) == 2 or numbered[1].piece.width is Width.FULL):
            yield half
            half = []
        if numbered[1].piece.width is Width.FULL:
            yield [numbered]
    if half:
        yield half


def _show_piece(place: int, outcome: Outcome, data: Shown, view: View) -> None:
    words, number = view.words, place + 1
    with st.container(border=True, key=f"falaj-piece-{number}"):
        pieces.show_subheading(words, title_of(outcome, words))
        st.html(_whence(outcome, words))
        if is_arranging(view):
            _show_tools(place, outcome, data.draft, words)
        if outcome.error is not None:
            _say(outcome.error.text(words.language), words)
        elif outcome.reason:
            fields = {name: words.code(text) for name, text in outcome.fields}
            _say(words(outcome.reason, **fields), words)
        elif outcome.tile is not None:
            st.html(_tile(outcome, words))
        elif outcome.figure is not None and outcome.view is not None:
            figure = outcome.figure
            hints = [words("simulated"), *figure.hints] if figure.simulated else figure.hints
            shown = replace(figure, code=f"{figure.code}-{number}", picks={}, hints=hints)
            show_figure(
                shown,
                words,
                heading=False,
                origin=Origin(outcome.piece.page, outcome.view.state, figure.code),
            )


def title_of(outcome: Outcome, words: Words) -> str:
    """What somebody calls it, or its own name."""
    piece = outcome.piece
    if piece.title:
        return piece.title
    if outcome.figure is not None:
        return outcome.figure.title
    if outcome.view is not None and piece.figure.startswith(TILE):
        code = piece.figure.removeprefix(TILE)
        return words("air_quality.name") if code == AIR else outcome.view.property_name(code)
    return words.known(f"nav.{piece.page}", piece.page)


def _whence(outcome: Outcome, words: Words) -> str:
    """The page that shows it with everything around, and of which place and period it is."""
    piece, view = outcome.piece, outcome.view
    if view is None:
        return pieces.spoken("p", "falaj-hint", escape(words.code(piece.figure)), words)
    page = "./" if piece.page == ROOMS[0] else piece.page
    said = [pieces.link(words(f"nav.{piece.page}"), f"{page}?{urlencode(write(view.state))}")]
    said += [escape(one) for one in _of(outcome, view)]
    if view.state.dates is not None:
        said.append(escape(words.code(f"{view.state.dates.first} – {view.state.dates.last}")))
    elif "days" in dict(piece.parameters):
        said.append(escape(words.counted("views.last_days", view.state.days)))
    return pieces.spoken("p", "falaj-hint", " · ".join(said), words)


def _of(outcome: Outcome, view: View) -> Iterator[str]:
    """What its own name may leave out: place, property, sensor."""
    asked = dict(outcome.piece.parameters)
    if outcome.piece.title and isinstance(outcome.tile, Tile):
        yield outcome.tile.name.text(view.words.language)
    yield view.place_name()
    if "property" in asked:
        yield view.property_name(view.observed_property)
    thing = view.city.thing(asked.get("thing", ""))
    if thing is not None:
        yield thing.name.text(view.words.language)


def _show_tools(place: int, outcome: Outcome, draft: Draft, words: Words) -> None:
    """Buttons and a field, reachable by keyboard in the order in which they stand."""
    number, title, language = place + 1, title_of(outcome, words), words.language
    width = "full" if outcome.piece.width is Width.HALF else "half"
    tools = (
        ("up", "arrow_upward", place == 0, lambda one: one.moved(place, -1)),
        ("down", "arrow_downward", place == len(draft.pieces) - 1, lambda one: one.moved(place, 1)),
        (width, "width", False, lambda one: one.resized(place)),
        ("remove", "delete", False, lambda one: one.without(place)),
    )
    with st.container(horizontal=True, gap="small"):
        for name, icon, is_off, made in tools:
            st.button(
                words(f"views.{name}"),
                key=f"{name}-{number}-{language}",
                icon=f":material/{icon}:",
                help=words("views.of_piece", act=words(f"views.{name}"), title=title),
                disabled=is_off,
                on_click=partial(saving.change, made),
            )
    key = f"title-{number}-{language}"
    st.session_state[key] = outcome.piece.title
    st.text_input(
        words("views.title"),
        key=key,
        max_chars=LIMITS.title_characters_max,
        placeholder=title,
        on_change=lambda: saving.change(lambda one: one.titled(place, st.session_state[key])),
    )


def _tile(outcome: Outcome, words: Words) -> str:
    assert outcome.view is not None, "what has a tile was asked for"
    if isinstance(outcome.tile, Air):
        names = {one.code: one.name for one in outcome.view.city.properties}
        return tiles_html([], words, outcome.view.now, air.tile_html(outcome.tile, names, words))
    return tiles_html([outcome.tile] if outcome.tile else [], words, outcome.view.now)


def _say(text: str, words: Words) -> None:
    st.html(pieces.spoken("p", "falaj-refused", escape(text), words))
