"""HTTP/1.1 as uvicorn speaks it, with a bound on what one request line may hold in memory."""

from __future__ import annotations

import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub_api.problems import malformed_problem

#: The parser's own limit is 65,535. Every parameter has a limit of its own, and all of them at
#: their limits are far shorter than this, so a line that is cut here is always refused with a
#: problem that names the parameter.
URL_BYTES_MAX = 60_000
#: The name under which an endless answer finds what it may do to its connection: ``abort()`` cuts off a
#: reader who takes nothing, ``bound_unsent(bytes)`` lets the kernel hold no more than that for a slow one.
CONNECTION = "falaj.connection"


class BoundedProtocol(HttpToolsProtocol):
    """A request line of any length costs bounded memory; what is not HTTP gets a problem too."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {
            CONNECTION: {"abort": self.transport.abort, "bound_unsent": self._bound_unsent}
        }

    def on_url(self, url: bytes) -> None:
        super().on_url(url[: URL_BYTES_MAX - len(self.url)])

    def _bound_unsent(self, bytes_max: int) -> None:
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, bytes_max)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the text is ours, not the server's
        self.transport.write(malformed_problem())
        self.transport.close()
