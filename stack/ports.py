"""Loopback ports for the hub; never 5432 or 1883, which belong to the system's own servers."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Collection

from stack.errors import PortInUse

LOOPBACK = "127.0.0.1"
SYSTEM_PORTS = frozenset({1883, 5432})
#: Only root may listen on these.
PRIVILEGED_BELOW = 1_024
#: Linux gives outgoing connections 32768 and up; a server port there may be gone when it is bound.
SERVER_PORTS = range(20_000, 32_000)
PORTS_TRIED_MAX = 200


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


class Reservations:
    """Ports that hubs of this machine have promised to themselves but need not listen on yet.

    A port is chosen seconds before its process binds it. The promise is an abstract socket's name: two
    processes cannot hold the same one, and it is gone with its process, however that ends.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def take(self, port: int) -> bool:
        """Whether the port is free and from now on ours."""
        if port in self._held:
            return True
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0falaj-port-{port}")
        except OSError:
            name.close()
            return False
        if not is_free(port):
            name.close()
            return False
        self._held[port] = name
        return True

    def close(self) -> None:
        """Give all of them back."""
        while self._held:
            self._held.popitem()[1].close()


def free_port() -> int:
    """A port that was free a moment ago, below the range that outgoing connections take theirs from."""
    for _ in range(PORTS_TRIED_MAX):
        port = secrets.choice(SERVER_PORTS)
        if is_free(port):
            return port
    raise PortInUse(port=SERVER_PORTS[0], process="Falaj", setting="FALAJ_API_PORT")


def choose_port(
    first: int,
    taken: Collection[int],
    *,
    preferred: int | None = None,
    can_have: Callable[[int], bool] = is_free,
) -> int:
    """``preferred`` if it can be had, else the first such port from ``first`` upwards.

    Ports that are ``taken``, or the system's own, cannot be had. :class:`PortInUse` if there
    is none within the limit.
    """
    candidates = range(first, min(first + PORTS_TRIED_MAX, 65_536))
    for port in candidates if preferred is None else (preferred, *candidates):
        if port not in SYSTEM_PORTS and port not in taken and can_have(port):
            return port
    raise PortInUse(port=first, process="Falaj", setting="FALAJ_API_PORT")
