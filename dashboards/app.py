"""The dashboards' entry: ``streamlit run dashboards/app.py``. Pages, language, direction."""

from __future__ import annotations

import streamlit as st

from dashboards.language import Words
from dashboards.page import current_state, show_head

st.set_page_config(page_title="Falaj", layout="wide", initial_sidebar_state="collapsed")

words = Words(current_state().language)
page = st.navigation(
    [
        st.Page("app_pages/overview.py", title=words("nav.overview"), url_path="overview", default=True),
        st.Page("app_pages/forecast.py", title=words("nav.forecast"), url_path="forecast"),
    ],
    position="top",
)
show_head(words)
page.run()
