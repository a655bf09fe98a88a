"""One child process: started in its own session, dies with its parent, stops within a limit."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS_MAX = 20.0


def unprivileged_user() -> str | None:
    """Who servers run as when we are root: PostgreSQL refuses root, and nothing needs it.

    None when we are not root; then they run as we do.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise LookupError("neither postgres nor nobody exists on this machine")


@dataclass(slots=True)
class Child:
    """A supervised process. Output goes to ``log``; ``stop_signal`` asks it to end in order."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it gets the stop signal if we die without a word (SIGKILL included)."""
        launcher = ["setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG")]
        if self.user is not None:
            launcher += ["--reuid", self.user, "--regid", _group(self.user), "--clear-groups"]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*launcher, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Ask it to end, wait, and kill its whole session only if it does not."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds_max)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        return " / ".join(self.log.read_text("utf-8", "replace").strip().splitlines()[-lines:])


def _group(user: str) -> str:
    return str(pwd.getpwnam(user).pw_gid)
