"""The load of the ingest benchmark: its shape, its messages, and a publisher that is not the bottleneck.

``python -m benchmarks.load PORT MESSAGES VALUES THINGS`` publishes with libmosquitto; a paho
publisher reaches a third of its rate and would be what is measured.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.vocabulary import observed_properties
from citycore.wire import encode

SOURCE = "bench"
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=10)
#: Unacknowledged publishes in flight; more only fills memory.
WINDOW = 1_000


@dataclass(frozen=True, slots=True)
class Shape:
    """``messages`` of ``values`` each, from ``things`` in turn; datastreams = things × values."""

    messages: int
    values: int
    things: int

    @property
    def observations(self) -> int:
        return self.messages * self.values

    @property
    def properties(self) -> list[str]:
        """The observed properties of one thing; up to five are of the vocabulary's own."""
        return [code for code, known in observed_properties().items() if code not in {"location", "weather"}][
            : self.values
        ]


def describe(shape: Shape) -> tuple[SourceDescription, list[ThingDescription]]:
    source = SourceDescription(code=SOURCE, kind=SourceKind.SIMULATED, name_en="Benchmark", name_ar="قياس")
    datastreams = tuple(DatastreamDescription(observed_property=code) for code in shape.properties)
    things = [
        ThingDescription(code=f"t{n}", kind="bench", name_en="t", name_ar="t", datastreams=datastreams)
        for n in range(shape.things)
    ]
    return source, things


def messages(shape: Shape, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Topic and payload; every message is new, and times move forward."""
    properties = shape.properties
    for number in range(first, first + shape.messages):
        moment, thing = divmod(number, shape.things)
        results = {code: round(20 + (number * 7 + n) % 1000 / 37, 3) for n, code in enumerate(properties)}
        yield f"falaj/v1/{SOURCE}/t{thing}", encode(START + moment * STEP, results)


def publish(port: int, shape: Shape, first: int = 0) -> tuple[float, float]:
    """Publish with QoS 1 as fast as accepted; wall-clock times of the first publish and the last acknowledgement."""
    from pymosquitto.client import Mosquitto

    ready = list(messages(shape, first))
    window = threading.Semaphore(WINDOW)
    connected = threading.Event()
    client = Mosquitto(client_id="bench-publisher", clean_start=True)
    client.max_inflight_messages_set(WINDOW)
    client.on_connect = lambda *_: connected.set()
    client.on_publish = lambda *_: window.release()
    client.connect("127.0.0.1", port, 60)
    client.loop_start()
    if not connected.wait(10):
        raise TimeoutError("the broker did not accept the publisher")
    began = time.time()
    for topic, payload in ready:
        window.acquire()
        client.publish(topic, payload, qos=1)
    for _ in range(WINDOW):
        window.acquire()
    ended = time.time()
    client.disconnect()
    client.loop_stop(False)
    return began, ended


def main() -> int:
    port, count, values, things, first = (int(word) for word in sys.argv[1:])
    began, ended = publish(port, Shape(count, values, things), first)
    sys.stdout.write(f"{began} {ended}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
