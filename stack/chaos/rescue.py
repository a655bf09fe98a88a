"""A frozen process that nobody wakes, mended by what mends one in a hub: its supervisor."""

from __future__ import annotations

import structlog

from stack.chaos.servers import Servers
from stack.chaos.settings import ChaosSettings
from stack.ports import LOOPBACK
from stack.processes import answers
from stack.settings import StackSettings
from stack.stopping import Stop
from stack.supervisor import Service, Supervisor
from stack.waiting import wait_until

log = structlog.get_logger()


def have_ingest_replaced(servers: Servers, settings: ChaosSettings) -> None:
    """Let a supervisor find out that ingest lives no more, and put another one in its place.

    In the thread that may start ingest. :class:`TimeoutError` if that does not come about.
    """
    limits = StackSettings(
        liveness_seconds=settings.stuck_liveness_seconds,
        frozen_seconds=settings.stuck_seconds,
        healthy_seconds_max=settings.stuck_seconds,  # it is no start: whoever is silent now has been well
        frozen_stop_seconds_max=0.0,  # woken in order it would save what it has, which is the gentler fault
    )
    supervisor = Supervisor(limits, Stop(), lambda what, details: log.info(what, **details))
    live = answers(f"http://{LOOPBACK}:{servers.ingest_port}/livez", settings.stuck_seconds)
    service = Service("ingest", servers.ingest, lives=live)
    before = servers.ingest_pid()
    supervisor.adopt(service)

    def is_replaced() -> bool:
        supervisor.tend()
        return service.restarts > 0 and servers.ingest_pid() not in {None, before}

    try:
        if not wait_until(is_replaced, settings.replace_seconds_max):
            raise TimeoutError(servers.ingest.last_words())
    finally:
        if service.watch is not None:
            service.watch.asker.stop()
