"""Questions that only a process that lives can answer, each with a limit on its time.

Any answer will do, a refusal too: who is overloaded, full or not ready is not frozen. None of them depends
on another process of the hub, so that a frozen database does not make the API look frozen.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from pathlib import Path

from stack.child import Child
from stack.ports import LOOPBACK

#: PostgreSQL's SSLRequest: its length and a code that is no protocol version.
SSL_REQUEST = struct.pack("!II", 8, 80_877_103)
MQTT_CONNACK = 0x20
MQTT_DISCONNECT = b"\xe0\x00"
#: "Clean session", the protocol's level 4 (MQTT 3.1.1), and ten seconds until the broker may forget us.
MQTT_HEAD = b"\x00\x04MQTT\x04"
MQTT_KEEPALIVE = struct.pack("!H", 10)


def postgres_lives(port: Callable[[], int], seconds_max: float) -> Callable[[], bool]:
    """Whether the server takes a connection and gives it to a process of its own, which speaks.

    It needs no free slot, no lock and no password; a frozen server only leaves the connection to the kernel.
    """

    def probe() -> bool:
        return _answer_to(port(), SSL_REQUEST, seconds_max) in {b"N", b"S", b"E"}

    return probe


def broker_lives(port: int, seconds_max: float) -> Callable[[], bool]:
    """Whether the broker answers to CONNECT, be it that it knows us or not."""

    def probe() -> bool:
        return _answer_to(port, mqtt_connect(), seconds_max, MQTT_DISCONNECT) == bytes([MQTT_CONNACK])

    return probe


def is_not_stopped(child: Child) -> Callable[[], bool]:
    """For a process that answers no question: whether somebody has stopped it (SIGSTOP)."""

    def probe() -> bool:
        return child.process is not None and not is_stopped(child)

    return probe


def is_stopped(child: Child) -> bool:
    """Whether the kernel keeps it stopped; one that is gone is not."""
    return child.process is not None and state_of(child.process.pid) in {"T", "t"}


def state_of(pid: int) -> str | None:
    """The kernel's letter for what a process does, or None if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return None


def mqtt_connect() -> bytes:
    """CONNECT without a name, for a session that ends with the connection."""
    body = MQTT_HEAD + b"\x02" + MQTT_KEEPALIVE + b"\x00\x00"
    return bytes([0x10, len(body)]) + body


def _answer_to(port: int, words: bytes, seconds_max: float, farewell: bytes = b"") -> bytes:
    """The first byte that comes back; empty if none does."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds_max) as connection:
            connection.sendall(words)
            answer = connection.recv(1)
            if farewell:
                connection.sendall(farewell)
            return answer
    except OSError:
        return b""
