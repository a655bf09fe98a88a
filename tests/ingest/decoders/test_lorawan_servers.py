"""The Things Stack and ChirpStack: payloads that are decoded already, bytes, link values and positions."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from ingest.decoders.model import Remark
from tests.ingest.decoders.rows import said

AT = "2026-05-01T04:00:00+00:00"
UPLINK = {
    "end_device_ids": {"device_id": "bin-12", "application_ids": {"application_id": "waste"}},
    "received_at": "2026-05-01T04:00:00.999999999Z",
}
GATEWAYS = [
    {"gateway_ids": {"gateway_id": "far"}, "rssi": -118, "snr": -3.5},
    {"gateway_ids": {"gateway_id": "near"}, "rssi": -71, "snr": 9.25},
]
#: One byte of temperature, as a source would declare it.
CODEC = {
    "title": "A thermometer",
    "layout": "fixed",
    "fields": [{"name": "air_temperature", "type": "i8", "unit": "Cel"}],
}
LINK = {"signal_strength": (-71, "dB[mW]"), "signal_to_noise": (9.25, "dB")}


def uplink(**members: Any) -> dict[str, Any]:
    return UPLINK | {"uplink_message": {"received_at": "2026-05-01T04:00:00.000000789Z", **members}}


def event(**members: Any) -> dict[str, Any]:
    return {"time": "2026-05-01T04:00:00+00:00", "deviceInfo": {"devEui": "24e124136b000001"}, **members}


THINGS_STACK: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "v3/waste@city/devices/bin-12/up",
        uplink(
            f_port=2,
            f_cnt=7,
            decoded_payload={"fill": 61, "bat": 3.58, "tilt": {"x": 1}},
            rx_metadata=GATEWAYS,
        ),
        {
            ("bin-12", AT): {
                "fill": 61,
                "battery_voltage": (3.58, "V"),
                "tilt.x": 1,
                "sequence_number": (7, "1"),
                **LINK,
            }
        },
    ),
    (
        "v3/waste@city/devices/bin-12/up",
        uplink(
            decoded_payload={"raw": 1},
            normalized_payload=[
                {"air": {"temperature": 31.5, "relativeHumidity": 40}, "soil": {"moisture": 12, "ec": 0.4}},
                {"time": "2026-05-01T03:00:00Z", "air": {"temperature": 30.5}, "battery": 3.1},
            ],
        ),
        {
            ("bin-12", AT): {
                "air_temperature": (31.5, "Cel"),
                "relative_humidity": (40, "%"),
                "soil_moisture": (12, "%"),
                "soil_conductivity": (0.4, "dS/m"),
            },
            ("bin-12", "2026-05-01T03:00:00+00:00"): {
                "air_temperature": (30.5, "Cel"),
                "battery_voltage": (3.1, "V"),
            },
        },
    ),
    (
        "v3/waste@city/devices/bin-12/up",
        uplink(
            decoded_payload={"battery": 88, "gps_1": {"latitude": 23.6, "longitude": 58.4, "altitude": 12}},
            locations={"user": {"latitude": 1, "longitude": 2}},
            last_battery_percentage={"value": 90.5, "received_at": "2026-04-30T04:00:00Z"},
        ),
        {
            ("bin-12", AT): {"battery": 88, "altitude/1": (12, "m"), "location": (58.4, 23.6)},
            ("bin-12", "2026-04-30T04:00:00+00:00"): {"battery_level": (90.5, "%")},
        },
    ),
    (
        "",
        UPLINK | {"location_solved": {"location": {"latitude": 23.5, "longitude": 58.5, "altitude": 3}}},
        {("bin-12", "2026-05-01T04:00:00.999999+00:00"): {"location": (58.5, 23.5), "altitude": (3, "m")}},
    ),
]
CHIRPSTACK: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "application/1/device/24e124136b000001/event/up",
        event(fCnt=3, fPort=2, object={"temperature": 25.5, "on": True}, rxInfo=GATEWAYS),
        {
            ("24e124136b000001", AT): {
                "temperature": 25.5,
                "on": "true",
                "sequence_number": (3, "1"),
                **LINK,
            }
        },
    ),
    (
        "application/1/device/24e124136b000001/event/status",
        event(margin=10, externalPowerSource=False, batteryLevelUnavailable=False, batteryLevel=75.59),
        {
            ("24e124136b000001", AT): {
                "battery_level": (75.59, "%"),
                "signal_to_noise/margin": (10, "dB"),
                "external_power": "false",
            }
        },
    ),
    (
        "application/1/device/24e124136b000001/event/location",
        event(location={"latitude": 23.1, "longitude": 58.1, "altitude": 4}),
        {("24e124136b000001", AT): {"location": (58.1, 23.1), "altitude": (4, "m")}},
    ),
]


@pytest.mark.parametrize(
    ("code", "topic", "payload", "values"),
    [*(("things_stack", *row) for row in THINGS_STACK), *(("chirpstack", *row) for row in CHIRPSTACK)],
)
def test_values_links_and_positions(code: str, topic: str, payload: Any, values: dict[Any, Any]) -> None:
    assert said(code, payload, topic) == (values, {}, None)


@pytest.mark.parametrize(
    ("code", "topic", "payload", "remark"),
    [
        ("things_stack", "", UPLINK | {"join_accept": {"session_key_id": "x"}}, Remark.STATUS),
        ("things_stack", "", UPLINK | {"downlink_sent": {}}, Remark.STATUS),
        ("things_stack", "", uplink(decoded_payload={"a": 1}) | {"simulated": True}, Remark.STATUS),
        ("chirpstack", "application/1/device/2/event/join", event(devAddr="1"), Remark.STATUS),
        ("chirpstack", "application/1/device/2/event/ack", event(acknowledged=True), Remark.STATUS),
        ("chirpstack", "application/1/device/2/command/down", {}, Remark.COMMAND),
    ],
)
def test_what_observes_nothing_is_remarked(code: str, topic: str, payload: Any, remark: Remark) -> None:
    assert said(code, payload, topic) == ({}, {}, remark)


def frame(code: str, payload: bytes) -> Any:
    data = b64encode(payload).decode()
    if code == "things_stack":
        return uplink(frm_payload=data, f_port=1, rx_metadata=GATEWAYS)
    return event(data=data, fPort=1, rxInfo=GATEWAYS)


@pytest.mark.parametrize(
    ("code", "topic"),
    [("things_stack", "v3/a@t/devices/d/up"), ("chirpstack", "application/1/device/2/event/up")],
)
def test_bytes_are_read_with_the_codec_of_the_source_and_refused_without(code: str, topic: str) -> None:
    ((values,), refused, _) = (
        (one := said(code, frame(code, b"\xf6"), topic, codec=CODEC))[0].values(),
        *one[1:],
    )
    assert (values, refused) == ({"air_temperature": (-10, "Cel"), **LINK}, {})
    without = said(code, frame(code, b"\xf6"), topic)
    assert (list(without.values.values()), without.refused) == ([LINK], {"frm_payload": "no_codec"})
