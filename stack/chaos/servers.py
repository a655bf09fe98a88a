"""Servers of this run's own in a temporary folder: a database, a broker, ingest, a small disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog

from citycore.store.migrate import migrate
from citycore.store.registry import register
from stack.broker import PrivateBroker
from stack.chaos.load import describe
from stack.chaos.settings import ChaosSettings
from stack.child import Child
from stack.ports import free_port
from stack.postgres import PrivatePostgres, reachable_folder
from stack.processes import ROOT

log = structlog.get_logger()
_PROBE_SECONDS_MAX = 2.0
OUR_DATABASE = "falaj"
STRANGERS_DATABASE = "stranger"


@dataclass(slots=True)
class SmallDisk:
    """A tmpfs whose size can be changed while it is used; nothing is copied to fill it."""

    folder: Path
    size_mib: int

    def mount(self) -> bool:
        """Whether this machine lets us."""
        self.folder.mkdir()
        return os.geteuid() == 0 and self._mount("tmpfs", f"size={self.size_mib}m,mode=755")

    def fill(self, left_kib: int) -> bool:
        """Shrink it to what is used and ``left_kib``."""
        disk = os.statvfs(self.folder)
        used_kib = (disk.f_blocks - disk.f_bfree) * disk.f_frsize // 1024
        return self._mount("remount", f"size={used_kib + left_kib}k")

    def empty(self) -> bool:
        return self._mount("remount", f"size={self.size_mib}m")

    def unmount(self) -> None:
        words = ["umount", "--lazy", str(self.folder)]
        subprocess.run(words, check=False, capture_output=True)

    def _mount(self, what: str, options: str) -> bool:
        words = ["-o", f"remount,{options}"] if what == "remount" else ["-t", "tmpfs", "-o", options, "tmpfs"]
        command = ["mount", *words, str(self.folder)]
        done = subprocess.run(command, check=False, capture_output=True)
        if done.returncode != 0:
            log.warning("mount_refused", reason=done.stderr.decode(errors="replace").strip())
        return done.returncode == 0


@dataclass(slots=True)
class Servers:
    """``disk`` is None where no small disk may be mounted."""

    postgres: PrivatePostgres
    broker: PrivateBroker
    ingest: Child
    ingest_port: int
    #: Another hub's ingest, with a database of its own, on the same broker; started by a fault.
    stranger: Child
    stranger_port: int
    disk: SmallDisk | None

    def ingest_pid(self) -> int | None:
        process = self.ingest.process
        return process.pid if process is not None and process.poll() is None else None

    def ingest_is_ready(self) -> bool:
        return self._is_ready(self.ingest_port)

    def stranger_is_ready(self) -> bool:
        return self._is_ready(self.stranger_port)

    def _is_ready(self, port: int) -> bool:
        address = f"http://127.0.0.1:{port}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=_PROBE_SECONDS_MAX) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ingest_log(self) -> str:
        return self.ingest.log.read_text("utf-8", "replace") if self.ingest.log.exists() else ""


@contextmanager
def private_servers(settings: ChaosSettings) -> Iterator[Servers]:
    """Started, migrated, with the load's things registered; all gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="falaj-chaos-", dir=_reachable_base()) as name:
        folder = Path(name)
        folder.chmod(0o755)
        disk = SmallDisk(folder / "disk", settings.disk_mib)
        mounted = disk.mount()
        servers = _servers(folder, disk if mounted else None)
        try:
            _start(servers)
            yield servers
        finally:
            servers.stranger.kill()
            servers.ingest.kill()
            servers.broker.stop(crash=True)
            servers.postgres.stop(crash=True)  # it may be frozen, and nobody needs its data
            if mounted:
                disk.unmount()


def _reachable_base() -> Path:
    """The folder for temporary files, or one that the servers' unprivileged user can enter."""
    usual = Path(tempfile.gettempdir()) / "falaj-chaos"
    base = reachable_folder(usual).parent
    base.mkdir(parents=True, exist_ok=True)
    return base


def _servers(folder: Path, disk: SmallDisk | None) -> Servers:
    return Servers(
        PrivatePostgres(folder / "disk" / "postgres", free_port(), shared_buffers_mib=128),
        PrivateBroker(folder / "broker", free_port()),
        Child("ingest", [sys.executable, "-m", "ingest"], folder / "ingest.log"),
        free_port(),
        Child("stranger", [sys.executable, "-m", "ingest"], folder / "stranger.log"),
        free_port(),
        disk,
    )


def _environment(servers: Servers, database: str, port: int) -> dict[str, str]:
    """What leads ingest to these servers; the rest are its defaults, its name among them."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {"PYTHONPATH": path, "FALAJ_INGEST_HTTP_PORT": str(port)}
    return own | servers.postgres.environment(database) | servers.broker.environment()


def _start(servers: Servers) -> None:
    servers.postgres.start()
    for database in (OUR_DATABASE, STRANGERS_DATABASE):
        servers.postgres.create_database(database)
        migrate(servers.postgres.url("owner", database))
        with psycopg.connect(servers.postgres.url("owner", database)) as connection:
            register(connection, *describe())
    servers.broker.start()
    # The stranger leaves for good, so the broker need not keep messages for it.
    leaving = {"FALAJ_INGEST_SESSION_EXPIRY_SECONDS": "2"}
    servers.stranger.environment = _environment(servers, STRANGERS_DATABASE, servers.stranger_port) | leaving
    servers.ingest.environment = _environment(servers, OUR_DATABASE, servers.ingest_port)
    servers.ingest.start()
    end = time.monotonic() + 60
    while not servers.ingest_is_ready():
        if not servers.ingest.running or time.monotonic() > end:
            raise TimeoutError(servers.ingest.last_words())
        time.sleep(0.1)
