"""The worker's own word that it lives, for whoever supervises it: ``/livez`` on a loopback port.

It depends on the event loop and on the threads of roll-ups and alerts, and on nothing else: neither a database
that is away nor long work makes a worker look frozen. One of whose threads is gone says so, and is replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

ANSWERS = {
    True: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n"
    b'Connection: close\r\n\r\n{"alive": true}',
    False: b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
    b'Connection: close\r\n\r\n{"alive": false}',
}
REQUEST_SECONDS_MAX = 5.0
LINES_MAX = 100
log = structlog.get_logger()


async def serve_liveness(port: int, lives: Callable[[], bool]) -> asyncio.Server | None:
    """Answer every request on this port; None if it is taken, which is no reason not to work."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS_MAX):
                for _ in range(LINES_MAX):
                    if not (await reader.readline()).strip():
                        break
                writer.write(ANSWERS[lives()])
                await writer.drain()
        except (TimeoutError, OSError, ValueError):
            pass  # who asks too slowly, or at too great length, gets no answer
        finally:
            writer.close()

    try:
        return await asyncio.start_server(answer, "127.0.0.1", port)
    except OSError as error:
        log.warning("liveness_not_served", port=port, reason=error.strerror)
        return None
