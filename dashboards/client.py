"""The API through its client: the dashboards' only input, and the only place that caches.

Before anything is asked the API has to answer one small question soon: a frozen one takes connections
and says nothing, and a page must not stay empty until a long wait is over. All sessions share the answer.

Every public function returns values of ``dashboards.model`` and raises
:class:`ApiUnavailable` (nobody answers, or the answer is no answer) or :class:`ApiRefused`
(the API says no, with its own reason). Whole lists are cached; filtering happens outside.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TypeVar

import streamlit as st

import falaj_client as api
from citycore.errors import FalajError, Kind
from citycore.settings import ApiClientSettings
from dashboards import limits, model
from dashboards.exceedance import Odds, odds_of
from dashboards.model import Datastream, Forecast, Hour, Latest, ObservedProperty, Place, Source, Thing
from dashboards.settings import dashboard_settings

LIMITS = dashboard_settings()
NOT_OURS = "the answer is not of this API"

Value = TypeVar("Value")
Element = TypeVar("Element")


class ApiUnavailable(FalajError):
    """Nobody answers at ``where``, or what answers is not this API; ``reason`` says which."""

    slug = "api_unavailable"
    kind = Kind.UNAVAILABLE


class ApiRefused(FalajError):
    """The API answered with a problem; ``reason`` is its own text."""

    slug = "api_refused"
    kind = Kind.INVALID


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def places() -> list[Place]:
    return _list(model.place_of, _client().places())


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def observed_properties() -> list[ObservedProperty]:
    return _list(model.observed_property_of, _client().observed_properties())


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def sources() -> list[Source]:
    return _list(model.source_of, _client().sources())


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def things() -> list[Thing]:
    return _list(model.thing_of, _client().things())


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def datastreams() -> list[Datastream]:
    return _list(model.datastream_of, _client().datastreams())


@st.cache_data(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def latest() -> list[Latest]:
    """The newest value of every datastream of the city."""
    return _list(model.latest_of, _client().latest())


@st.cache_data(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def hours(datastream: int, start: datetime, end: datetime) -> list[Hour]:
    """The hourly roll-ups of a datastream in ``[start, end)``, oldest first."""
    return _list(model.hour_of, _hours(datastream, start, end))


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def forecast(datastream: int) -> Forecast | None:
    """The newest forecast of a datastream, None if there is none yet."""
    with _failures():
        found = _client().forecast(datastream=datastream)
        return None if found is None else model.forecast_of(found)


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def exceedance(datastream: int) -> list[Odds]:
    """How probably the hours of the newest forecast of a datastream exceed limits; empty where there are none."""
    found = _list(odds_of, _client().forecast_exceedance(datastream=datastream))
    return [one for one in found if one is not None]


@st.cache_data(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def known_limits() -> limits.Known:
    """All limits of the hub. They are waited for only shortly: values stand without them, too."""
    with _failures():
        return limits.known_of(_hasty_client().limits())


@st.cache_data(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def air_quality() -> list[api.AirQuality]:
    """The newest hour of every thing by the index of the settings; waited for only shortly."""
    with _failures():
        return list(_hasty_client().air_quality(index=LIMITS.air_quality_index))


def answers() -> bool:
    """Whether the API answers now, as all sessions of this process know it."""
    try:
        _presence(ApiClientSettings().url).check()
    except ApiUnavailable:
        return False
    return True


def latest_url(observed_property: str, place: str | None) -> str:
    """The address of the call behind the map, as a person can open it."""
    return _client().latest(observed_property=observed_property, place=place).url


def hours_url(datastream: int, start: datetime, end: datetime) -> str:
    return _hours(datastream, start, end).url


def forecast_url(datastream: int) -> str:
    return _client().url(api.forecast_questions.forecast(datastream=datastream))


def exceedance_url(datastream: int) -> str:
    return _client().forecast_exceedance(datastream=datastream).url


def _hours(datastream: int, start: datetime, end: datetime) -> api.Listing[api.Statistics]:
    return _client().statistics(datastream=datastream, start=start, end=end)


def _list(view: Callable[[Element], Value], elements: api.Listing[Element]) -> list[Value]:
    with _failures():
        return [view(element) for element in elements]


@contextmanager
def _failures() -> Iterator[None]:
    """What the client raises, as errors with a text in both languages."""
    where = ApiClientSettings().url
    _presence(where).check()
    try:
        yield
    except (api.Unreachable, api.NotThisApi) as error:
        raise ApiUnavailable(where=where, reason=error.reason) from error
    except api.Unavailable as error:
        raise ApiUnavailable(where=where, reason=error.detail) from error
    except api.Problem as error:
        raise ApiRefused(where=error.url, reason=error.detail) from error
    except api.TooManyPages as error:
        raise ApiUnavailable(where=error.url, reason=f"more than {error.pages_max} pages") from error
    except ValueError as error:
        raise ApiUnavailable(where=where, reason=NOT_OURS) from error


class Presence:
    """Whether anybody answers at an address: asked at most once in a few seconds, and remembered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asking = threading.Lock()
        self._asked_at = float("-inf")
        self._reason: str | None = None

    def check(self) -> None:
        """:class:`ApiUnavailable` unless somebody does. Who comes meanwhile waits for the same answer."""
        with self._asking:
            if time.monotonic() - self._asked_at >= LIMITS.presence_seconds:
                self._reason = self._ask()
                self._asked_at = time.monotonic()
            reason = self._reason
        if reason is not None:
            raise ApiUnavailable(where=self._url, reason=reason)

    def _ask(self) -> str | None:
        """Why nobody answers, or None; a refusal or a problem is an answer, too."""
        options = api.Options(timeout_seconds=LIMITS.presence_wait_seconds_max, attempts_max=1)
        try:
            with api.Client(self._url, options=options, trust_env=False) as client:
                client.first_page(api.questions.sources())
        except api.Unreachable as error:
            return error.reason
        except (api.ClientError, ValueError):
            return None
        return None


@cache
def _presence(url: str) -> Presence:
    return Presence(url)


def _client() -> api.Client:
    settings = ApiClientSettings()
    return _client_at(settings.url, settings.timeout_seconds, LIMITS.attempts_max)


def _hasty_client() -> api.Client:
    """For what a page can do without."""
    settings = ApiClientSettings()
    return _client_at(settings.url, min(settings.timeout_seconds, LIMITS.limit_wait_seconds_max), 1)


def _client_at(url: str, timeout_seconds: float, attempts_max: int) -> api.Client:
    try:
        return _client_of(url, timeout_seconds, attempts_max)
    except ValueError as error:  # the address is none
        raise ApiUnavailable(where=url, reason=str(error)) from error


@cache
def _client_of(url: str, timeout_seconds: float, attempts_max: int) -> api.Client:
    """One for all sessions of this process."""
    options = api.Options(
        timeout_seconds=timeout_seconds,
        attempts_max=attempts_max,
        pause_seconds_first=LIMITS.pause_seconds_first,
        pause_seconds_max=LIMITS.pause_seconds_max,
        pages_max=LIMITS.pages_max,
    )
    # trust_env=False: a proxy of the environment must not stand between two local processes.
    return api.Client(url, options=options, trust_env=False)
