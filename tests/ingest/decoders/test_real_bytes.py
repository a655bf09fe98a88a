"""Bytes that devices sent, and what their makers' decoders say of them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ingest.decoders.raw_bytes import decode_bytes
from tests.ingest.decoders.arrivals import messages_of_devices

#: By the name that the maker's decoder gives a value, ours.
NAMES = {
    "pm1_0_mass_concentration": "pm1",
    "pm2_5_mass_concentration": "pm2_5",
    "pm10_mass_concentration": "pm10",
    "air_humidity": "relative_humidity",
    "barometric_pressure": "air_pressure",
    "battery": "battery_level",
    "temperature": "air_temperature",
    "humidity": "relative_humidity",
    "pressure": "air_pressure",
}
CODECS = {"decentlab/dl-pm": "decentlab_dl_pm", "milesight-iot/am308": "milesight_am308"}


def recorded() -> list[dict[str, Any]]:
    file = messages_of_devices() / "real_payloads.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_vectors_of_makers() -> None:
    vectors = [message for message in recorded() if message["kind"] == "LoRaWAN codec vector"]

    for vector in vectors:
        codec = {"builtin": CODECS[vector["device"]]}
        values = decode_bytes(bytes.fromhex(vector["hex"]), vector["f_port"], codec)
        expected = {NAMES.get(name, name): value for name, value in vector["expected"].items()}
        assert {name: values[name][0] for name in expected} == pytest.approx(expected, abs=0, rel=1e-14)
    assert len(vectors) == 4


def test_a_field_test_device_tells_what_the_network_decoded() -> None:
    sent = [message["payload"] for message in recorded() if "adeunis" in message.get("topic", "")]
    uplinks = [json.loads(payload)["uplink_message"] for payload in sent]
    (uplink,) = uplinks
    said = uplink["decoded_payload"]

    values = decode_bytes(
        base64.b64decode(uplink["frm_payload"]), uplink["f_port"], {"builtin": "adeunis_ftd"}
    )

    assert values["location"][0] == pytest.approx((said["longitude"], said["latitude"]), abs=1e-12)
    assert {name: value for name, (value, _) in values.items() if name != "location"} == {
        "device_temperature": said["temperature"],
        "gps_reception": "poor",
        "satellites": said["sats"],
        "sequence_number": said["uplink"],
        "sequence_number/downlink": said["downlink"],
        "battery_voltage": said["battery"],
        "signal_strength": said["rssi"],
        "signal_to_noise": said["snr"],
    }
