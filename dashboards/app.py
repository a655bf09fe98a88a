"""The dashboards' entry: ``streamlit run dashboards/app.py``. Pages, language, direction."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from citycore.clock import system_clock
from dashboards.language import Words
from dashboards.page import current_state, show_head, watch_connection

FOLDER = files("dashboards")

st.set_page_config(
    page_title="Falaj",
    page_icon=str(FOLDER / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.logo(str(FOLDER / "logo.svg"), size="large")

words = Words(current_state().language)
page = st.navigation(
    [
        st.Page("app_pages/overview.py", title=words("nav.overview"), url_path="overview", default=True),
        st.Page("app_pages/forecast.py", title=words("nav.forecast"), url_path="forecast"),
    ],
    position="top",
)
show_head(words)
watch_connection(system_clock())
page.run()
