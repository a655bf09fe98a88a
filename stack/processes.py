"""Which programs the hub consists of, how each is started, and how each is asked whether it is well."""

from __future__ import annotations

import http.client
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from citycore.credentials import PROCESSES, SECRETS, Needs
from stack.child import Child
from stack.ports import LOOPBACK
from stack.probes import is_not_stopped
from stack.settings import StackSettings
from stack.supervisor import Service

ROOT = Path(__file__).resolve().parents[1]
#: The first ports that are tried; a taken one is passed over.
FIRST_PORTS = {
    "postgres": 5434,
    "broker": 1884,
    "ingest_http": 9464,
    "worker_http": 9564,
    "api": 8000,
    "sensorthings_mqtt": 1885,
    "dashboards": 8501,
}
#: Which of the secrets each process is told; besides those of production there are those of the demo alone.
NEEDS: Mapping[str, Needs] = {
    **PROCESSES,
    "simulate": Needs(optional=("FALAJ_BROKER_USERNAME", "FALAJ_BROKER_PASSWORD")),
    "replay": Needs(("FALAJ_STORE_REGISTRY_URL",), ("FALAJ_BROKER_USERNAME", "FALAJ_BROKER_PASSWORD")),
    "programme": Needs(
        ("FALAJ_STORE_PORTAL_URL", "FALAJ_STORE_REGISTRY_URL"),
        ("FALAJ_CERTIFICATES_KEY", "FALAJ_FOLLOW_UP_KEY"),
    ),
}
#: Without these the hub comes up all the same.
OPTIONAL_ROOMS = frozenset({"worker", "dashboards", "simulate"})

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one HTTP answer, whatever its status."""

    status: int
    body: bytes


def ask(url: str, seconds_max: float) -> Answer | None:
    """GET on this machine; None if nobody answers."""
    try:
        with _opener.open(url, timeout=seconds_max) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except (OSError, ValueError, http.client.HTTPException):
        return None


def answers_200(url: str, seconds_max: float) -> Callable[[], bool]:
    """A health check: whether ``url`` answers 200 now."""

    def check() -> bool:
        answer = ask(url, seconds_max)
        return answer is not None and answer.status == 200

    return check


def answers(url: str, seconds_max: float) -> Callable[[], bool]:
    """Whether anything answers at ``url``, be it that it is busy: a frozen process says nothing."""

    def check() -> bool:
        return ask(url, seconds_max) is not None

    return check


def room_command(room: str, ports: dict[str, int]) -> list[str]:
    """The command line of one of the hub's own processes."""
    if room == "dashboards":
        return [
            sys.executable,
            "-m",
            "dashboards",
            "--server.address",
            LOOPBACK,
            "--server.port",
            str(ports["dashboards"]),
            "--server.headless",
            "true",
            "--browser.gatherUsageStats",
            "false",
            "--server.fileWatcherType",
            "none",
        ]
    modules = {"ingest": "ingest", "worker": "stack.worker", "api": "hub_api", "simulate": "simulators"}
    return [sys.executable, "-m", modules[room]]


def withheld(process: str) -> frozenset[str]:
    """Secrets that a process of this machine has no use for, so that it is not told them."""
    return SECRETS.difference(NEEDS[process].all)


def room_service(
    room: str, ports: dict[str, int], environment: dict[str, str], logs: Path, settings: StackSettings
) -> Service:
    """A supervised process of the hub; the simulator is well while it runs and is not stopped."""
    child = Child(room, room_command(room, ports), logs / f"{room}.log", environment, withheld(room))
    ready, live = health_url(READY, room, ports), health_url(LIVE, room, ports)
    service = Service(room, child, is_optional=room in OPTIONAL_ROOMS)
    if ready is not None:
        service.answers = answers_200(ready, settings.probe_seconds_max)
    if live is None:
        service.lives = is_not_stopped(child)
    else:
        # The worker answers as long as it runs, and says no if a thread of its own is gone: no other process mends that.
        asks = answers_200 if room == "worker" else answers
        service.lives = asks(live, settings.frozen_seconds)
    if room in STATELESS_ROOMS:
        service.abort_signal = signal.SIGKILL
    return service


#: What they have begun lies in the database alone, which takes it back: frozen ones are given no time to end.
STATELESS_ROOMS = frozenset({"api", "dashboards"})
#: Where a room says that it can do its work, and where it says that it lives, whatever the others do.
READY = {
    "ingest": ("ingest_http", "/readyz"),
    "api": ("api", "/readyz"),
    "dashboards": ("dashboards", "/_stcore/health"),
}
LIVE = {
    "ingest": ("ingest_http", "/livez"),
    "api": ("api", "/livez"),
    "worker": ("worker_http", "/livez"),
    "dashboards": ("dashboards", "/_stcore/health"),
}


def health_url(paths: Mapping[str, tuple[str, str]], room: str, ports: Mapping[str, int]) -> str | None:
    if room not in paths:
        return None
    port, path = paths[room]
    return f"http://{LOOPBACK}:{ports[port]}{path}"
