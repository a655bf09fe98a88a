"""HTTP/1.1 as uvicorn speaks it, with bounds on what one connection may hold: memory, time, a place."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from functools import cache
from typing import Any

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hub_api.serving.problems import bare_problem, busy_answer
from hub_api.serving.settings import ServingSettings
from hub_api.serving.transport.dates import Dated
from hub_api.serving.transport.proxies import client_of, scheme_of

#: The parser's own limit is 65,535. Every parameter has a limit of its own, and all of them at
#: their limits are far shorter than this, so a line that is cut here is always refused with a
#: problem that names the parameter.
URL_BYTES_MAX = 60_000
#: The name under which an endless answer finds what it may do to its connection: ``abort()`` cuts off a
#: reader who takes nothing, ``bound_unsent(bytes)`` lets the kernel hold no more than that for a slow one.
CONNECTION = "falaj.connection"
#: What a supervisor asks must be answered however many others are there.
PROBES = frozenset({b"/livez", b"/readyz"})
#: Since when a request names its host, and one alone (RFC 9112, 3.2).
HOSTS_SINCE = "1.1"


class BoundedProtocol(HttpToolsProtocol):
    """A request of any size costs bounded memory and time; what is refused gets a problem, too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        assert isinstance(self.config.app, FastAPI)
        self._limits: ServingSettings = self.config.app.state.hub.settings
        self._served = Dated(self.app)
        self._addresses: Counter[str] = self.config.app.state.addresses
        self._silent: dict[BoundedProtocol, None] = self.config.app.state.silent
        self._address: str | None = None
        self._proxies = _proxies(str(self.config.forwarded_allow_ips))
        self._has_begun = False
        self._is_head_open = True
        self._is_open = True
        self._head_bytes = 0
        self._body_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._refusal = "malformed_request"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.write(bare_problem("too_many_requests", self._limits.retry_after_seconds))
            transport.close()
            return
        self._silent[self] = None
        self._await_rest()

    def _is_one_too_many(self) -> bool:
        """Whether the address has enough connections already; all who come through a proxy have its address."""
        host = None if self.client is None else self.client[0]
        if host is None or host in self._proxies:
            return False
        self._address = host
        self._addresses[host] += 1
        return self._addresses[host] > self._limits.connections_per_address_max

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        self._silent.pop(self, None)
        if self._address is not None:
            self._addresses[self._address] -= 1
            if not self._addresses[self._address]:
                del self._addresses[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A request that arrives whole, as nearly all do, needs no timer."""
        if self._is_head_open:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes_max:
                self._refuse("headers_too_large")
                return
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        if not self._is_waiting():
            self._forget_deadline()
        elif self._deadline is None:
            self._await_rest()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._silent.pop(self, None)
        self._has_begun = self._is_head_open = self._is_open = True
        self._head_bytes = 0
        self.scope["extensions"] = {
            CONNECTION: {"abort": self.transport.abort, "bound_unsent": self._bound_unsent}
        }

    def on_url(self, url: bytes) -> None:
        super().on_url(url[: URL_BYTES_MAX - len(self.url)])

    def on_headers_complete(self) -> None:
        self._is_head_open = False
        self._forget_deadline()
        if sum(len(name) + len(value) for name, value in self.headers) > self._limits.headers_bytes_max:
            self._refusal = "headers_too_large"
            raise ValueError(self._refusal)  # the parser stops, and the refusal is sent
        names = sum(name == b"host" for name, _ in self.headers)
        if names != 1 and (names or self.parser.get_http_version() == HOSTS_SINCE):
            raise ValueError("not exactly one Host")
        self.scope["client"] = client_of(self.client, self.headers, self._proxies)
        self.scope["scheme"] = scheme_of(self.scope["scheme"], self.client, self.headers, self._proxies)
        is_probe = self.url.partition(b"?")[0] in PROBES
        is_full = (
            len(self.connections) > self._limits.connections_max and not is_probe and not self._make_room()
        )
        self.app = busy_answer(self._limits.retry_after_seconds) if is_full else self._served
        super().on_headers_complete()

    def _make_room(self) -> bool:
        """Close the connection that has been open for longest without a word; who never spoke loses nothing."""
        other = next(iter(self._silent), None)
        if other is None:
            return False
        del self._silent[other]
        other.transport.abort()
        return True

    def on_message_complete(self) -> None:
        self._is_open = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the text is ours, not the server's
        self._refuse(self._refusal)

    def _await_rest(self) -> None:
        limits = self._limits
        self._body_bytes = 0
        seconds = limits.head_seconds_max if self._is_head_open else limits.body_seconds_max
        self._deadline = self.loop.call_later(seconds, self._end_slow)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_slow(self) -> None:
        """A word to who had begun to speak; who never did expects none."""
        self._deadline = None
        least = self._limits.body_bytes_per_second_min * self._limits.body_seconds_max
        if not self._is_head_open and self._body_bytes >= least:
            self._await_rest()
        elif self._has_begun:
            self._refuse("request_too_slow")
        else:
            self.transport.close()

    def _refuse(self, code: str) -> None:
        """Answer and close; in the middle of another answer, only close."""
        self._forget_deadline()
        if self._is_answering():
            self.transport.abort()
        else:
            self.transport.write(bare_problem(code))
            self.transport.close()

    def _is_waiting(self) -> bool:
        """Whether more must come: the rest of a request, or, after bytes that are none, the next one."""
        cycle: RequestResponseCycle | None = self.cycle
        if self.transport.is_closing():
            return False
        is_idle = cycle is not None and cycle.response_complete and self.timeout_keep_alive_task is None
        return self._is_open or is_idle

    def _is_answering(self) -> bool:
        """Whether an answer of the application is on its way, to this request or to one before it."""
        cycle: RequestResponseCycle | None = self.cycle
        if self.pipeline or cycle is None:
            return bool(self.pipeline)
        return cycle.response_started and not cycle.response_complete

    def _bound_unsent(self, bytes_max: int) -> None:
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, bytes_max)


@cache
def _proxies(allowed: str) -> _TrustedHosts:
    """Those whose ``X-Forwarded-For`` is believed."""
    return _TrustedHosts(allowed)
