"""Who is signed in here, and what the hub is asked in their name.

Everything public works without. The token is one of the person's own tokens at the hub, with the scopes of the
dashboards alone, and stays in this process. Streamlit keeps it in a signed cookie that scripts of the page cannot read.

What the hub says of a token is remembered for a moment, for all sessions of this process. A hub that is away signs
nobody out: what it said last still stands. A token that it no longer takes does.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

import streamlit as st

import falaj_client as api
from citycore.errors import FalajError, Kind
from citycore.language import Language
from citycore.settings import ApiClientSettings
from dashboards.choices import glance
from dashboards.client import NOT_OURS, ApiUnavailable, answers
from dashboards.settings import dashboard_settings
from falaj_client.exchange import KEY
from falaj_client.own import Deed, Own

LIMITS = dashboard_settings()
#: Whom a token belongs to, and what it may do now.
ME = "/v1/innovation/me"
NOT_SIGNED_IN = 401
SILENT = "nobody answers"
#: Somebody else was faster, or it can no longer be done.
MEANWHILE = frozenset({409, 412})


class HubRefused(FalajError):
    """The hub's own words, in the language in which it was asked; ``code`` is the stable one of its problem."""

    slug = "api_refused"
    kind = Kind.INVALID

    def __init__(self, where: str, status: int, code: str, words: str) -> None:
        self.status = status
        self.code = code
        self.words = words
        super().__init__(where=where, reason=words)

    @property
    def is_outdated(self) -> bool:
        """Whether the page has to be looked at again first: it is no longer as it was seen."""
        return self.status in MEANWHILE

    def text(self, language: Language) -> str:  # noqa: ARG002  # it was asked in one
        return self.words


class SignInEnded(FalajError):
    """The hub takes the token no more: it expired, was revoked, or its account may not sign in."""

    kind = Kind.NOT_SIGNED_IN


@dataclass(frozen=True, slots=True)
class Account:
    """``roles`` are the codes of the hub's roles that count here, as ``duty_officer``; ``token`` is never shown."""

    name: str
    roles: frozenset[str]
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """What the hub says of whoever a token belongs to."""

    name_ar: str | None
    name_en: str | None
    roles: frozenset[str]

    def name(self, language: Language) -> str:
        """In the language, else as they spell it in the other."""
        first, second = self.name_ar, self.name_en
        return (first or second if language == "ar" else second or first) or ""


#: Of whom the hub has said nothing yet.
UNKNOWN = Person(None, None, frozenset())


def is_offered() -> bool:
    """Whether people can sign in here: the hub says so by what the dashboards are started with."""
    return "is_logged_in" in st.user


def signed_in() -> Account | None:
    """Who this session belongs to; None of somebody unknown, or whose sign-in has ended."""
    token = _token()
    if token is None:
        return None
    language = glance().language
    person = _people().of(token, lambda: _person(token, language))
    if person is None:
        return None
    # Before the hub has said anything, the name is that of the sign-in, and nothing may be done.
    name = person.name(language) or str(st.user.get("name") or "")
    return Account(name, person.roles, token)


def has_ended() -> bool:
    """Whether this browser was signed in and the hub takes its token no more."""
    token = _token()
    return token is not None and _people().has_ended(token)


def ask(
    account: Account,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Any:
    """The hub's answer to one operation of :mod:`hub_api.programme.programs`, as JSON; ``version`` is sent as If-Match.

    ``path`` is the whole one, as ``/v1/innovation/me/alerts``. Raises :class:`citycore.errors.FalajError`:
    :class:`HubRefused` with the hub's own words, code and language where it refuses, :class:`SignInEnded` where it takes
    the token no more, and :class:`dashboards.client.ApiUnavailable` where it is away.
    """
    try:
        return _ask(account.token, Deed(method, path, body, version), glance().language)
    except SignInEnded:
        _people().end(account.token)
        raise


class People:
    """Whom tokens belong to, as the hub said it last; tokens themselves are not kept."""

    def __init__(
        self, seconds: float, entries_max: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._entries_max = entries_max
        self._monotonic = monotonic
        self._lock = threading.Lock()
        #: By the digest of the token: when the hub was asked, and whom it named; None of a sign-in that has ended.
        self._known: OrderedDict[bytes, tuple[float, Person | None]] = OrderedDict()

    def of(self, token: str, look: Callable[[], Person]) -> Person | None:
        """``look`` asks the hub. Where it is away the last answer stands, and somebody without a name before the first."""
        key = _digest(token)
        with self._lock:
            asked_at, person = self._known.get(key, (float("-inf"), UNKNOWN))
        if self._monotonic() - asked_at < self._seconds:
            return person
        try:
            person = look()
        except SignInEnded:
            person = None
        except FalajError:
            pass  # it is away, which the page says; asked again after the same pause
        self._keep(key, person)
        return person

    def end(self, token: str) -> None:
        self._keep(_digest(token), None)

    def has_ended(self, token: str) -> bool:
        with self._lock:
            return self._known.get(_digest(token), (0.0, UNKNOWN))[1] is None

    def _keep(self, key: bytes, person: Person | None) -> None:
        with self._lock:
            self._known[key] = (self._monotonic(), person)
            self._known.move_to_end(key)
            while len(self._known) > self._entries_max:
                self._known.popitem(last=False)


@cache
def _people() -> People:
    """One for all sessions of this process."""
    return People(LIMITS.account_seconds, LIMITS.accounts_max)


def _token() -> str | None:
    if not st.user.get("is_logged_in"):
        return None
    return st.user.tokens.get("access")


def _person(token: str, language: Language) -> Person:
    if not answers():  # a frozen one would be waited for
        raise ApiUnavailable(where=ApiClientSettings().url, reason=SILENT)
    found = _ask(token, Deed("GET", ME), language, LIMITS.account_wait_seconds_max)
    try:
        told = found["data"]
        names, roles = told["name"], told["roles"]
        return Person(names.get("ar"), names.get("en"), frozenset(map(str, roles)))
    except (AttributeError, KeyError, TypeError) as error:
        raise ApiUnavailable(where=ApiClientSettings().url, reason=NOT_OURS) from error


def _ask(token: str, deed: Deed, language: Language, waits: float | None = None) -> Any:
    settings = ApiClientSettings()
    where = settings.url
    if not KEY.fullmatch(token):  # what no header can hold is no token of ours
        raise SignInEnded
    try:
        return _hub(where, waits or settings.timeout_seconds).ask(token, deed, language)
    except api.Problem as error:
        if error.status == NOT_SIGNED_IN:
            raise SignInEnded from error
        if isinstance(error, api.Unavailable):
            raise ApiUnavailable(where=where, reason=error.detail) from error
        raise HubRefused(error.url, error.status, error.code, error.detail) from error
    except (api.Unreachable, api.NotThisApi) as error:
        raise ApiUnavailable(where=where, reason=error.reason) from error


@cache
def _hub(url: str, waits: float) -> Own:
    # trust_env=False: a proxy of the environment must not stand between two local processes.
    return Own(url, options=api.Options(timeout_seconds=waits), trust_env=False)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
