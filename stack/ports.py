"""Loopback ports for the hub; never 5432 or 1883, which belong to the system's own servers."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Collection

from stack.errors import PortInUse

LOOPBACK = "127.0.0.1"
SYSTEM_PORTS = frozenset({1883, 5432})
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
    free: Callable[[int], bool] = is_free,
) -> int:
    """``preferred`` if it can be had, else the first such port from ``first`` upwards.

    Ports that are ``taken``, or the system's own, cannot be had. :class:`PortInUse` if there
    is none within the limit.
    """
    candidates = range(first, min(first + PORTS_TRIED_MAX, 65_536))
    for port in candidates if preferred is None else (preferred, *candidates):
        if port not in SYSTEM_PORTS and port not in taken and free(port):
            return port
    raise PortInUse(port=first, process="Falaj", setting="FALAJ_API_PORT")
