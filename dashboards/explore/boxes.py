"""What Explore lets choose beside the row: one thing or a place, further places and periods, and what to lay over the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import choices, state
from dashboards.explore.asked import JOINT, OF, SETTINGS, THING, kinds_of, periods_of, places_of
from dashboards.explore.marks import CHOICES
from dashboards.period import COMPARISONS
from dashboards.row import View


def show_boxes(view: View) -> None:
    words, places = view.words, view.city.place_names(view.words.language)
    compared = places_of(view.state)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if not compared:
            with st.container(width=200):
                named = {code: words(f"explore.of_{code}") for code in OF}
                chosen = view.state.chosen("of") or THING
                choices.choose(words("explore.of"), OF, "of", chosen, named.__getitem__)
        with st.container(width=280):
            _several(view, "places", words("explore.places"), list(places), compared, places.__getitem__, _places)
        with st.container(width=240):
            periods = periods_of(view.state)
            _several(
                view,
                "periods",
                words("explore.periods"),
                COMPARISONS,
                periods,
                lambda code: words(f"row.compared.{code}"),
                lambda codes: _joined("periods", codes),
            )
        with st.container(width=240):
            _several(
                view,
                "marks",
                words("explore.marks"),
                CHOICES,
                kinds_of(view.state),
                lambda code: words(f"explore.kind_{code}"),
                lambda codes: _joined("marks", codes),
            )


def _several(  # noqa: PLR0913  # what a box of many choices is
    view: View,
    field: str,
    label: str,
    options: Sequence[str],
    chosen: Sequence[str],
    named: Callable[[str], str],
    store: Callable[[Sequence[str]], None],
) -> None:
    key = f"explore-{field}-{view.words.language}"
    st.session_state[key] = [one for one in chosen if one in options]  # the address counts, whoever has changed it
    st.multiselect(
        label,
        options,
        key=key,
        format_func=named,
        max_selections=SETTINGS.lines_max if field == "places" else None,
        placeholder=view.words("explore.none_chosen"),
        on_change=lambda: store(st.session_state[key]),
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
