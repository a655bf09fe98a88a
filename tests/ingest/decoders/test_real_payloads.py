"""Messages of real devices: what each holds, written by hand from the documents.

The messages themselves lie beside the checkout; without them the tests are skipped.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest.decoders.raw_bytes import decode_bytes
from tests.ingest.decoders.rows import of, said

CODECS = Path(__file__).resolve().parents[3] / "ingest" / "decoders" / "codecs"
COUNTS = {
    "particle_count/pm0_5": (26.3, "{#}/cm3"),
    "particle_count/pm1": (30.0, "{#}/cm3"),
    "particle_count/pm2_5": (30.1, "{#}/cm3"),
    "particle_count/pm4": (30.1, "{#}/cm3"),
    "particle_count/pm10": (30.1, "{#}/cm3"),
}
DEVICE = "urn:dev:ow:10e2073a01080063"


#: Decoder or codec, values by thing and time, refusals: a row for each line of the file.
PAYLOADS: list[tuple[str, dict[Any, Any], dict[str, str], str | None]] = [
    (
        "sensor_community",
        of(
            "12331981",
            pm10=(0.4, "ug/m3"),
            pm2_5=(0.2, "ug/m3"),
            air_temperature__bme280=(20.47, "Cel"),
            air_pressure__bme280=(100613.25, "Pa"),
            relative_humidity__bme280=(69.02, "%"),
            samples=(4222662, "{#}"),
            loop_time_min=(32, "us"),
            loop_time_max=(3301275, "us"),
            signal_strength=(-94, "dB[mW]"),
        ),
        {},
        None,
    ),
    (
        "sensor_community",
        of(
            "1844542",
            pm10=(4.37, "ug/m3"),
            pm2_5=(2.23, "ug/m3"),
            air_temperature__dht22=(25.1, "Cel"),
            relative_humidity__dht22=(51.0, "%"),
            air_pressure__bmp180=(102372, "Pa"),
            air_temperature__bmp180=(25.61, "Cel"),
            samples=(634035, "{#}"),
            loop_time_min=(226, "us"),
            loop_time_max=(33352, "us"),
            signal_strength=(-73, "dB[mW]"),
        ),
        {},
        None,
    ),
    (
        "sensor_community",
        of("36", "2019-09-07T04:40:19+00:00", relative_humidity=(40.8, "%"), location=(13.746, 51.044)),
        {},
        None,
    ),
    (
        "tasmota",
        of(
            "tasmota_5014E2",
            "1970-01-01T00:33:28",
            electric_energy=(0.003, "kW.h"),
            electric_energy__yesterday=(0, "kW.h"),
            electric_energy__today=(0.003, "kW.h"),
            electric_energy__period=(0, "W.h"),
            electric_power=(22, "W"),
            apparent_power=(24, "V.A"),
            reactive_power=(11, "var"),
            power_factor=(0.9, "1"),
            voltage=(246, "V"),
            electric_current=(0.098, "A"),
        ),
        {},
        None,
    ),
    (
        "tasmota",
        of(
            "plug",
            "2020-03-11T17:49:33",
            electric_energy=(14.834, "kW.h"),
            electric_energy__yesterday=(0.553, "kW.h"),
            electric_energy__today=(0.176, "kW.h"),
            electric_energy__period=(0, "W.h"),
            electric_power=(0, "W"),
            apparent_power=(0, "V.A"),
            reactive_power=(0, "var"),
            power_factor=(0, "1"),
            voltage=(230, "V"),
            electric_current=(0, "A"),
        ),
        {},
        None,
    ),
    (
        "tasmota",
        of("0x1067", air_temperature=(19.04, "Cel"), relative_humidity=(70.89, "%"), link_quality=(141, "1")),
        {},
        None,
    ),
    (
        "zigbee2mqtt",
        of(
            "weather",
            battery_level=(91, "%"),
            battery_voltage=(2985, "mV"),
            air_temperature=(23.5, "Cel"),
            relative_humidity=(46.08, "%"),
            air_pressure=(915.5, "hPa"),
            link_quality=(10, "1"),
        ),
        {},
        None,
    ),
    (
        "shelly",
        of(
            "shellyplus1-441793ab3fb4",
            "2024-02-17T14:25:56.300000+00:00",
            **{"device_temperature/switch:0": (37.67, "Cel")},
        ),
        {},
        None,
    ),
    ("shelly", {}, {}, "status"),
    ("shelly", of("shellyplus1-441793ab3fb4", connection="online"), {}, None),
    (
        "things_stack",
        of("dev1", "2020-08-24T10:08:44.634338+00:00", sequence_number=(43, "1")),
        {"frm_payload": "no_codec"},
        None,
    ),
    (
        "things_stack",
        of(
            "dev-adeunis",
            "2021-01-16T14:41:16.374448+00:00",
            altitude=0,
            battery_voltage=(4078, "mV"),
            downlink=75,
            rssi=-51,
            sats=8,
            snr=7,
            temperature=17,
            uplink=74,
            location=(4.740833333333333, 50.889433333333336),
            signal_strength=(-69, "dB[mW]"),
            signal_to_noise=(10.2, "dB"),
            sequence_number=(1354, "1"),
        ),
        {},
        None,
    ),
    ("senml", of(DEVICE, temperature=(23.1, "Cel")), {}, None),
    ("senml", of(DEVICE, voltage=(120.1, "V"), current=(1.2, "A")), {}, None),
    (
        "senml",
        {
            **of(
                DEVICE,
                "2011-10-31T13:24:24+00:00",
                relative_humidity=(20, "%"),
                location=(24.30621, 60.07965),
            ),
            **of(
                DEVICE,
                "2011-10-31T13:25:24+00:00",
                relative_humidity=(20.3, "%"),
                location=(24.30622, 60.07965),
            ),
            **of(
                DEVICE,
                "2011-10-31T13:26:24+00:00",
                relative_humidity=(20.7, "%"),
                location=(24.30623, 60.07966),
            ),
            **of(DEVICE, "2011-10-31T13:26:54+00:00", battery_level=(98, "%")),
            **of(
                DEVICE,
                "2011-10-31T13:27:24+00:00",
                relative_humidity=(21.2, "%"),
                location=(24.30628, 60.07967),
            ),
        },
        {},
        None,
    ),
    (
        "senml",
        of(DEVICE, temp=(23.1, "Cel"), label="Machine Room", open="false"),
        {"nfc-reader": "unsupported_value"},
        None,
    ),
    (
        "decentlab_dl_pm",
        of(
            None,
            device_id=6992,
            battery_voltage=(3.109, "V"),
            pm1=(3.7, "ug/m3"),
            pm2_5=(3.9, "ug/m3"),
            pm4=(3.9, "ug/m3"),
            pm10=(3.9, "ug/m3"),
            typical_particle_size=(501, "nm"),
            air_temperature=(24.35660461425781, "Cel"),
            relative_humidity=(41.63221740722656, "%"),
            air_pressure=(96800, "Pa"),
            **COUNTS,
        ),
        {},
        None,
    ),
    ("decentlab_dl_pm", of(None, device_id=6992, battery_voltage=(3.109, "V")), {}, None),
    (
        "milesight_am308",
        of(
            None,
            battery_level=(92, "%"),
            air_temperature=(30.8, "Cel"),
            relative_humidity=(50.5, "%"),
            activity_level=73,
        ),
        {},
        None,
    ),
    (
        "milesight_am308",
        of(
            None,
            co2=(1255, "[ppm]"),
            tvoc=0.07,
            air_pressure=(1004.7, "hPa"),
            pm2_5=(32, "ug/m3"),
            pm10=(48, "ug/m3"),
        ),
        {},
        None,
    ),
]


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_messages_of_real_devices(shared_data: Path, number: int) -> None:
    lines = (shared_data / "devices" / "real_payloads.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(PAYLOADS)
    code, values, refused, remark = PAYLOADS[number]
    line = json.loads(lines[number])
    if "hex" in line:
        codec = tomllib.loads((CODECS / f"{code}.toml").read_text("utf-8"))
        found = decode_bytes(bytes.fromhex(line["hex"]), line["f_port"], codec)
        expected = {
            name: value if isinstance(value, tuple) else (value, None)
            for name, value in values[None, None].items()
        }
        assert found == {name: (pytest.approx(value), unit) for name, (value, unit) in expected.items()}
        return
    topic = line["topic"] if "/" in line["topic"] else ""
    assert said(code, line["payload"], topic) == (values, refused, remark)
