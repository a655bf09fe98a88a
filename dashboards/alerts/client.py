"""What alerts there were."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

import falaj_client as api
from dashboards.alerts.settings import alert_settings
from dashboards.client import LIMITS, hub, listed, shown_url

SETTINGS = alert_settings()


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def raised(start: datetime, end: datetime) -> list[api.Alert]:
    """What was raised in ``[start, end)``, the newest first, at most ``history_max``."""
    return listed(lambda one: one, hub().alerts(start=start, end=end, limit=SETTINGS.history_max))


def raised_url(place: str | None, start: datetime, end: datetime) -> str:
    return shown_url(hub().alerts(place=place, start=start, end=end).url)
