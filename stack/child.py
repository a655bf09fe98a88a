"""One child process: started in its own session, dies with its parent, stops within a limit."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from stack.owned import open_log

STOP_SECONDS_MAX = 20.0
KILL_SECONDS_MAX = 10.0
#: What plays a past gives way so far: whoever looks around meanwhile comes first.
PAST_NICENESS = 10
#: A longer log is put aside as ``….old`` at the next start.
LOG_BYTES_MAX = 16 * 2**20


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


#: Runs the command unless we died before the kernel knew that our death matters to it.
IF_PARENT_LIVES = 'parent=$1; shift; [ "$PPID" = "$parent" ] || exit 1; exec "$@"'


def launcher(user: str | None, death_signal: signal.Signals = signal.SIGTERM) -> list[str]:
    """The words before a command that tie its life to ours and, as root, lower its rights.

    The signal also comes when we die without a word (SIGKILL included), and a command whose parent
    is gone before the tie is made never starts. Valid for children of the calling process.
    """
    words = ["setpriv", "--pdeathsig", death_signal.name.removeprefix("SIG")]
    if user is not None:
        words += ["--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"]
    return [*words, "sh", "-c", IF_PARENT_LIVES, "sh", str(os.getpid())]


@dataclass(slots=True)
class Child:
    """A supervised process. Output goes to ``log``; ``stop_signal`` asks it to end in order.

    Start it from a thread that lives as long as the child should: Linux ties it to that thread.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Variables that it is not told, whoever else has them.
    withheld: frozenset[str] = frozenset()
    user: str | None = None
    #: How far it gives way to others, as in ``nice``.
    niceness: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open_log(self.log, LOG_BYTES_MAX) as output:
            self.process = subprocess.Popen(
                [*self._manners(), *launcher(self.user, self.stop_signal), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._told(),
                start_new_session=True,
            )

    def _manners(self) -> list[str]:
        return ["nice", "-n", str(self.niceness)] if self.niceness else []

    def _told(self) -> dict[str, str]:
        known = {**os.environ, **self.environment}
        return {name: value for name, value in known.items() if name not in self.withheld}

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once."""
        if self.process is not None and self.running:
            self.process.send_signal(self.stop_signal)

    def wake_and_stop(self, number: signal.Signals | None = None) -> None:
        """Ask one that may be frozen to end: the signal waits for it until it is woken, and then comes first."""
        if self.process is not None and self.running:
            self.process.send_signal(number or self.stop_signal)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Ask it to end, wait, and kill what is left of its session after that."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds_max)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to it and to all that it started, as a crash would."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):  # its session may be empty already
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):  # the kernel itself may hold one that waits for a disk
            self.process.wait(KILL_SECONDS_MAX)
        self.process = None

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        return " / ".join(self.log.read_text("utf-8", "replace").strip().splitlines()[-lines:])
