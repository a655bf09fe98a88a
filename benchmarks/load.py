"""The load of the ingest benchmark: its shape, its messages, and a publisher that is not the bottleneck.

``python -m benchmarks.load PORT MESSAGES VALUES THINGS FIRST RATE`` publishes with libmosquitto; a paho
publisher reaches a third of its rate and would be what is measured.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.vocabulary import observed_properties
from citycore.wire import encode, encode_array

SOURCE = "bench"
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=10)
#: Unacknowledged publishes in flight; more only fills memory.
WINDOW = 1_000


#: A thing of the benchmark has at most so many datastreams; a message of more values holds several instants.
PROPERTIES_MAX = 25


@dataclass(frozen=True, slots=True)
class Shape:
    """``messages`` of ``values`` each, from ``things`` in turn."""

    messages: int
    values: int
    things: int

    @property
    def observations(self) -> int:
        return self.messages * self.values

    @property
    def instants(self) -> int:
        """Instants in one message."""
        return -(-self.values // PROPERTIES_MAX)

    @property
    def properties(self) -> list[str]:
        """The observed properties of one thing."""
        measured = [
            known.code for known in observed_properties().values() if known.result_type == "measurement"
        ]
        return measured[: self.values // self.instants]


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
    for number in range(first, first + shape.messages):
        moment, thing = divmod(number, shape.things)
        instants = [
            (START + (moment * shape.instants + n) * STEP, _results(shape, number + n))
            for n in range(shape.instants)
        ]
        yield (
            f"falaj/v1/{SOURCE}/t{thing}",
            encode_array(instants) if len(instants) > 1 else encode(*instants[0]),
        )


def _results(shape: Shape, number: int) -> dict[str, float | str]:
    return {code: round(20 + (number * 7 + n) % 1000 / 37, 3) for n, code in enumerate(shape.properties)}


@contextmanager
def publisher(port: int) -> Iterator[Callable[[str, bytes], None]]:
    """A function that publishes with QoS 1 within the window; leaving waits for the last acknowledgement."""
    from pymosquitto.client import Mosquitto, MosquittoError

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

    def publish_one(topic: str, payload: bytes) -> None:
        window.acquire()
        client.publish(topic, payload, qos=1)

    yield publish_one
    for _ in range(WINDOW):
        window.acquire()
    # Everything is acknowledged. Its network thread may close the socket before these return, and they say so.
    with suppress(MosquittoError):
        client.disconnect()
    with suppress(MosquittoError):
        client.loop_stop(False)


def publish(port: int, shape: Shape, first: int = 0) -> float:
    """Publish as fast as accepted; the wall-clock time of the first publish."""
    ready = list(messages(shape, first))
    with publisher(port) as publish_one:
        began = time.time()
        for topic, payload in ready:
            publish_one(topic, payload)
    return began


def publish_steadily(port: int, shape: Shape, rate: float) -> None:
    """Publish ``rate`` messages a second, each with the instant of its publishing as phenomenon time."""
    with publisher(port) as publish_one:
        began = time.perf_counter()
        for number in range(shape.messages):
            due = began + number / rate
            while (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            topic = f"falaj/v1/{SOURCE}/t{number % shape.things}"
            publish_one(topic, encode(datetime.now(UTC), _results(shape, number)))


def main() -> int:
    port, count, values, things, first, rate = (int(word) for word in sys.argv[1:])
    shape = Shape(count, values, things)
    if rate:
        publish_steadily(port, shape, rate)
    else:
        sys.stdout.write(f"{publish(port, shape, first)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
