"""Before every counted request: whose it is, whether it may pass, and the fields that say so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citycore.errors import FalajError, StoreUnavailable
from citycore.keys import is_known
from citycore.settings import StoreSettings
from hub_api.serving.exports.readers import READER
from hub_api.serving.keys.errors import ApiKeyUnknown
from hub_api.serving.keys.model import KnownKey
from hub_api.serving.keys.rules import key_of
from hub_api.serving.limits.errors import LimitReached
from hub_api.serving.limits.model import Policy, Standing, Subject
from hub_api.serving.limits.rules import (
    address_code,
    is_documentation,
    is_free,
    is_in,
    is_sent,
    is_written,
    limit_field,
    parse_address,
    policy_field,
)
from hub_api.serving.limits.service import MINUTE_SECONDS, KeyRing, Limiter, Pace, Wall, policies
from hub_api.serving.limits.settings import LimitSettings
from hub_api.serving.limits.store import LimitStore
from hub_api.serving.problems import problem_of
from hub_api.serving.transport.fields import field_of


class Gate:
    """One per application: limits, keys and their store."""

    def __init__(
        self,
        store: StoreSettings,
        settings: LimitSettings,
        wall: Wall = time.time,
        note_wait: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        #: Takes the seconds that a request has to wait for the pace of its address.
        self._note_wait = note_wait
        self.store = LimitStore(store, settings)
        self._wall = wall
        self.limiter = Limiter(self.store, settings, wall)
        self._pace = Pace(settings)
        self.keys = KeyRing(self.store, settings, wall)
        self._anonymous = policies(
            settings.anonymous_requests_per_minute, settings.anonymous_requests_per_day
        )
        self._guesses = (Policy("minute", settings.wrong_keys_per_minute, MINUTE_SECONDS),)
        # Reading an address takes longer than counting its request.
        self._subject_of_address = lru_cache(settings.subjects_max)(self._address)
        self._bookkeeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.store.open()
        self._bookkeeping = asyncio.create_task(self._keep_books())

    async def close(self) -> None:
        """Write down the last usage and let the connections go."""
        if self._bookkeeping is not None:
            self._bookkeeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._bookkeeping
        await self.keys.write_usage()
        await self.store.close()

    async def _keep_books(self) -> None:
        forgotten = self._wall()
        while True:
            await asyncio.sleep(self.settings.usage_seconds)
            await self.keys.write_usage()
            if self._wall() - forgotten > MINUTE_SECONDS:
                forgotten = self._wall()
                with suppress(StoreUnavailable):
                    await self.store.forget_windows(forgotten)

    async def admit(
        self, key: str | None, host: str | None, *, is_long: bool = False
    ) -> tuple[str, Sequence[Standing]]:
        """Count a request: whose it is, and how that stands; empty if it is free. ``is_long`` of a page of the documentation.

        :class:`LimitReached`, or why its key does not count.
        """
        known = None if key is None else await self._known(key, host)
        if known is None:
            subject, is_free = self._subject_of_address(host)
            if is_free:
                return subject.code, ()
            if wait := self._pace.seconds(subject.code, self.settings.documentation_weight if is_long else 1):
                self._note_wait(wait)
                await asyncio.sleep(wait)
            return subject.code, await self.limiter.take(subject)
        subject = _of_key(known)
        standings = await self.limiter.take(subject)
        self.keys.note(known.api_key_id, is_limited=not standings[-1].is_allowed)
        return subject.code, standings

    async def _known(self, key: str, host: str | None) -> KnownKey | None:
        """The valid key; None if nobody can tell now, so that it counts as none."""
        known = self.keys.recall(key)
        if known is None:
            known = await self._look_up(key, host)
        fault = None if known is None else self.keys.fault_of(known)
        if fault is not None:
            raise fault
        return known

    async def _look_up(self, key: str, host: str | None) -> KnownKey | None:
        await self.admit_guess(host)
        try:
            return await self.keys.find(key)
        except StoreUnavailable:
            return self.keys.recall_old(key)
        except ApiKeyUnknown:
            await self.count_guess(host)
            raise

    async def admit_guess(self, host: str | None) -> None:
        """Before a key is compared: :class:`LimitReached` where this address has brought too many wrong ones."""
        guesser = self._guesser(host)
        if self.limiter.is_exhausted(guesser):
            raise refusal(await self.limiter.take(guesser))

    async def count_guess(self, host: str | None) -> None:
        """A key was wrong; :class:`LimitReached` where that was one too many."""
        standings = await self.limiter.take(self._guesser(host))
        if not standings[-1].is_allowed:
            raise refusal(standings) from None

    def _guesser(self, host: str | None) -> Subject:
        return Subject(f"guess:{self._code(host)}", self._guesses)

    def _address(self, host: str | None) -> tuple[Subject, bool]:
        """Who an address is, and whether it has no limit."""
        is_free = is_in(parse_address(host), self.settings.free_networks)
        return Subject(f"address:{self._code(host)}", self._anonymous), is_free

    def _code(self, host: str | None) -> str:
        return address_code(parse_address(host), self.settings.ipv6_prefix_bits)


def _of_key(known: KnownKey) -> Subject:
    quota = known.quota
    return Subject(
        known.limit_subject,
        policies(quota.requests_per_minute, quota.requests_per_day),
        known.api_key_id,
    )


def refusal(standings: Sequence[Standing]) -> LimitReached:
    last = standings[-1]
    return LimitReached(
        quota=last.policy.quota, seconds=last.policy.seconds, reset_seconds=last.reset_seconds
    )


class LimitsMiddleware:
    """Refuses, or passes on and adds ``RateLimit`` and ``RateLimit-Policy`` to the answer."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_free(scope["path"]):
            await self._app(scope, receive, send)
            return
        # What sends data brings the credential of its source there, which is no key of a reader.
        authorization = "" if is_sent(scope["path"]) else field_of(scope, b"authorization")
        key = key_of(authorization, field_of(scope, b"x-api-key"))
        if key is not None and is_written(scope["path"]):
            if is_known(key, scope["app"].state.hub.settings.admin_key_sha256):
                await self._app(scope, receive, send)
                return
            key = None if ":" in key else key
        standings: Sequence[Standing] = ()
        try:
            scope[READER], standings = await self._gate.admit(
                key, (scope.get("client") or (None,))[0], is_long=is_documentation(scope["path"])
            )
            if standings and not standings[-1].is_allowed:
                raise refusal(standings)
        except FalajError as error:
            answer = problem_of(Request(scope), error)
            await answer(scope, receive, _with_fields(send, standings))
            return
        await self._app(scope, receive, _with_fields(send, standings))


def _with_fields(send: Send, standings: Sequence[Standing]) -> Send:
    if not standings:
        return send

    async def outlet(message: Message) -> None:
        if message["type"] == "http.response.start":
            fields = [
                (b"ratelimit-policy", policy_field(standings).encode()),
                (b"ratelimit", limit_field(standings).encode()),
            ]
            message = {**message, "headers": [*message["headers"], *fields]}
        await send(message)

    return outlet
