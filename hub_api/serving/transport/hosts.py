"""Under which names the hub is reached. Pages and files show the name that was asked for, so it must be one of ours.

A hub that has a public name, by the portal's address or by ``FALAJ_API_HOSTS``, answers to that, to the names of
the machine itself and to no other. One that has none yet, as on a laptop or in a small network, answers to any
name, but what shows a name that nobody vouches for is kept by no shared cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.serving.errors import UnknownHost
from hub_api.serving.problems import problem_of

ANY = "*"
HOST_SHOWN_CHARACTERS_MAX = 63
#: Reading an address takes longer than the rest of the question.
HOSTS_REMEMBERED_MAX = 256
#: What is asked by whatever name a supervisor has for this machine, and shows none.
EXEMPT = frozenset({"/livez", "/readyz", "/metrics"})
#: In the scope: whether the name is known to be ours, and whether the answer shows it.
IS_KNOWN, IS_SHOWN = "falaj.host_is_known", "falaj.host_is_shown"


class Hosts:
    """The names of one hub."""

    def __init__(self, hosts: Sequence[str], portal_url: str) -> None:
        portal = (urlsplit(portal_url).hostname or "").lower()
        self._names = {host.lower() for host in hosts} | {portal}
        self.is_strict = ANY not in hosts and (bool(hosts) or not is_loopback(portal))

    def has(self, name: str, own_address: str | None) -> bool:
        """``own_address`` is the one at which the request came in."""
        return ANY in self._names or name in self._names or is_loopback(name) or name == own_address


def host_name(field: str) -> str:
    """The name in ``Host`` without its port: ``[::1]:8000`` is ``::1``."""
    if field.startswith("["):
        return field[1:].partition("]")[0].lower()
    return field.partition(":")[0].rstrip(".").lower()


@lru_cache(HOSTS_REMEMBERED_MAX)
def is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def show_host(request: Request) -> None:
    """Note that the answer says under which name it was asked for."""
    request.scope[IS_SHOWN] = True


class HostMiddleware:
    """Refuses unknown names with 421, or keeps answers that show them out of shared caches."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in EXEMPT or self._is_known(scope):
            await self._app(scope, receive, send)
            return
        if self._hosts.is_strict:
            name = _host_of(scope)[:HOST_SHOWN_CHARACTERS_MAX]
            answer = problem_of(Request(scope), UnknownHost(host=name))
            await answer(scope, receive, send)
            return

        async def outlet(message: Message) -> None:
            if message["type"] == "http.response.start" and scope.get(IS_SHOWN):
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = headers.get("Cache-Control", "").replace("public", "private")
            await send(message)

        await self._app(scope, receive, outlet)

    def _is_known(self, scope: Scope) -> bool:
        own = (scope.get("server") or (None,))[0]
        return self._hosts.has(_host_of(scope), own)


def _host_of(scope: Scope) -> str:
    field = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return host_name(field.decode("latin-1"))
