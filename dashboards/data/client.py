"""What there is to get."""

from __future__ import annotations

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hub, listed, shown_url


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def datasets() -> list[api.Dataset]:
    return listed(lambda one: one, hub().datasets())


def datasets_url() -> str:
    return shown_url(hub().datasets().url)


def observations_url(dataset: str) -> str:
    return shown_url(hub().observations(source=dataset).url)
