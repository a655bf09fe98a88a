"""Ctrl-C at any moment, SIGTERM and SIGKILL: whatever comes, no process is left and the next start works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

from stack.folder import DataFolder
from stack.processes import answers_200, ask
from stack.settings import StackSettings
from stack.stopping import INTERRUPTED, Stop, StopRequested
from stack.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
MARK = "FALAJ_STACK_TEST_MARK"
#: On a quiet machine ten; other tests run beside.
STARTED_SECONDS_MAX = 600
#: What the hub promises: a process that starts again has so long, as PostgreSQL needs that recovers on a busy disk, and
#: whoever waits for it goes on soon after.
BACK_SECONDS_MAX = StackSettings().healthy_seconds_max + 30
LINES_TOLD = 25
#: Nothing is fitted, and nothing simulated of the past: nobody here looks at it.
LITTLE_WORK = {"FALAJ_STACK_BACKFILL_DAYS": "0", "FALAJ_FORECAST_NAIVE_HOURS_MIN": "1000000"}


class Demo:
    """A ``falaj demo`` in a process group of its own, as a terminal gives it one."""

    running: ClassVar[list[Demo]] = []

    def __init__(self, folder: Path, **settings: str) -> None:
        self.mark = f"{MARK}={folder}"
        self.folder = folder
        self.log = folder.with_suffix(".out")
        self.said_before = self.log.stat().st_size if self.log.exists() else 0
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FALAJ_")}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(ROOT / "falaj"), "demo", "--data", str(folder)],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                process_group=0,
                env={**clean, MARK: str(folder), **LITTLE_WORK, **settings},
            )  # fmt: skip
        self.running.append(self)

    def end(self) -> None:
        if self.process.poll() is None:
            try:
                self.interrupt()
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    @property
    def output(self) -> str:
        """What it has said since this start."""
        return self.log.read_bytes()[self.said_before :].decode("utf-8", "replace")

    @property
    def last_words(self) -> str:
        """What it and those that it looks after said last, for whoever asks why something did not come back."""
        logs = [
            self.log,
            *(self.folder / "logs" / f"{name}.log" for name in ("supervisor", "ingest", "worker")),
        ]
        tails = [
            file.read_text("utf-8", "replace").splitlines()[-LINES_TOLD:] for file in logs if file.exists()
        ]
        return "\n".join(line for tail in tails for line in tail)

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal to the whole group, as a terminal does, and wait for the end."""
        os.killpg(self.process.pid, number)
        return self.process.wait(90)

    def wait_until_healthy(self) -> None:
        healthy = wait_until(
            lambda: "healthy" in self.output, STARTED_SECONDS_MAX, alive=lambda: self.process.poll() is None
        )
        assert healthy, self.output

    def remains(self) -> list[str]:
        """Processes of this demo: by environment, by command line, by working directory."""
        return [words for pid in _pids() if (words := self.told(pid)) is not None]

    def told(self, pid: int) -> str | None:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            here = str(Path(f"/proc/{pid}/cwd").readlink())
        except OSError:
            return None
        ours = self.mark.encode() in environment or str(self.folder) in words or str(self.folder) in here
        return words if ours else None

    def first_of(self, words: str) -> int:
        """The process with these words; one that it has just forked still has its command line."""
        found = [pid for pid in _pids() if words in (self.told(pid) or "")]
        return min(found, key=lambda pid: psutil.Process(pid).create_time())


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the servers' unprivileged user can reach, even while pytest closes its own."""
    with tempfile.TemporaryDirectory(prefix="falaj-") as parent:
        Path(parent).chmod(0o755)
        yield Path(parent) / "data"
        # A test that failed leaves its hub to nobody.
        while Demo.running:
            Demo.running.pop().end()


LONG = pytest.mark.long


@pytest.mark.usefixtures("whole_hub")
@pytest.mark.parametrize(
    ("seconds", "number"),
    [
        (0.0, signal.SIGINT),
        (0.15, signal.SIGINT),  # about when Python itself begins
        pytest.param(0.4, signal.SIGINT, marks=LONG),
        pytest.param(0.8, signal.SIGINT, marks=LONG),
        (1.3, signal.SIGINT),
        pytest.param(2.0, signal.SIGINT, marks=LONG),
        (3.0, signal.SIGTERM),
    ],
)
def test_a_signal_at_any_moment_leaves_no_process(folder: Path, seconds: float, number: signal.Signals):
    """The moment is arbitrary, so it may be any on a busy machine."""
    demo = Demo(folder)
    time.sleep(seconds)
    code = demo.interrupt(number)
    assert wait_until(lambda: demo.remains() == [], 40), demo.remains()
    # Before Python has read our first line there is nothing to stop: the signal ends it, or the script does.
    assert code == 0 or (code in {-number, INTERRUPTED} and demo.output == ""), demo.output
    assert "Traceback" not in demo.output


@pytest.mark.usefixtures("whole_hub")
def test_however_it_ends_the_next_start_copes_and_its_parts_come_back(folder: Path):
    """One hub through two starts, since the first, which makes the servers' folders, takes longest."""
    received = is_killed(folder)
    come_back(folder, received)  # at once, while the old children are still ending


def is_killed(folder: Path) -> int:
    """Its children end with it; what it had received is kept by the next start."""
    demo = Demo(folder)
    demo.wait_until_healthy()
    url = f"http://127.0.0.1:{DataFolder(folder).remembered('ports')['api']}/v1/ledger"
    assert wait_until(lambda: _received(url) > 0, BACK_SECONDS_MAX)
    received = _received(url)
    demo.process.kill()
    demo.process.wait()
    return received


def come_back(folder: Path, received: int) -> None:
    """Processes that are killed or freeze come back, and the account goes on."""
    demo = Demo(
        folder,
        FALAJ_STACK_LIVENESS_SECONDS="1",
        FALAJ_STACK_FROZEN_SECONDS="10",
        FALAJ_STACK_FROZEN_STOP_SECONDS_MAX="2",
        FALAJ_STACK_PLAIN_SECONDS="1",
        FALAJ_STATUS_ACCOUNT_SECONDS_MAX="8",
        FALAJ_STATUS_CACHE_SECONDS="1",
    )
    demo.wait_until_healthy()
    ports = DataFolder(folder).remembered("ports")
    if os.geteuid() == 0 and "run as root" not in demo.output:
        assert not [words for words in ROOMS if psutil.Process(demo.first_of(words)).uids().real == 0]
        assert [file.name for file in sorted(folder.iterdir()) if _is_open_to_others(file)] == [
            "broker",
            "logs",
            "postgres",
        ]
    ready = answers_200(f"http://127.0.0.1:{ports['ingest_http']}/readyz", 5)
    parts = (
        (f"-D {folder}", "PostgreSQL"),
        ("mosquitto -c", "Mosquitto"),
        ("-m ingest ", "ingest"),
    )
    for words, _ in parts:
        os.kill(demo.first_of(words), signal.SIGKILL)
    for _, title in parts:
        assert wait_until(lambda title=title: f"{title} ended by itself" in demo.output, 40), demo.output
    assert wait_until(ready, BACK_SECONDS_MAX), demo.last_words
    url = f"http://127.0.0.1:{ports['api']}/v1/ledger"
    assert wait_until(lambda: _received(url) >= received, BACK_SECONDS_MAX), "nothing of before is gone"
    before = _received(url)
    assert wait_until(lambda: _received(url) > before, BACK_SECONDS_MAX), (
        f"the city's values arrive again {demo.last_words}"
    )
    # All of them together, as a machine without memory leaves them: nobody ends, and nobody says a word.
    frozen = [(demo.first_of(words), title) for words, title in (*parts, ("-m stack.worker", "worker"))]
    for pid, _ in frozen:
        os.kill(pid, signal.SIGSTOP)
    for pid, title in frozen:
        assert wait_until(lambda title=title: f"{title} has not answered for" in demo.output, 90), demo.output
        assert wait_until(lambda pid=pid: demo.told(pid) is None, 60), title
    assert wait_until(ready, BACK_SECONDS_MAX), demo.last_words
    before = _received(url)
    assert wait_until(lambda: _received(url) > before, BACK_SECONDS_MAX), (
        f"the city's values arrive again {demo.last_words}"
    )
    status = f"http://127.0.0.1:{ports['api']}/v1/status"
    assert wait_until(lambda: _states(status) == GOOD, BACK_SECONDS_MAX), (_states(status), demo.last_words)
    # What the supervisor may not touch any more is told by the status alone.
    demo.process.send_signal(signal.SIGSTOP)
    ingest = demo.first_of("-m ingest ")
    os.kill(ingest, signal.SIGSTOP)
    assert wait_until(lambda: _states(status)["ingest"] == "bad", 60), (_states(status), demo.last_words)
    os.kill(ingest, signal.SIGCONT)
    demo.process.send_signal(signal.SIGCONT)
    assert demo.interrupt() == 0
    assert demo.remains() == []
    assert "nothing is left running" in demo.output


ROOMS = ("-m hub_api", "-m stack.worker", "-m ingest ", "-m dashboards", "-m simulators")


def _is_open_to_others(file: Path) -> bool:
    """Whether others may enter it; the ports and the lock hold nothing of anybody."""
    return file.is_dir() and bool(file.stat().st_mode & 0o077)


GOOD = dict.fromkeys(("database", "broker", "ingest", "worker", "stream"), "good")


def _states(url: str) -> dict[str, str]:
    answer = ask(url, 5)
    parts = json.loads(answer.body)["data"]["components"] if answer and answer.status == 200 else {}
    return {"ingest": "", **{name: part["state"] for name, part in parts.items()}}


def _received(url: str) -> int:
    answer = ask(url, 5)
    if answer is None or answer.status != 200:
        return 0
    return int(json.loads(answer.body)["data"]["received"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_is_seen_between_steps_and_in_waits(number: signal.Signals):
    before = signal.getsignal(number)
    with Stop() as stop:
        stop.check()
        os.kill(os.getpid(), number)
        with pytest.raises(StopRequested):
            stop.wait(10)
        assert stop.requested
    assert signal.getsignal(number) is before
