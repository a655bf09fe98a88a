"""Which programs the hub consists of, how each is started, and how each is asked whether it is well."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stack.child import Child
from stack.ports import LOOPBACK
from stack.supervisor import Service

ROOT = Path(__file__).resolve().parents[1]
#: The first ports that are tried; a taken one is passed over.
FIRST_PORTS = {"postgres": 5434, "broker": 1884, "ingest_http": 9464, "api": 8000, "dashboards": 8501}

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
    except (OSError, ValueError):
        return None


def answers_200(url: str, seconds_max: float) -> Callable[[], bool]:
    """A health check: whether ``url`` answers 200 now."""

    def check() -> bool:
        answer = ask(url, seconds_max)
        return answer is not None and answer.status == 200

    return check


def room_command(room: str, ports: dict[str, int]) -> list[str]:
    """The command line of one of the hub's own processes."""
    if room == "dashboards":
        return [
            sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboards" / "app.py"),
            "--server.address", LOOPBACK, "--server.port", str(ports["dashboards"]),
            "--server.headless", "true", "--browser.gatherUsageStats", "false",
            "--server.fileWatcherType", "none",
        ]  # fmt: skip
    modules = {"ingest": "ingest", "worker": "stack.worker", "api": "hub_api", "simulate": "simulators"}
    return [sys.executable, "-m", modules[room]]


def room_service(
    room: str, ports: dict[str, int], environment: dict[str, str], logs: Path, seconds_max: float
) -> Service:
    """A supervised process of the hub; the simulator and the worker are well while they run."""
    child = Child(room, room_command(room, ports), logs / f"{room}.log", environment)
    url = health_url(room, ports)
    return Service(room, child) if url is None else Service(room, child, answers_200(url, seconds_max))


def health_url(room: str, ports: dict[str, int]) -> str | None:
    paths = {
        "ingest": ("ingest_http", "/readyz"),
        "api": ("api", "/readyz"),
        "dashboards": ("dashboards", "/_stcore/health"),
    }
    if room not in paths:
        return None
    port, path = paths[room]
    return f"http://{LOOPBACK}:{ports[port]}{path}"
