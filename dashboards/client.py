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
from citycore.intervals import HOUR
from citycore.model import Quality
from citycore.settings import ApiClientSettings
from dashboards import limits, model
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


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def places() -> list[Place]:
    return listed(model.place_of, hub().places())


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def observed_properties() -> list[ObservedProperty]:
    return listed(model.observed_property_of, hub().observed_properties())


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def sources() -> list[Source]:
    return listed(model.source_of, hub().sources())


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def things() -> list[Thing]:
    return listed(model.thing_of, hub().things())


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def datastreams() -> list[Datastream]:
    return listed(model.datastream_of, hub().datastreams())


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def latest() -> list[Latest]:
    """The newest value of every datastream of the city, also what is bad or missing: pages show it as flagged."""
    return listed(model.latest_of, hub().latest(quality=[quality.name.lower() for quality in Quality]))


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def hours(datastream: int, start: datetime, end: datetime) -> list[Hour]:
    """The hourly roll-ups of a datastream in ``[start, end)``, oldest first."""
    return listed(model.hour_of, _hours(datastream, start, end))


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def forecast(datastream: int) -> Forecast | None:
    """The newest forecast of a datastream, None if there is none yet."""
    with failures():
        found = hub().forecast(datastream=datastream)
        return None if found is None else model.forecast_of(found)


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=4, show_spinner=False)
def known_limits() -> limits.Known:
    """All limits of the hub. They are waited for only shortly: values stand without them, too."""
    with failures():
        return limits.known_of(hasty_hub().limits())


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def air_quality() -> list[api.AirQuality]:
    """The newest hour of every thing by the index of the settings; waited for only shortly."""
    with failures():
        return list(hasty_hub().air_quality(index=LIMITS.air_quality_index))


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def open_alerts() -> list[api.Alert]:
    """What is in trouble now in the whole city, the newest first."""
    return listed(_same, hub().alerts(open=True))


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def presence() -> list[api.Presence]:
    """Whether each datastream of the city is there."""
    return listed(_same, hub().presence())


@st.cache_resource(ttl=LIMITS.history_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def hour_means(observed_property: str, start: datetime) -> dict[str, float]:
    """The mean of one hour by thing, of whatever observes the property and has one. Waited for only shortly."""
    question = hasty_hub().statistics(observed_property=observed_property, start=start, end=start + HOUR)
    found = [one for one in listed(_same, question) if one.mean is not None and one.thing is not None]
    return {one.thing or "": one.mean or 0.0 for one in found}


def answers() -> bool:
    """Whether the API answers now, as all sessions of this process know it."""
    try:
        _presence(ApiClientSettings().url).check()
    except ApiUnavailable:
        return False
    return True


def shown_url(url: str) -> str:
    """The address of a call as people can open it: where the API is reached from outside, if that is known."""
    own, public = ApiClientSettings().url.rstrip("/"), LIMITS.public_url.rstrip("/")
    return f"{public}{url.removeprefix(own)}" if public and url.startswith(own) else url


def latest_url(observed_property: str, place: str | None) -> str:
    """The address of the call behind the map, as a person can open it."""
    return shown_url(hub().latest(observed_property=observed_property, place=place).url)


def hours_url(datastream: int, start: datetime, end: datetime) -> str:
    return shown_url(_hours(datastream, start, end).url)


def forecast_url(datastream: int) -> str:
    return shown_url(hub().url(api.forecast_questions.forecast(datastream=datastream)))


def alerts_url(place: str | None) -> str:
    return shown_url(hub().alerts(open=True, place=place).url)


def presence_url(place: str | None) -> str:
    return shown_url(hub().presence(place=place).url)


def _same(element: Element) -> Element:
    return element


def _hours(datastream: int, start: datetime, end: datetime) -> api.Listing[api.Statistics]:
    return hub().statistics(datastream=datastream, start=start, end=end)


def listed(view: Callable[[Element], Value], elements: api.Listing[Element]) -> list[Value]:
    """A list of the API as values of the pages; the errors are those of this module."""
    with failures():
        return [view(element) for element in elements]


@contextmanager
def failures() -> Iterator[None]:
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
        """:class:`ApiUnavailable` unless somebody does. Who comes meanwhile waits for the same answer.

        Where nobody answered the last time nobody is waited for by two: while one asks again, the others are told so at once.
        """
        known = self._reason
        if self._asking.acquire(blocking=known is None):
            try:
                known = self._newest()
            finally:
                self._asking.release()
        if known is not None:
            raise ApiUnavailable(where=self._url, reason=known)

    def _newest(self) -> str | None:
        if time.monotonic() - self._asked_at >= LIMITS.presence_seconds:
            self._reason = self._ask()
            self._asked_at = time.monotonic()
        return self._reason

    def _ask(self) -> str | None:
        """Why nobody answers, or None; a refusal or a problem is an answer, too."""
        options = api.Options(timeout_seconds=LIMITS.presence_wait_seconds_max, attempts_max=1)
        try:
            with api.Client(self._url, options=options, trust_env=False) as client:
                client.first_page(api.questions.sources(limit=1))
        except api.Unreachable as error:
            return error.reason
        except (api.ClientError, ValueError):
            return None
        return None


@cache
def _presence(url: str) -> Presence:
    return Presence(url)


def hub() -> api.Client:
    """The API's client, one for all sessions."""
    settings = ApiClientSettings()
    return _client_at(settings.url, settings.timeout_seconds, LIMITS.attempts_max)


def hasty_hub() -> api.Client:
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
