"""Replay into the real broker: all of it arrives, at the speed that was asked for."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import sign_in
from citycore.errors import BrokerUnavailable
from citycore.recordings.errors import InvalidRecording
from citycore.settings import BrokerSettings
from simulators.mapping import MAPPINGS
from simulators.replay import count_values, load_mapping, replay
from simulators.settings import SimulatorsSettings
from stack.ports import free_port

WATERFLOW = MAPPINGS.parent / "waterflow_2022_hourly.csv.gz"


def test_every_value_arrives(broker_settings: BrokerSettings, source_code: str) -> None:
    mapping = load_mapping(WATERFLOW, source=source_code)
    received: list[bytes] = []
    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.on_connect = lambda client, *_: client.subscribe(f"falaj/v1/{source_code}/#", qos=1)
    client.on_subscribe = lambda *_: ready.set()

    def keep(_client: Client, _data: object, message: MQTTMessage) -> None:
        received.append(message.payload)

    client.on_message = keep
    sign_in(client, broker_settings)
    client.connect(broker_settings.host, broker_settings.port)
    client.loop_start()
    assert ready.wait(10)
    seen: list[tuple[int, int | None]] = []
    report = replay(WATERFLOW, mapping, broker_settings, on_progress=lambda *done: seen.append(done))
    until = time.monotonic() + 10
    while len(received) < report.messages and time.monotonic() < until:
        time.sleep(0.02)
    client.disconnect()
    client.loop_stop()
    assert report.messages == len(received) == 1_268
    assert report.values == count_values(WATERFLOW, mapping)
    assert seen[-1] == (1_268, 1_268)
    assert seen == sorted(seen)
    assert len({json.loads(payload)["phenomenon_time"] for payload in received}) == 1_268


def test_speed_is_a_multiple_of_the_recordings_own_time(
    broker_settings: BrokerSettings, source_code: str, tmp_path: Path
) -> None:
    file = tmp_path / "melbourne_pedestrians_small.csv"
    lines = ["Sensor,utc,local,Count"]
    for sensor in ("Birrarung Marr", "Southern Cross Station"):  # sorted by sensor: time steps back once
        lines += [f"{sensor},2015-01-01 0{hour}:00:00+00:00,,{hour}" for hour in range(4)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    report = replay(file, load_mapping(file, source=source_code), broker_settings, speed=21_600.0)
    assert report.messages == 8
    assert 1.0 <= report.seconds < 2.0  # six hours forward in all


def test_a_bad_line_stops_the_replay_before_anything_is_sent(
    broker_settings: BrokerSettings, tmp_path: Path
) -> None:
    file = tmp_path / "waterflow_bad.csv"
    file.write_text("Time,Water flow [l/s]\n2022-01-01T00:00Z,1\n2022-01-01T01:00Z,much\n", "utf-8")
    done: list[int] = []
    with pytest.raises(InvalidRecording, match="line 3"):
        replay(file, load_mapping(file), broker_settings, on_progress=lambda count, _: done.append(count))
    assert done == []


def test_a_skipped_hour_is_told_and_the_rest_is_sent(broker_settings: BrokerSettings, tmp_path: Path) -> None:
    file, toml = tmp_path / "a.csv", tmp_path / "a.toml"
    hours = ["2022-03-27 01:00,1", "2022-03-27 02:00,2", "2022-03-27 02:30,3", "2022-03-27 03:00,4"]
    file.write_text("\n".join(["when,flow", *hours, ""]), "utf-8")
    toml.write_text(
        '[source]\ncode = "x"\nname_en = "X"\nname_ar = "س"\n[time]\ncolumn = "when"\nzone = "Europe/Berlin"\n'
        '[thing]\ncode = "x"\nkind = "x"\nname_en = "X"\nname_ar = "س"\n'
        '[columns]\nflow = { observed_property = "water_flow" }\n',
        "utf-8",
    )
    limits = SimulatorsSettings(refused_lines_told_max=1)
    report = replay(file, load_mapping(file, toml), broker_settings, limits=limits)
    assert (report.messages, report.values, report.refused) == (2, 2, 2)
    (told,) = report.refused_first
    assert "line 3" in str(told)
    assert "never happened" in str(told)


@pytest.mark.usefixtures("wire")
def test_no_broker_is_reported() -> None:
    with pytest.raises(BrokerUnavailable):
        replay(WATERFLOW, load_mapping(WATERFLOW), BrokerSettings(port=free_port()))
