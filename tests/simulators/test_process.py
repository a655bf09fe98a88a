"""The running simulation: its past in order, its present never ahead, its end in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from citycore.settings import BrokerSettings
from simulators.city import SOURCE_CODE, build_city, describe_city
from simulators.pilot import PILOT_CODE, build_pilot
from simulators.process import Plan, history, live, staged_city
from stack.ports import free_port

NOW = datetime(2026, 11, 24, 17, 40, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def test_history_is_hourly_complete_and_in_order() -> None:
    past = list(history(build_city(), 3, NOW))
    assert len(past) == 72 * 120
    times = [reading.phenomenon_time for reading in past]
    assert times == sorted(times)
    assert times[0] == datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert times[-1] == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert len({(reading.thing, reading.phenomenon_time) for reading in past}) == len(past)


def _live(speed: float, seconds: float, things: int = 120) -> list[tuple[str, datetime, datetime]]:
    """Thing, its instant, and the clock when it was published, on a clock that only waiting moves."""
    clock = [NOW]

    def wait(until: datetime) -> None:
        clock[0] = max(clock[0], until)

    city = staged_city(Plan(things_max=things), NOW)
    stream = ((r.thing, r.phenomenon_time, clock[0]) for r in live(city, speed, NOW, 0.1, wait))
    return list(takewhile(lambda item: item[1] <= NOW + timedelta(seconds=seconds), stream))


def test_live_readings_keep_their_interval_and_never_lie_ahead() -> None:
    published = _live(1.0, 1_200)
    assert all(instant <= clock for _, instant, clock in published)
    assert len({(thing, instant) for thing, instant, _ in published}) == len(published)
    counts = Counter(thing for thing, _, _ in published)
    assert len(counts) == 120
    assert counts["bus-1-01"] == pytest.approx(1 + 1_200 / 20, abs=1)
    assert counts["tc-qurm-01"] == pytest.approx(1 + 1_200 / 60, abs=1)
    assert counts["aq-ruwi-01"] == pytest.approx(1 + 1_200 / 300, abs=1)
    instants = [instant for thing, instant, _ in published if thing == "tc-qurm-01"][1:]
    steps = {later - earlier for earlier, later in pairwise(instants)}
    assert steps == {timedelta(seconds=60)}


def test_speed_shortens_the_intervals_but_not_the_time() -> None:
    fast = _live(10.0, 120)
    assert all(instant <= clock for _, instant, clock in fast)
    assert len(fast) - 120 == pytest.approx(10 * (len(_live(1.0, 120)) - 120), rel=0.1)


def test_fewer_things_are_still_of_every_kind() -> None:
    city = staged_city(Plan(things_max=20), NOW)
    assert len(city.things) == 20
    assert len({thing.description.kind for thing in city.things}) == 6
    assert len(staged_city(Plan(things_max=500), NOW).things) == 120


class _Listener:
    def __init__(self, broker: BrokerSettings) -> None:
        self.received: list[tuple[str, bytes]] = []
        ready = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self.client.on_connect = lambda client, *_: client.subscribe(
            [(f"falaj/v1/{source}/#", 1) for source in (SOURCE_CODE, PILOT_CODE)]
        )
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.on_message = self._keep
        self.client.connect(broker.host, broker.port)
        self.client.loop_start()
        assert ready.wait(40)

    def _keep(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.received.append((message.topic, message.payload))

    def wait_for(self, count: int) -> None:
        until = time.monotonic() + 60
        while len(self.received) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert len(self.received) >= count


@pytest.fixture
def listener(broker_settings: BrokerSettings) -> Iterator[_Listener]:
    listening = _Listener(broker_settings)
    yield listening
    listening.client.disconnect()
    listening.client.loop_stop()


def _start(port: int, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulators", *arguments],
        cwd=ROOT,
        env={**os.environ, "FALAJ_BROKER_PORT": str(port)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_process_plays_past_and_present_and_stops_in_time(
    broker_settings: BrokerSettings, listener: _Listener
) -> None:
    process = _start(broker_settings.port, "--backfill-days", "1", "--speed", "30")
    try:
        listener.wait_for(24 * 120 + 120 + 50)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "simulation_stopped" in said
    assert "Traceback" not in said
    known = {f"falaj/v1/muscat-sim/{thing.code}": thing for thing in describe_city()[1]}
    now = datetime.now(UTC)
    for topic, payload in listener.received:
        message = json.loads(payload)
        properties = {stream.observed_property for stream in known[topic].datastreams}
        assert {*message["results"], *(["location"] if "location" in message else [])} == properties
        assert datetime.fromisoformat(message["phenomenon_time"]) <= now


def test_a_pilot_publishes_its_own_things_under_its_own_source(
    broker_settings: BrokerSettings, listener: _Listener
) -> None:
    process = _start(broker_settings.port, "--pilot", "--backfill-days", "1", "--speed", "30")
    try:
        listener.wait_for(24 * len(build_pilot()) + len(build_pilot()))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    topics = {topic for topic, _ in listener.received}
    assert topics == {f"falaj/v1/{PILOT_CODE}/{thing.code}" for thing in build_pilot()}
    assert all(set(json.loads(payload)["results"]) == {"water_level"} for _, payload in listener.received)


def test_without_a_broker_one_line_and_exit_1() -> None:
    process = _start(free_port())
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The MQTT broker does not answer" in said.splitlines()[-1]
    assert "Traceback" not in said


def test_wrong_arguments_are_one_line() -> None:
    process = _start(free_port(), "--fault", "explode")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "--fault" in said
    assert "Traceback" not in said


def test_describe_prints_what_things_load_reads() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "simulators", "describe", "--seed", "9"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout  # fmt: skip
    document = json.loads(printed)
    source, things = describe_city(9)
    assert document["source"]["code"] == source.code
    assert [thing["code"] for thing in document["things"]] == [thing.code for thing in things]
