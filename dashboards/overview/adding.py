"""A tile that goes to the view in hand, as figures do."""

from __future__ import annotations

import streamlit as st

from dashboards import choices
from dashboards.arranging import TILE, Origin, offer_to_add
from dashboards.overview.model import Overview
from dashboards.overview.tiles import TILES
from dashboards.row import View

#: Of the tile of the air-quality index, which is of no property.
AIR = "air-quality"


def offer_tiles(data: Overview, view: View) -> None:
    """A box with the tiles that stand here, and the button."""
    if choices.is_bare():
        return
    words, known = view.words, {one.code for one in data.scene.properties}
    names = {} if data.air is None else {AIR: words("air_quality.name")}
    names |= {code: view.property_name(code) for code, _ in TILES if code in known}
    with st.expander(words("add_tile")), st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            key = f"tile-to-add-{words.language}"
            code = st.selectbox(words("tile_to_add"), list(names), format_func=names.__getitem__, key=key)
        offer_to_add(Origin("overview", view.state, f"{TILE}{code}"), {}, words)
