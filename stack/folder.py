"""The data folder of one hub: its lock, its disk, its remembered ports, the state of the running hub."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stack.errors import DiskFull, HubNotRunning, HubRunning
from stack.owned import read_owned, write_owned
from stack.waiting import wait_until

RUN_MARKER = "FALAJ_RUN_ID"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """``.falaj`` of a checkout, or another folder of the same shape."""

    path: Path

    def claim(self) -> IO[str]:
        """Lock the folder for this process; the lock ends with the returned file, or with us.

        :class:`HubRunning` if another hub has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o644)
        lock = os.fdopen(descriptor, "a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            lock.close()
            raise HubRunning(folder=self.path, pid=pid) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    @property
    def is_claimed(self) -> bool:
        """Whether a hub runs in this folder now."""
        if not self._lock.exists():
            return False
        with self._lock.open("r", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def check_disk(self, free_mib_min: int) -> None:
        """:class:`DiskFull` unless that much is free where the data will lie."""
        free_mib = shutil.disk_usage(self.path).free // 2**20
        if free_mib < free_mib_min:
            raise DiskFull(folder=self.path, free_mib=free_mib, needed_mib=free_mib_min)

    def remembered(self, name: str) -> dict[str, Any]:
        """What was remembered under this name; empty if nothing, or nothing readable."""
        try:
            known = json.loads(read_owned(self.path.resolve() / f"{name}.json"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def remember(self, name: str, values: Mapping[str, Any]) -> None:
        """Write atomically, readable for the owner only: the hub's state holds passwords."""
        write_owned(self.path.resolve() / f"{name}.json", json.dumps(values, indent=1, default=str))

    def forget(self, name: str) -> None:
        (self.path / f"{name}.json").unlink(missing_ok=True)

    def running_environment(self) -> dict[str, str]:
        """The environment of the hub that runs here; :class:`HubNotRunning` if none does."""
        known = self.remembered("hub").get("environment") if self.is_claimed else None
        if not isinstance(known, dict):
            raise HubNotRunning(folder=self.path)
        return {str(name): str(value) for name, value in known.items()}

    def end_leftovers(self, seconds_max: float) -> None:
        """Wait for processes of a hub that was killed here; kill those that do not end."""
        run_id = str(self.remembered("hub").get("run_id", ""))
        if run_id and not wait_until(lambda: not processes_of(run_id), seconds_max):
            for pid in processes_of(run_id):
                os.kill(pid, signal.SIGKILL)

    @property
    def _lock(self) -> Path:
        return self.path / "lock"


def processes_of(run_id: str) -> list[int]:
    """Processes that carry this run's marker in their environment, ourselves excepted."""
    marker = f"{RUN_MARKER}={run_id}".encode()
    return [pid for pid in _pids() if pid != os.getpid() and marker in _environment(pid)]


def _pids() -> Iterable[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []  # ended meanwhile, or somebody else's
