"""Readers of the live stream: exact ones that note when they heard which observation, and slow ones."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

import numpy as np
import orjson

from benchmarks.numbered import number_of

SLOW_BUFFER_BYTES = 4_096
SLOW_PAUSE_SECONDS = 0.1
#: A connection that is still open after so long was not ended.
LAST_SECONDS_MAX = 10


def request(filters: Mapping[str, str]) -> bytes:
    query = f"?{urlencode(filters)}" if filters else ""
    return f"GET /v1/stream{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Listener(asyncio.Protocol):
    """Counts how often it heard each number, and notes when it first did (Unix time)."""

    def __init__(self, filters: Mapping[str, str], count: int, began_ms: int) -> None:
        self.filters = filters
        self.times_heard = np.zeros(count, dtype=np.uint8)
        self.heard_at = np.full(count, np.nan)
        self.bytes_received = 0
        self.is_joined = False
        self._is_closed = False
        self.endings: list[bytes] = []
        self._began_ms = began_ms
        self._unread = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(request(self.filters))

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self.bytes_received += len(data)
        self._unread += data
        for event in self._events():
            self._hear(event, now)

    def connection_lost(self, _: Exception | None) -> None:
        if not self._is_closed:
            self.endings.append(b"connection lost")

    def close(self) -> None:
        self._is_closed = True
        if self._transport is not None:
            self._transport.abort()

    def _events(self) -> Iterator[bytes]:
        """Whole events; the lines of chunked coding between them are no fields of an event."""
        whole, separator, rest = self._unread.rpartition(b"\n\n")
        if separator:
            self._unread = bytearray(rest)
            yield from bytes(whole).split(b"\n\n")

    def _hear(self, event: bytes, now: float) -> None:
        fields = dict(line.split(b": ", 1) for line in event.split(b"\n") if b": " in line)
        name = fields.get(b"event")
        if name == b"heartbeat":
            self.is_joined = True
        elif name == b"observations":
            self._note(orjson.loads(fields[b"data"])["data"], now)
        elif name is not None:
            self.endings.append(name)

    def _note(self, rows: list[dict[str, str]], now: float) -> None:
        numbers = [number_of(datetime.fromisoformat(row["phenomenon_time"]), self._began_ms) for row in rows]
        fresh = [number for number in numbers if not self.times_heard[number]]
        self.heard_at[fresh] = now
        np.add.at(self.times_heard, numbers, 1)


async def read_slowly(port: int, bytes_a_read: int, enough: asyncio.Event) -> bytes:
    """Read so many bytes ten times a second (0: nothing) until it is enough; then what is left.

    All that was read, if the hub ended the connection; :class:`TimeoutError` if it is still open.
    """
    loop = asyncio.get_running_loop()
    received = bytearray()
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER_BYTES)
        reader.setblocking(False)
        await loop.sock_connect(reader, ("127.0.0.1", port))
        await loop.sock_sendall(reader, request({}))
        with suppress(ConnectionResetError):
            while not enough.is_set():
                await asyncio.sleep(SLOW_PAUSE_SECONDS)
                if bytes_a_read:
                    received += await loop.sock_recv(reader, bytes_a_read)
            async with asyncio.timeout(LAST_SECONDS_MAX):
                while piece := await loop.sock_recv(reader, 65_536):
                    received += piece
    return bytes(received)
