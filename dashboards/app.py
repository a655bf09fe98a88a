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
pages = [
    st.Page(f"app_pages/{room}.py", title=words(f"nav.{room}"), url_path=room, default=room == ROOMS[0])
    for room in ROOMS
]
page = st.navigation(pages, position="top")
show_head(words, wall=state.wall, only=state.only)
watch_connection(system_clock())
page.run()
spare_imports()
