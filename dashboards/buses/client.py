"""Schedules, and how buses kept to them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hub, listed, shown_url


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=2, show_spinner=False)
def routes() -> list[api.TransportRoute]:
    return listed(lambda one: one, hub().transport_routes())


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=8, show_spinner=False)
def performance(bucket: str, start: datetime, end: datetime) -> list[api.TransportPerformance]:
    """Each line in each bucket of ``[start, end)``, oldest first."""
    return listed(lambda one: one, _performance(bucket, start, end))


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=2, show_spinner=False)
def service_alerts() -> list[api.TransportServiceAlert]:
    """What operators announce now."""
    return listed(lambda one: one, hub().transport_service_alerts(open=True))


def urls(bucket: str, start: datetime, end: datetime) -> list[str]:
    return [shown_url(_performance(bucket, start, end).url)]


def _performance(bucket: str, start: datetime, end: datetime) -> api.Listing[api.TransportPerformance]:
    return hub().transport_performance(bucket=bucket, start=start, end=end)
