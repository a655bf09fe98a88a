"""What ``python -m dashboards`` serves: Streamlit with the pages of ``app.py``, behind what every answer says to browsers."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from dashboards.safety import SafetyMiddleware, streamlit_page
from dashboards.settings import dashboard_settings, public_address

SECONDS_OF_A_DAY = 86_400

app = st.App(
    "app.py",
    middleware=[
        Middleware(
            SafetyMiddleware,
            page=streamlit_page(),
            address=public_address(),
            https_seconds=dashboard_settings().https_days * SECONDS_OF_A_DAY,
        )
    ],
)
