"""Whatever comes, a decoder says something about it, soon, and raises nothing but Unreadable."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival, Decoded, Limits, Unreadable
from tests.ingest.decoders import test_home_assistant as discovery
from tests.ingest.decoders import test_home_devices as home
from tests.ingest.decoders import test_lorawan_servers as servers
from tests.ingest.decoders import test_platforms as platforms
from tests.ingest.decoders.mutations import Sample, mutants
from tests.ingest.decoders.rows import NOW, Remembered

MESSAGE_SECONDS_MAX = 0.05
MUTANTS = 400
TABLES: dict[str, list[tuple[str, Any, dict[Any, Any]]]] = {
    "tasmota": home.TASMOTA,
    "shelly": home.SHELLY,
    "zigbee2mqtt": home.ZIGBEE,
    "home_assistant": [
        ("homeassistant/sensor/roof/temp/config", discovery.DESCRIBED, {}),
        ("weather/roof/state", {"climate": {"temperature": "31.26"}}, {}),
        ("weather/roof/status", "online", {}),
    ],
    "things_stack": [
        *servers.THINGS_STACK,
        ("v3/a@t/devices/d/up", servers.frame("things_stack", b"\xf6"), {}),
    ],
    "chirpstack": [
        *servers.CHIRPSTACK,
        ("application/1/device/2/event/up", servers.frame("chirpstack", b"\xf6"), {}),
    ],
    "thingsboard": platforms.THINGSBOARD,
    "ngsi": platforms.NGSI,
    "sensorthings": platforms.SENSORTHINGS,
    "senml": platforms.SENML,
    "sensor_community": platforms.SENSOR_COMMUNITY,
    "owntracks": platforms.OWNTRACKS,
    "csv_line": platforms.CSV,
}
CODECS: dict[str, dict[str, Any]] = {
    "things_stack": servers.CODEC,
    "chirpstack": servers.CODEC,
    "csv_line": {"columns": ["time", "pm2_5", "note"], "time": "time"},
}


def samples(code: str) -> list[Sample]:
    payloads = [
        (topic, payload if isinstance(payload, bytes) else _encode(payload))
        for topic, payload, _ in TABLES[code]
    ]
    return [
        Sample(code, topic, payload, codec)
        for topic, payload in payloads
        for codec in {id(one): one for one in (None, CODECS.get(code))}.values()
    ]


def _encode(payload: object) -> bytes:
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def decode(sample: Sample, memory: Remembered) -> Decoded | Unreadable:
    decoder = find_decoder(sample.code)
    assert decoder is not None
    arrival = Arrival(sample.topic, sample.payload, memory, Limits(), sample.codec, NOW)
    try:
        return decoder.decode(arrival)
    except Unreadable as error:
        return error


def check(result: Decoded | Unreadable) -> None:
    """The result is one that ingest can take as it is."""
    if isinstance(result, Unreadable):
        assert result.reason
        assert isinstance(result.detail, str)
        return
    assert result.readings or result.refusals or result.remark is not None
    for thing, message, *_ in result.readings:
        assert thing is None or isinstance(thing, str)
        assert message.phenomenon_time is None or isinstance(message.phenomenon_time, datetime)
        assert message.results or message.location is not None
        for name, value in (message.results or {}).items():
            assert isinstance(name, str)
            assert type(value) in (int, float, str, type(None)), name
        assert all(isinstance(unit, str) for unit in (message.units or {}).values())
        assert message.location is None or [type(one) in (int, float) for one in message.location] == [
            True,
            True,
        ]
    for refusal in result.refusals:
        assert all(isinstance(part, str) for part in refusal)
        assert refusal.reason


@pytest.mark.parametrize("code", TABLES)
def test_mutants_of_messages(code: str) -> None:
    memory = Remembered()
    for sample in samples(code):
        check(decode(sample, memory))
    for sample in mutants(samples(code), MUTANTS, seed=20_261_127):
        started = time.thread_time()
        result = decode(sample, memory)
        spent = time.thread_time() - started
        check(result)
        if spent > MESSAGE_SECONDS_MAX:  # again, lest the collector of garbage was counted
            spent = min(_spent(sample, memory) for _ in range(3))
        assert spent <= MESSAGE_SECONDS_MAX, sample.payload[:200]


def _spent(sample: Sample, memory: Remembered) -> float:
    started = time.thread_time()
    decode(sample, memory)
    return time.thread_time() - started


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                [
                    "id",
                    "type",
                    "value",
                    "ts",
                    "values",
                    "n",
                    "v",
                    "t",
                    "bn",
                    "result",
                    "data",
                    "params",
                    "_type",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("code", TABLES)
@settings(max_examples=25, deadline=None)
@given(document=JSON | st.lists(JSON, max_size=3), noise=st.binary(max_size=30))
def test_documents_of_no_format(code: str, document: Any, noise: bytes) -> None:
    topic = TABLES[code][0][0]
    for payload in (json.dumps(document).encode(), noise):
        check(decode(Sample(code, topic, payload, CODECS.get(code)), Remembered()))
