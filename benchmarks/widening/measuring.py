"""What one question costs the process that answers it: memory at its peak, bytes, and how long its loop answers nobody."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.widening.questions import Question

KIB_EACH_MIB = 1_024
LIVE = "/livez"
PROBE_SECONDS, ANSWER_SECONDS_MAX = 0.02, 60.0
BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Cost:
    """Memory above that before the question, MiB; ``stall`` is the longest that ``/livez`` took meanwhile, seconds."""

    question: Question
    status: int
    memory: float
    bytes: int
    stall: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Peak:
    """The resident memory of a process, MiB."""

    pid: int

    def begin(self) -> float:
        """What it holds now; the peak counts from here."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", "ascii")
        return self._read("VmRSS")

    def read(self) -> float:
        return self._read("VmHWM")

    def _read(self, name: str) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / KIB_EACH_MIB
        raise ValueError(name)


@dataclass
class Probe:
    """Asks ``/livez`` all the time, in a thread of its own."""

    port: int
    #: When each was asked, and how long it took; seconds.
    asked: list[tuple[float, float]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._ended.wait(PROBE_SECONDS):
            began = time.monotonic()
            ask(self.port, LIVE, "127.0.0.1")
            self.asked.append((began, time.monotonic() - began))

    def stop(self) -> None:
        self._ended.set()

    def longest_since(self, began: float) -> float:
        return max((took for at, took in self.asked if at + took >= began), default=0.0)


def ask(port: int, target: str, source: str, body: bytes = b"") -> tuple[int, int]:
    """Status and bytes of the answer to a question, which is posted where it has a body of JSON.

    No more than a block of the answer is held; status 0 stands for one that was cut or did not come.
    """
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=ANSWER_SECONDS_MAX, source_address=(source, 0)
    )
    size = 0
    try:
        if body:
            connection.request("POST", target, body, {"Content-Type": "application/json"})
        else:
            connection.request("GET", target)
        answer = connection.getresponse()
        while block := answer.read(BLOCK):
            size += len(block)
    except (OSError, http.client.HTTPException):
        return 0, size
    else:
        return answer.status, size
    finally:
        connection.close()


def measure(question: Question, port: int, pid: int, probe: Probe, source: str) -> Cost:
    peak = Peak(pid)
    before, began = peak.begin(), time.monotonic()
    status, size = ask(port, question.url, source, question.body)
    seconds = time.monotonic() - began
    return Cost(question, status, peak.read() - before, size, probe.longest_since(began), seconds)
