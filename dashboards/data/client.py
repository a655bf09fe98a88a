"""What there is to get."""

from __future__ import annotations

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hub, listed, shown_url
from dashboards.data.query import BUCKETS, RAW, Query
from dashboards.data.settings import data_settings

SETTINGS = data_settings()


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def datasets() -> list[api.Dataset]:
    return listed(lambda one: one, hub().datasets())


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=4, show_spinner=False)
def bulk_files() -> list[api.BulkFile]:
    """The newest day first."""
    found = listed(lambda one: one, hub().bulk())
    return sorted(found, key=lambda one: (one.date, one.dataset), reverse=True)[: SETTINGS.bulk_files_max]


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def first_rows(query: Query) -> list[api.Observation] | list[api.Statistics]:
    """What a query begins with: values, or buckets of them."""
    asked, rows = query.filters(), SETTINGS.trial_rows
    if query.bucket == RAW:
        return listed(lambda one: one, hub().observations(limit=rows, **asked))  # type: ignore[arg-type]  # texts alone
    buckets = hub().statistics(bucket=BUCKETS[query.bucket], limit=rows, **asked)  # type: ignore[arg-type]
    return listed(lambda one: one, buckets)


def datasets_url() -> str:
    return shown_url(hub().datasets().url)


def bulk_url() -> str:
    return shown_url(hub().bulk().url)


def properties_url() -> str:
    return shown_url(hub().observed_properties().url)


def observations_url(dataset: str) -> str:
    return shown_url(hub().observations(source=dataset).url)
