"""The API over HTTP: the dashboards' only input, and the only place that caches.

Every public function returns values of ``dashboards.model`` and raises
:class:`ApiUnavailable` (nobody answers, or the answer is no answer) or :class:`ApiRefused`
(the API says no, with its own reason). Raw answers are cached; filtering happens outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
import streamlit as st

from citycore.errors import FalajError
from citycore.settings import ApiClientSettings
from dashboards.model import (
    Datastream,
    Forecast,
    Hour,
    Json,
    Latest,
    ObservedProperty,
    Place,
    Source,
    Thing,
    parse_datastream,
    parse_forecast,
    parse_hour,
    parse_latest,
    parse_observed_property,
    parse_place,
    parse_source,
    parse_thing,
)
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()
NOT_OURS = "the answer is not of this API"


class ApiUnavailable(FalajError):
    """Nobody answers at ``where``, or what answers is not this API; ``reason`` says which."""

    slug = "api_unavailable"


class ApiRefused(FalajError):
    """The API answered with a problem; ``reason`` is its own text."""

    slug = "api_refused"


Value = TypeVar("Value")


def api_url(path: str, **parameters: str | int) -> str:
    """The address of a call, as a person can open it."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{ApiClientSettings().url.rstrip('/')}{path}{query}"


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def places() -> list[Place]:
    return _parsed(parse_place, _get(api_url("/v1/places")).get("features", ()))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def observed_properties() -> list[ObservedProperty]:
    return _list(parse_observed_property, api_url("/v1/observed-properties"))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def sources() -> list[Source]:
    return _list(parse_source, api_url("/v1/sources"))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def things() -> list[Thing]:
    return _list(parse_thing, api_url("/v1/things"))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def datastreams() -> list[Datastream]:
    return _list(parse_datastream, api_url("/v1/datastreams"))


@st.cache_data(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def latest() -> list[Latest]:
    """The newest value of every datastream of the city."""
    return _list(parse_latest, api_url("/v1/latest"))


@st.cache_data(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def hours(datastream: int, start: datetime, end: datetime) -> list[Hour]:
    """The hourly roll-ups of a datastream in ``[start, end)``, oldest first."""
    return _list(parse_hour, hours_url(datastream, start, end))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def forecast(datastream: int) -> Forecast | None:
    """The newest forecast of a datastream, None if there is none yet."""
    rows = _list(parse_forecast, forecast_url(datastream))
    return rows[0] if rows else None


def hours_url(datastream: int, start: datetime, end: datetime, **more: str) -> str:
    return api_url(
        "/v1/observations", datastream=datastream, bucket="PT1H", start=_z(start), end=_z(end), **more
    )


def forecast_url(datastream: int) -> str:
    return api_url("/v1/forecasts", datastream=datastream)


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _list(parse: Callable[[Json], Value], url: str) -> list[Value]:
    return _parsed(parse, _rows(url))


def _parsed(parse: Callable[[Json], Value], rows: Iterable[Json]) -> list[Value]:
    try:
        return [parse(row) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise ApiUnavailable(where=ApiClientSettings().url, reason=NOT_OURS) from error


def _rows(url: str) -> list[Json]:
    """All elements of a list, page after page; ``ApiUnavailable`` beyond ``pages_max`` pages."""
    rows: list[Json] = []
    page, cursor = url, None
    for _ in range(LIMITS.pages_max):
        answer = _get(page)
        rows += answer.get("data", ())
        cursor = answer.get("next")
        if cursor is None:
            return rows
        page = str(httpx.URL(url).copy_merge_params({"cursor": cursor}))
    raise ApiUnavailable(where=url, reason=f"more than {LIMITS.pages_max} pages")


def _get(url: str) -> dict[str, Any]:
    try:
        response = _http().get(url)
        body = response.json()
    except httpx.HTTPError as error:
        raise ApiUnavailable(
            where=ApiClientSettings().url, reason=str(error) or type(error).__name__
        ) from error
    except ValueError as error:
        raise ApiUnavailable(where=ApiClientSettings().url, reason="the answer is not JSON") from error
    if response.status_code >= 500:
        raise ApiUnavailable(where=ApiClientSettings().url, reason=_reason(body, response))
    if response.status_code >= 400:
        raise ApiRefused(where=url, reason=_reason(body, response))
    if not isinstance(body, dict):
        raise ApiUnavailable(where=ApiClientSettings().url, reason=NOT_OURS)
    return body


def _reason(body: Any, response: httpx.Response) -> str:
    detail = body.get("detail") or body.get("title") if isinstance(body, dict) else None
    return str(detail or response.status_code)


@cache
def _http() -> httpx.Client:
    # trust_env=False: a proxy of the environment must not stand between two local processes.
    return httpx.Client(timeout=ApiClientSettings().timeout_seconds, trust_env=False)
