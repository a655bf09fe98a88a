"""The dashboards' entry: ``streamlit run dashboards/app.py``. Pages, language, direction."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from citycore.clock import system_clock
from dashboards.choices import glance
from dashboards.collecting import spare_imports
from dashboards.language import ROOMS, Words
from dashboards.page import watch_connection
from dashboards.pieces import show_head

FOLDER = files("dashboards")

st.set_page_config(
    page_title="Falaj",
    page_icon=str(FOLDER / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.logo(str(FOLDER / "logo.svg"), size="large")

state = glance()
words = Words(state.language)
# The first page stands at the root, whatever its path is said to be; who asks for it by its name is led there.
pages = [
    st.Page(
        f"app_pages/{room}.py",
        title=words(f"nav.{room}"),
        url_path="start" if room == ROOMS[0] else room,
        default=room == ROOMS[0],
    )
    for room in ROOMS
]
by_name = st.Page(lambda: None, title=words(f"nav.{ROOMS[0]}"), url_path=ROOMS[0], visibility="hidden")
page = st.navigation([*pages, by_name], position="top")
if page == by_name:
    st.switch_page(pages[0], query_params=st.query_params.to_dict())
show_head(words, wall=state.wall, only=state.only)
watch_connection(system_clock())
page.run()
spare_imports()
