"""Around every request: HEAD, the last resort for errors, metrics, one log event."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from ipaddress import ip_network

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.serving.limits.rules import parse_address
from hub_api.serving.metrics import NO_ROUTE, UNCOUNTED, Metrics
from hub_api.serving.problems import internal_problem
from hub_api.serving.transport.safety import is_personal
from hub_api.serving.transport.watching import Crossing, Refused, Watch, refused_kind

log = structlog.get_logger()
#: In the scope: by which key whoever is signed in, or whose token it is, is known.
SUBJECT = "falaj.subject"
#: Of an address, what the log holds: not who, but from where others come too.
LOGGED_PREFIX_BITS = {4: 24, 6: 48}


class AccessMiddleware:
    """A process boundary: what no handler understood is logged once and answered with a reference."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, watch: Watch, tell: Callable[[Crossing], None]
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._watch = watch
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"]
        inner = dict(scope)
        outlet = Outlet(send, is_head=method == "HEAD")
        if method == "HEAD":  # handlers know GET; the server keeps its own scope
            inner |= {"method": "GET", "is_head": True}
        try:
            await self._answer(inner, receive, outlet)
        finally:
            self._account(inner, method, outlet.status, time.perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, outlet: Outlet) -> None:
        try:
            await self._app(scope, receive, outlet)
        except Exception:
            answer, reference = internal_problem(Request(scope))
            log.exception("request_failed", reference=reference, path=scope["path"])
            if outlet.status == 0:
                await answer(scope, receive, outlet)
            # Otherwise the body stays unfinished, which tells the reader that it was cut.

    def _account(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        if scope.get(UNCOUNTED):
            return
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        self._metrics.count(route, method, status, seconds)
        log.debug(
            "request_served", route=route, method=method, status=status, duration_ms=round(seconds * 1000, 2)
        )
        if status < 400:
            return
        client, account = scope.get("client"), scope.get(SUBJECT)
        network = logged_network(client[0] if client else None)
        is_one = is_refusal(status, scope["path"])
        if is_one:
            log.info(
                "request_refused", route=route, method=method, status=status, network=network, account=account
            )
        kind = refused_kind(status, is_refusal=is_one)
        if kind is not None:
            self._count(kind, [one for one in (network, account) if one is not None])

    def _count(self, kind: Refused, subjects: Iterable[str]) -> None:
        for subject in subjects:
            crossing = self._watch.note(kind, subject)
            if crossing is None:
                continue
            log.warning("refusals_many", kind=kind.value, subject=subject, count=crossing.count)
            if crossing.is_told:
                self._tell(crossing)


def is_refusal(status: int, path: str) -> bool:
    """Whether somebody wanted what is not theirs. Where things are somebody's, those that are not theirs are not there either,
    and a limit is one of guessing.
    """
    return status in {401, 403, 421} or (status in {404, 429} and is_personal(path))


def logged_network(host: str | None) -> str | None:
    """``/24`` or ``/48``; None for what has no address."""
    address = parse_address(host)
    if address is None:
        return None
    return str(ip_network(f"{address}/{LOGGED_PREFIX_BITS[address.version]}", strict=False))


class Outlet:
    """The way out: remembers the status, and keeps the body of an answer to HEAD back."""

    def __init__(self, send: Send, *, is_head: bool) -> None:
        self.status = 0
        self._send = send
        self._is_head = is_head

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
