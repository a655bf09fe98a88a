"""A dry run says what a message would become, and what to register so that it does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from citycore.registry.document import MeaningEntry, SourceEntry
from citycore.vocabulary import observed_properties
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PLUG = {"Time": "2026-03-01T11:59:33", "ENERGY": {"Total": 14.834, "Power": 7, "Voltage": 230, "Factor": 0.9}}


def trial(payload: Any, topic: str = "", **source: Any) -> Outcome:
    entry = SourceEntry(code="home", name_en="Home", name_ar="البيت", **{"zone": "Asia/Muscat", **source})
    message = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    received = Received(
        f"falaj/v1/home/{topic}".rstrip("/"),
        message,
        int(NOW.timestamp() * 1e6),
        retained=False,
        ticket=(0, 0),
    )
    return try_message(entry, received, observed_properties(), IngestSettings())


def test_a_plug_is_a_thing_with_datastreams_in_the_vocabularys_units() -> None:
    outcome = trial(PLUG, "tele/plug/SENSOR", decoder="tasmota")
    assert {value.datastream: (value.result, value.unit) for value in outcome.values} == {
        "electric_energy": (14.834, "kW.h"), "electric_power": (7.0, "W"), "voltage": (230.0, "V"),
        "power_factor": (0.9, "1"),
    }  # fmt: skip
    assert {value.time for value in outcome.values} == {datetime(2026, 3, 1, 7, 59, 33, tzinfo=UTC)}
    (source,) = outcome.proposal.sources
    (thing,) = source.things
    assert (thing.code, thing.device) == ("home-plug", "plug")
    assert len(thing.datastreams) == 4
    assert outcome.refused == []


def test_units_are_converted_and_said() -> None:
    pack = [{"bn": "urn:dev:ow:10:", "bt": NOW.timestamp(), "n": "temperature", "u": "K", "v": 300.15}]
    (value,) = trial(pack, decoder="senml").values
    assert (value.result, value.unit, value.sent_unit) == (pytest.approx(27.0), "Cel", "K")


def test_what_is_not_understood_is_refused_with_its_reason_and_a_mapping_mends_it() -> None:
    sent = {"ts": int(NOW.timestamp() * 1000), "values": {"t1": 21.5, "debug": 1}}
    outcome = trial(sent, "v1/devices/me/telemetry", decoder="thingsboard")
    assert sorted((each.reason, each.detail) for each in outcome.refused) == [
        ("unknown_property", "debug"), ("unknown_property", "t1"),
    ]  # fmt: skip
    mapping = {"t1": MeaningEntry(observed_property="air_temperature", unit="Cel"), "debug": None}
    mended = trial(sent, "v1/devices/me/telemetry", decoder="thingsboard", mapping=mapping)
    assert [(value.datastream, value.result) for value in mended.values] == [("air_temperature", 21.5)]
    assert mended.refused == []


@pytest.mark.parametrize(
    ("payload", "source", "reason"),
    [
        (b"not json", {"decoder": "tasmota"}, "unreadable_payload"),
        (PLUG, {"decoder": "tasmota", "zone": None}, "naive_time"),
        (PLUG | {"Time": "1970-01-01T00:33:28"}, {"decoder": "tasmota"}, "clock_unset"),
        (PLUG, {"decoder": "no_such_format"}, "unknown_decoder"),
    ],
)
def test_it_refuses_as_ingest_does(payload: Any, source: dict[str, Any], reason: str) -> None:
    outcome = trial(payload, "tele/plug/SENSOR", **source)
    assert {each.reason for each in outcome.refused} == {reason}
    assert outcome.values == []


def test_the_time_of_arrival_is_taken_where_the_source_says_so() -> None:
    sent = PLUG | {"Time": "1970-01-01T00:33:28"}
    values = trial(sent, "tele/plug/SENSOR", decoder="tasmota", time_policy="receive_time").values
    assert {(value.time, value.quality) for value in values} == {(NOW, 3)}


def test_the_native_format_names_its_thing_by_the_topic() -> None:
    outcome = trial({"phenomenon_time": NOW.isoformat(), "results": {"pm2_5": 4.0}}, "gate-1")
    (thing,) = outcome.proposal.sources[0].things
    assert (thing.code, thing.device) == ("gate-1", None)
    assert [(value.thing, value.datastream) for value in outcome.values] == [("gate-1", "pm2_5")]


def test_a_message_is_read_with_what_its_format_remembers() -> None:
    entity = {
        "from": "c", "kind": "value", "thing": "roof", "name": "air_temperature/temp", "template": None,
        "unit": "[degF]", "words": [], "on": "", "off": "",
    }  # fmt: skip
    entry = SourceEntry(
        code="home", name_en="Home", name_ar="البيت", decoder="home_assistant", time_policy="receive_time"
    )
    received = Received(
        "falaj/v1/home/roof/t", b"72.5", int(NOW.timestamp() * 1e6), retained=False, ticket=(0, 0)
    )
    remembered = {"state:roof/t": [entity]}
    outcome = try_message(entry, received, observed_properties(), IngestSettings(), remembered.get)
    assert [(each.datastream, each.result, each.quality) for each in outcome.values] == [
        ("air_temperature/temp", 22.5, 1)
    ]
