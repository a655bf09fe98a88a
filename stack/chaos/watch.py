"""What is watched from outside while it runs: ingest's memory, and what the broker dropped."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import end_connection, sign_in
from citycore.settings import BrokerSettings

_DROPPED = "$SYS/broker/publish/messages/dropped"
_STATUS = re.compile(r"^Vm(HWM|RSS):\s+(\d+) kB$", re.MULTILINE)


def memory_bytes(pid: int) -> tuple[int, int] | None:
    """Resident bytes of a process, now and at most so far; None if it is gone. Source: proc(5)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return None
    found = {name: int(kib) * 1024 for name, kib in _STATUS.findall(status)}
    return (found["RSS"], found["HWM"]) if len(found) == 2 else None


class MemoryWatch:
    """Samples the memory of the process that ``pid`` names at the time."""

    def __init__(self, pid: Callable[[], int | None], seconds: float) -> None:
        self._pid = pid
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self.peak_bytes = 0
        #: Instants (``time.monotonic``) and resident bytes.
        self.samples: list[tuple[float, int]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def between(self, begin: float, end: float) -> list[int]:
        return [resident for at, resident in self.samples if begin <= at < end]

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            pid = self._pid()
            memory = memory_bytes(pid) if pid is not None else None
            if memory is not None:
                self.samples.append((time.monotonic(), memory[0]))
                self.peak_bytes = max(self.peak_bytes, memory[1])


class DropWatch:
    """Sums the broker's own count of messages that it dropped, over its restarts."""

    def __init__(self, broker: BrokerSettings) -> None:
        self._before = 0
        self._present = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="chaos-watch")
        sign_in(self._client, broker)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_connect = lambda client, *_: client.subscribe(_DROPPED)
        self._client.on_message = self._on_message
        self._client.connect_async(broker.host, broker.port)

    @property
    def dropped(self) -> int:
        return self._before + self._present

    def start(self) -> None:
        self._client.loop_start()

    def stop(self) -> None:
        end_connection(self._client)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        count = int(message.payload)
        if count < self._present:  # another life of the broker
            self._before += self._present
        self._present = count
