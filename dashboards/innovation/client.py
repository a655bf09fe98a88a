"""What the programmes for people have published."""

from __future__ import annotations

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hub, listed, shown_url


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def hackathons() -> list[api.Hackathon]:
    return listed(lambda one: one, hub().hackathons())


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def calls() -> list[api.Call]:
    return listed(lambda one: one, hub().calls())


def urls() -> list[str]:
    return [shown_url(hub().hackathons().url), shown_url(hub().calls().url)]
