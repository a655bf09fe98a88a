"""HTTP/1.1 as uvicorn speaks it, with a bound on what one request line may hold in memory."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub_api.problems import malformed_problem

#: The parser's own limit is 65,535. Every parameter has a limit of its own, and all of them at
#: their limits are far shorter than this, so a line that is cut here is always refused with a
#: problem that names the parameter.
URL_BYTES_MAX = 60_000
#: The name under which an endless answer finds how to cut a connection whose reader takes nothing.
ABORT = "falaj.abort"


class BoundedProtocol(HttpToolsProtocol):
    """A request line of any length costs bounded memory; what is not HTTP gets a problem too."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"now": self.transport.abort}}

    def on_url(self, url: bytes) -> None:
        super().on_url(url[: URL_BYTES_MAX - len(self.url)])

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the text is ours, not the server's
        self.transport.write(malformed_problem())
        self.transport.close()
