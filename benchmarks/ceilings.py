"""The bare ceilings of ingest: receiving without storing, and storing without receiving.

``python -m benchmarks.ceilings PORT MESSAGES`` is the receiver: a paho client that only
receives and acknowledges QoS 1 messages, as ingest's subscriber does, and nothing else.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import numpy as np
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.load import SOURCE, START, STEP, Shape
from benchmarks.processor import session_seconds
from citycore.broker.connecting import sign_in
from citycore.settings import BrokerSettings
from citycore.store.binary import POSTGRES_EPOCH_MICROSECONDS, copy_stream
from ingest.settings import IngestSettings

_TABLE = """
CREATE TABLE bare (LIKE observations INCLUDING ALL);
SELECT create_hypertable('bare', by_range('phenomenon_time', INTERVAL '7 days'), create_default_indexes => false)
"""
_COPY = "COPY bare (datastream_id, quality, phenomenon_time, result, batch_id) FROM STDIN (FORMAT binary)"


def receive_only(broker: BrokerSettings, count: int) -> float:
    """The wall-clock time at which the last of ``count`` messages had been received and acknowledged."""
    done = threading.Event()
    subscribed = threading.Event()
    received = 0
    last = 0.0

    def on_message(_client: mqtt.Client, _data: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal received, last
        received += 1
        if received == count:
            last = time.time()
            done.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench-receiver", protocol=mqtt.MQTTv5)
    sign_in(client, broker)
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()

    def on_connect(*_: Any) -> None:
        client.subscribe(f"falaj/v1/{SOURCE}/#", qos=1)

    client.on_connect = on_connect
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
    properties.ReceiveMaximum = IngestSettings().receive_maximum(broker.message_bytes_max)
    client.connect(broker.host, broker.port, clean_start=True, properties=properties)
    client.loop_start()
    if not subscribed.wait(10):
        raise TimeoutError("the broker did not accept the receiver")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    done.wait(600)
    client.disconnect()
    client.loop_stop()
    return last


def copy_only(url: str, shape: Shape, rows_at_once: int) -> tuple[float, float]:
    """Seconds to COPY the same rows, ready-made, into an identical hypertable with the same unique key, and processor seconds of
    this thread and of the session.
    """
    streams = [
        rows_stream(shape, first, min(rows_at_once, shape.observations - first))
        for first in range(0, shape.observations, rows_at_once)
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare")
        connection.execute(_TABLE)
        pid = connection.info.backend_pid
        began, before = time.perf_counter(), time.thread_time() + session_seconds(pid)
        for stream in streams:
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.write(stream)
        seconds = time.perf_counter() - began
        spent = time.thread_time() + session_seconds(pid) - before
        connection.execute("DROP TABLE bare")
    return seconds, spent


def rows_stream(shape: Shape, first: int, count: int) -> bytes:
    """Rows ``first`` to ``first + count`` of the shape's observations, as ingest would COPY them."""
    number = np.arange(first, first + count, dtype=np.int64)
    message, value = np.divmod(number, shape.values)
    moment, thing = np.divmod(message, shape.things)
    instant, datastream = np.divmod(value, len(shape.properties))
    steps = moment * shape.instants + instant
    times = int(START.timestamp()) * 1_000_000 + steps * int(STEP.total_seconds()) * 1_000_000
    return copy_stream(
        [
            (thing * len(shape.properties) + datastream + 1).astype(np.int32),
            np.full(count, 2, dtype=np.int16),
            times - POSTGRES_EPOCH_MICROSECONDS,
            20 + (message * 7 + value) % 1000 / 37,
            number,
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(f"{receive_only(BrokerSettings(), int(sys.argv[1]))}\n")
