"""``python -m hub_api``: serve the API until SIGTERM."""

from __future__ import annotations

import gc
import signal
import socket
import sys

import structlog
import uvicorn
from fastapi import FastAPI

from citycore.credentials import require
from citycore.errors import FalajError
from citycore.log import configure_logging, log_settings
from citycore.settings import StoreSettings
from hub_api.serving.errors import PortInUse
from hub_api.serving.operator.settings import operator
from hub_api.serving.transport.protocol import BoundedProtocol
from hub_api.settings import ApiSettings

#: New objects after which the collector looks for cycles among them, for which everything waits: about ten milliseconds.
GARBAGE_OBJECTS = 10_000
#: How long a thread that writes a large answer may go on before the loop, which everybody waits for, has its turn; Python's own is five times as long.
SWITCH_SECONDS = 0.001

log = structlog.get_logger()


def main() -> int:
    """0 after an orderly stop, 1 with one line in the log if the API cannot start."""
    gc.disable()  # what is imported stays, so that looking for garbage in it is in vain
    try:
        configure_logging("api")
        require("api")
        # Takes longest of all, and who lacks a credential need not wait for it.
        from hub_api.app import create_app

        settings = ApiSettings()
        listener = listen(settings)
    except FalajError as error:
        # One clear line, no traceback.
        log.error("api_not_started", reason=str(error), code=error.slug)  # noqa: TRY400
        return 1
    host, port = listener.getsockname()[:2]
    log_settings()
    log.info("api_started", url=f"http://{host}:{port}")
    if unstated := operator().unstated:
        log.warning("operator_unstated", missing=list(unstated))
    server = Server(
        uvicorn.Config(
            create_app(settings, StoreSettings()),
            loop="uvloop",
            http=BoundedProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            # Who asks behind a proxy the protocol says, since it says so of requests that it cannot read, too.
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=settings.stop_seconds_max,
        )
    )
    _end_quietly_on_signals()
    _collect_seldom()
    sys.setswitchinterval(SWITCH_SECONDS)
    server.run(sockets=[listener])
    log.info("api_stopped")
    return 0


def _collect_seldom() -> None:
    """A page of rows is thousands of objects, none of them in a cycle: at Python's own threshold the
    collector would look at all of them, and at all that was imported, several times a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, *gc.get_threshold()[1:])
    gc.enable()


class Server(uvicorn.Server):
    """Ends live streams first: the server itself would wait for their readers to leave."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        await app.state.live.close()
        await super().shutdown(sockets)


def _end_quietly_on_signals() -> None:
    """The server stops in order on these signals, then raises them again; that must not kill us."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


def listen(settings: ApiSettings) -> socket.socket:
    """A bound socket; :class:`PortInUse` if another program has the port."""
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise PortInUse(port=settings.port, process="hub_api", setting="FALAJ_API_PORT") from error


if __name__ == "__main__":
    sys.exit(main())
