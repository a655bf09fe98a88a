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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import end_connection, sign_in
from citycore.clock import CITY_ZONE
from citycore.settings import BrokerSettings
from simulators.city import SOURCE_CODE, build_city, describe_city
from simulators.faults import parse_fault
from simulators.pilot import PILOT_CODE, build_pilot
from simulators.process import Plan, history, live, past_messages, staged_city
from simulators.settings import SimulatorsSettings
from stack.ports import free_port
from stack.waiting import wait_until

NOW = datetime(2026, 11, 24, 17, 40, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def test_a_past_has_every_reading_of_whole_days_at_the_declared_interval() -> None:
    city = staged_city(Plan(things_max=12), NOW)
    assert len({thing.description.kind for thing in city.things}) == 6
    past = list(history(city, 2, NOW, 1_000_000))
    first = datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert first == datetime(2026, 11, 22, tzinfo=CITY_ZONE)
    for thing in city.things:
        instants = [reading.phenomenon_time for reading in past if reading.thing == thing.code]
        step = timedelta(seconds=thing.interval_seconds)
        assert {later - earlier for earlier, later in pairwise(instants)} == {step}
        assert first <= instants[0] < first + step
        assert NOW - step <= instants[-1] <= NOW
        days = Counter(instant.astimezone(CITY_ZONE).date() for instant in instants)
        assert sorted(days.values())[-2:] == [86_400 // thing.interval_seconds] * 2
    hours = [reading.phenomenon_time.replace(minute=0, second=0) for reading in past]
    assert hours == sorted(hours)


def test_what_reports_too_often_has_fewer_whole_days_of_past() -> None:
    bus, counter = "bus-1-01", "tc-qurm-01"
    city = build_city()
    city = replace(city, things=tuple(thing for thing in city.things if thing.code in {bus, counter}))
    past = list(history(city, 5, NOW, 2 * 4_320 + 17))
    firsts = {}
    for reading in past:
        firsts.setdefault(reading.thing, reading.phenomenon_time.astimezone(CITY_ZONE).date().isoformat())
    assert firsts == {bus: "2026-11-22", counter: "2026-11-19"}
    assert len(list(history(city, 5, NOW, 1))) > 4_320, "a day at least"


def test_the_present_goes_on_where_the_past_ended() -> None:
    (thing,) = (one for one in build_city().things if one.code == "aq-ruwi-01")
    city = replace(build_city(), things=(thing,))
    *_, last = history(city, 1, NOW, 1_000_000)
    published = live(city, 1.0, NOW, 0.1, lambda _: None)
    assert next(published).phenomenon_time == NOW, "everything once at the start"
    assert next(published).phenomenon_time == last.phenomenon_time + timedelta(seconds=300)


def test_the_past_travels_in_few_messages_that_the_hub_accepts() -> None:
    plan = Plan(things_max=6, backfill_days=1)
    city, limits = staged_city(plan, NOW), SimulatorsSettings()
    messages = list(past_messages(plan, city, NOW, limits))
    payloads = [json.loads(payload) for _, payload in messages]
    instants = [one for payload in payloads for one in (payload if isinstance(payload, list) else [payload])]
    assert len(instants) == len(list(history(city, 1, NOW, limits.past_readings_max)))
    assert len(messages) < len(instants) / 20
    assert max(len(payload) for _, payload in messages) <= BrokerSettings().message_bytes_max
    few = list(past_messages(plan, city, NOW, SimulatorsSettings(past_message_instants_max=7)))
    assert max(len(json.loads(payload)) for _, payload in few if payload.startswith(b"[")) == 7


def test_what_is_broken_in_the_past_stays_a_message_of_its_own() -> None:
    plan = Plan(things_max=6, backfill_days=1, faults=(parse_fault("malformed:0.1"),))
    messages = list(past_messages(plan, staged_city(plan, NOW), NOW, SimulatorsSettings()))
    arrays = [payload for _, payload in messages if payload.startswith(b"[")]
    assert len(arrays) > 10
    assert all(isinstance(json.loads(payload), list) for payload in arrays), "whole, whatever is beside it"
    assert any(b"sensor ready" in payload for _, payload in messages)


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
        sign_in(self.client, broker)
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
    end_connection(listening.client)


def _start(port: int, *arguments: str, said: Any = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "simulators", *arguments],
        cwd=ROOT,
        env={**os.environ, "FALAJ_BROKER_PORT": str(port)},
        stderr=said,
        text=True,
    )


def test_the_process_plays_past_and_present_and_stops_in_time(
    broker_settings: BrokerSettings, listener: _Listener, tmp_path: Path
) -> None:
    began = datetime.now(UTC)
    log = tmp_path / "simulators.log"
    with log.open("wb") as output:
        # Whole days of Muscat: five of them take longer than the present needs to begin, also just after midnight.
        process = _start(
            broker_settings.port, "--backfill-days", "5", "--speed", "30", "--things-max", "24", said=output
        )
        try:
            assert wait_until(lambda: b"backfill_finished" in log.read_bytes(), 120), log.read_text()
            assert wait_until(lambda: len(_since(began, listener)) > 24, 120), log.read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
    said = log.read_text()
    assert "simulation_stopped" in said
    assert "Traceback" not in said
    known = {f"falaj/v1/muscat-sim/{thing.code}": thing for thing in describe_city()[1]}
    now = datetime.now(UTC)
    present, past = [], []
    for number, (topic, payload) in enumerate(listener.received):
        properties = {stream.observed_property for stream in known[topic].datastreams}
        for message in _instants(payload):
            assert {*message["results"], *(["location"] if "location" in message else [])} == properties
            instant = datetime.fromisoformat(message["phenomenon_time"])
            assert instant <= now
            (present if instant >= began else past).append(number)
    assert len(set(present)) > 24
    assert present[0] < past[-1], "the present does not wait for the past"


def _since(began: datetime, listener: _Listener) -> list[int]:
    """The places, in the order heard, of the messages that tell of an instant from ``began`` on."""
    return [
        number
        for number, (_, payload) in enumerate(list(listener.received))
        if any(datetime.fromisoformat(one["phenomenon_time"]) >= began for one in _instants(payload))
    ]


def _instants(payload: bytes) -> list[dict[str, Any]]:
    content = json.loads(payload)
    return content if isinstance(content, list) else [content]


def test_a_pilot_publishes_its_own_things_under_its_own_source(
    broker_settings: BrokerSettings, listener: _Listener
) -> None:
    process = _start(broker_settings.port, "--pilot", "--backfill-days", "1", "--speed", "30")
    try:
        listener.wait_for(24 * len(build_pilot()) + 2 * len(build_pilot()))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    topics = {topic for topic, _ in listener.received}
    assert topics == {f"falaj/v1/{PILOT_CODE}/{thing.code}" for thing in build_pilot()}
    assert all(
        set(one["results"]) == {"water_level"}
        for _, payload in listener.received
        for one in _instants(payload)
    )


@pytest.mark.usefixtures("wire")
def test_without_a_broker_one_line_and_exit_1() -> None:
    process = _start(free_port())
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The MQTT broker does not answer" in said.splitlines()[-1]
    assert "Traceback" not in said


@pytest.mark.usefixtures("wire")
def test_wrong_arguments_are_one_line() -> None:
    process = _start(free_port(), "--fault", "explode")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "--fault" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("wire")
def test_describe_prints_what_things_load_reads() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "simulators", "describe", "--seed", "9"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout  # fmt: skip
    document = json.loads(printed)
    source, things = describe_city(9)
    assert document["source"]["code"] == source.code
    assert [thing["code"] for thing in document["things"]] == [thing.code for thing in things]
