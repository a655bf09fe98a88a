"""What Explore lets choose beside the row: one thing or a place, further places and periods, and what to lay over the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards import choices, state
from dashboards.explore.asked import JOINT, OF, SETTINGS, THING, kinds_of, periods_of, places_of
from dashboards.explore.marks import CHOICES
from dashboards.period import COMPARISONS
from dashboards.row import View


@dataclass(frozen=True, slots=True)
class Box:
    """A box of which several codes can be chosen. ``store`` writes them to the address."""

    field: str
    options: Sequence[str]
    chosen: Sequence[str]
    named: Callable[[str], str]
    store: Callable[[Sequence[str]], None]
    width: int = 240


def show_boxes(view: View) -> None:
    words, compared = view.words, places_of(view.state)
    # Folds with the row of all pages.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="falaj-row-explore"):
        if not compared:
            with st.container(width=200):
                named = {code: words(f"explore.of_{code}") for code in OF}
                chosen = view.state.chosen("of") or THING
                choices.choose(words("explore.of"), OF, "of", chosen, named.__getitem__)
        for box in _boxes(view, compared):
            with st.container(width=box.width):
                _several(view, box)


def _boxes(view: View, compared: Sequence[str]) -> list[Box]:
    words, places = view.words, view.city.place_names(view.words.language)
    return [
        Box("places", list(places), compared, places.__getitem__, _places, width=280),
        Box(
            "periods",
            COMPARISONS,
            periods_of(view.state),
            lambda code: words(f"row.compared.{code}"),
            lambda codes: _joined("periods", codes),
        ),
        Box(
            "marks",
            CHOICES,
            kinds_of(view.state),
            lambda code: words(f"explore.kind_{code}"),
            lambda codes: _joined("marks", codes),
            width=400,
        ),
    ]


def _several(view: View, box: Box) -> None:
    words, key = view.words, f"explore-{box.field}-{view.words.language}"
    # The address counts, whoever has changed it.
    st.session_state[key] = [one for one in box.chosen if one in box.options]
    st.multiselect(
        words(f"explore.{box.field}"),
        box.options,
        key=key,
        format_func=box.named,
        max_selections=SETTINGS.lines_max if box.field == "places" else None,
        placeholder=words("explore.none_chosen"),
        on_change=lambda: box.store(st.session_state[key]),
    )


def _places(codes: Sequence[str]) -> None:
    """Places of the box stand for themselves; what the row compares with is one of them from now on, or none."""
    now = choices.current_state()
    compare = now.compare if now.compare in COMPARISONS else state.ANY
    choices.keep(state.changed(state.changed(now, "compare", compare), "places", tuple(codes)))


def _joined(field: str, codes: Sequence[str]) -> None:
    now = choices.current_state()
    if field == "periods" and now.compare in COMPARISONS:
        now = state.changed(now, "compare", state.ANY)
    choices.keep(state.changed(now, field, JOINT.join(codes)))
