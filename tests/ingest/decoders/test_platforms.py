"""Formats of platforms and trackers: LoRaWAN servers, ThingsBoard, FIWARE, SensorThings, SenML, Sensor.Community, OwnTracks, CSV."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from ingest.decoders.model import Limits, Remark, Unreadable
from tests.ingest.decoders.rows import decoded, said

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
            ("bin-12", AT): {"battery": 88, "gps_1.altitude": 12, "location": (58.4, 23.6)},
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
THINGSBOARD: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "v1/devices/me/telemetry",
        {"temperature": 21, "door": False},
        {(None, None): {"temperature": 21, "door": "false"}},
    ),
    (
        "v1/devices/me/telemetry",
        {"ts": 1777608000000, "values": {"pm2_5": 12.5, "box": {"level": 3}}},
        {(None, AT): {"pm2_5": 12.5, "box.level": 3}},
    ),
    (
        "v1/gateway/telemetry",
        {
            "Device A": [
                {"ts": 1777608000000, "values": {"temperature": 42}},
                {"ts": 1777608001000, "values": {"temperature": 43}},
            ],
            "Device B": [{"humidity": 73}],
        },
        {
            ("Device A", AT): {"temperature": 42},
            ("Device A", "2026-05-01T04:00:01+00:00"): {"temperature": 43},
            ("Device B", None): {"humidity": 73},
        },
    ),
    ("", [{"a": 1}, {"b": "text"}], {(None, None): {"a": 1, "b": "text"}}),
]
NGSI: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "",
        {
            "subscriptionId": "57458eb60962ef754e7c0998",
            "data": [
                {
                    "id": "station:1",
                    "type": "AirQualityObserved",
                    "TimeInstant": {"type": "DateTime", "value": "2026-05-01T04:00:00.00Z", "metadata": {}},
                    "no2": {
                        "type": "Number",
                        "value": 22.5,
                        "metadata": {"unitCode": {"type": "Text", "value": "GQ"}},
                    },
                    "pm25": {"type": "Number", "value": "8.5", "metadata": {}},
                    "address": {"type": "StructuredValue", "value": {"addressLocality": "Muscat"}},
                    "note": {"type": "Text", "value": "new filter"},
                    "windDirection": {"type": "Number", "value": -90},
                }
            ],
        },
        {("station:1", AT): {"no2": (22.5, "ug/m3"), "pm2_5": 8.5, "wind_direction": (270, "deg")}},
    ),
    (
        "",
        {
            "id": "urn:ngsi-ld:WaterQualityObserved:1",
            "type": "WaterQualityObserved",
            "temperature": {
                "type": "Property",
                "value": 26.5,
                "unitCode": "CEL",
                "observedAt": "2026-05-01T04:00:00Z",
            },
            "pH": {"value": 8.1, "observedAt": "2026-05-01T04:00:00Z"},
            "conductivity": {"value": 51, "unitCode": "H61", "observedAt": "2026-05-01T04:00:00Z"},
            "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [58.4, 23.6, 2]}},
            "refDevice": {"type": "Relationship", "object": "urn:ngsi-ld:Device:1"},
            "@context": ["https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"],
        },
        {
            ("urn:ngsi-ld:WaterQualityObserved:1", AT): {
                "water_temperature": (26.5, "Cel"),
                "water_ph": (8.1, "[pH]"),
                "water_conductivity": (51, "mS/cm"),
            },
            ("urn:ngsi-ld:WaterQualityObserved:1", None): {"location": (58.4, 23.6)},
        },
    ),
    (
        "",
        {
            "id": "Muscat-NoiseLevelObserved-2026-05-01T04:00:00Z",
            "type": "NoiseLevelObserved",
            "dateObserved": "2026-05-01T04:00:00Z/2026-05-01T05:00:00Z",
            "LAeq": 61.5,
            "location": "23.6, 58.4",
        },
        {
            ("Muscat-NoiseLevelObserved", AT): {
                "sound_level_a_equivalent": (61.5, "dB[SPL]"),
                "location": (58.4, 23.6),
            }
        },
    ),
    (
        "",
        [
            {
                "id": "bus:7",
                "type": "Vehicle",
                "speed": -1,
                "heading": 80,
                "observationDateTime": "2026-05-01T08:00:00",
            }
        ],
        {("bus:7", "2026-05-01T08:00:00"): {"heading": (80, "deg")}},
    ),
]
SENSORTHINGS: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "v1.1/Datastreams(7)/Observations",
        {"phenomenonTime": "2026-05-01T04:00:00Z/2026-05-01T05:00:00Z", "resultTime": None, "result": 21.5},
        {(None, AT): {"Datastreams(7)": 21.5}},
    ),
    (
        "v1.1/Datastreams('roof/pm2_5')/Observations",
        {"resultTime": "2026-05-01T04:00:00Z", "result": 9},
        {("roof", AT): {"pm2_5": 9}},
    ),
    (
        "v1.1/Observations",
        {
            "result": 30.5,
            "Datastream": {
                "@iot.id": 9,
                "unitOfMeasurement": {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"},
                "ObservedProperty": {"name": "Air temperature"},
                "Thing": {"name": "roof"},
            },
        },
        {("roof", None): {"Air temperature": (30.5, "Cel")}},
    ),
    (
        "v1.1/CreateObservations",
        [
            {
                "Datastream": {"@iot.id": "roof/o3"},
                "components": ["phenomenonTime", "result"],
                "dataArray@iot.count": 2,
                "dataArray": [["2026-05-01T04:00:00Z", 20], ["2026-05-01T04:00:01Z", 21]],
            }
        ],
        {("roof", AT): {"o3": 20}, ("roof", "2026-05-01T04:00:01+00:00"): {"o3": 21}},
    ),
    (
        "v1.1/Datastreams(8)/Observations",
        {"result": {"type": "Point", "coordinates": [58.4, 23.6]}},
        {(None, None): {"location": (58.4, 23.6)}},
    ),
]
SENML: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "",
        [
            {
                "bn": "urn:dev:mac:0024befffe804ff1/",
                "bt": 1777608000,
                "bu": "A",
                "bver": 5,
                "n": "current",
                "v": 1.5,
            },
            {"n": "current", "t": -5, "v": 1.25},
            {"n": "voltage", "u": "V", "v": 230},
        ],
        {
            ("urn:dev:mac:0024befffe804ff1", AT): {"current": (1.5, "A"), "voltage": (230, "V")},
            ("urn:dev:mac:0024befffe804ff1", "2026-05-01T03:59:55+00:00"): {"current": (1.25, "A")},
        },
    ),
    (
        "",
        [{"bn": "urn:dev:ow:1:", "n": "open", "vb": True}, {"n": "label", "vs": "Hall"}],
        {("urn:dev:ow:1", None): {"open": "true", "label": "Hall"}},
    ),
]
SENSOR_COMMUNITY: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "",
        {
            "esp8266id": 4711,
            "software_version": "NRZ-2024-135",
            "sensordatavalues": [
                {"value_type": "SDS_P1", "value": "21.50"},
                {"value_type": "SPS30_P2", "value": "7.25"},
                {"value_type": "temperature", "value": "30.10"},
                {"value_type": "BME280_temperature", "value": "29.80"},
                {"value_type": "BME280_pressure", "value": "100900.5"},
                {"value_type": "DNMS_noise_LAeq", "value": "55.1"},
            ],
        },
        {
            ("4711", None): {
                "pm10": (21.5, "ug/m3"),
                "pm2_5/sps30": (7.25, "ug/m3"),
                "air_temperature/dht22": (30.1, "Cel"),
                "air_temperature/bme280": (29.8, "Cel"),
                "air_pressure/bme280": (100900.5, "Pa"),
                "sound_level_a_equivalent": (55.1, "dB[SPL]"),
            }
        },
    ),
    (
        "",
        [
            {
                "timestamp": "2026-05-01 04:00:00",
                "location": {"latitude": "23.6", "longitude": "58.4", "altitude": ""},
                "sensor": {"id": 99, "sensor_type": {"name": "SDS011"}},
                "sensordatavalues": [
                    {"value_type": "P1", "value": "30.5"},
                    {"value_type": "P2", "value": "12"},
                ],
            }
        ],
        {("99", AT): {"pm10": (30.5, "ug/m3"), "pm2_5": (12, "ug/m3"), "location": (58.4, 23.6)}},
    ),
]
OWNTRACKS: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "owntracks/fleet/van7",
        {
            "_type": "location",
            "tid": "v7",
            "tst": 1777608000,
            "lat": 23.61,
            "lon": 58.54,
            "acc": 12,
            "alt": 5,
            "vel": 42,
            "batt": 77,
            "cog": 181,
            "conn": "m",
        },
        {
            ("fleet/van7", AT): {
                "location": (58.54, 23.61),
                "position_accuracy": (12, "m"),
                "altitude": (5, "m"),
                "vehicle_speed": (42, "km/h"),
                "battery_level": (77, "%"),
                "heading": (181, "deg"),
            }
        },
    ),
]
CSV: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "",
        'time,pm2_5 [µg/m³],note\n2026-05-01T04:00:00Z,12.5,"dust, wind"\n2026-05-01T04:01:00Z,,\n',
        {(None, AT): {"pm2_5": (12.5, "ug/m3"), "note": "dust, wind"}},
    ),
    (
        "",
        "timestamp;station;lat;lon;temperature\r\n1777608000;roof;23,6;58,4;31,25\r\n",
        {(None, AT): {"station": "roof", "location": (58.4, 23.6), "temperature": 31.25}},
    ),
]


@pytest.mark.parametrize(
    ("code", "topic", "payload", "values"),
    [
        *(("things_stack", *row) for row in THINGS_STACK),
        *(("chirpstack", *row) for row in CHIRPSTACK),
        *(("thingsboard", *row) for row in THINGSBOARD),
        *(("ngsi", *row) for row in NGSI),
        *(("sensorthings", *row) for row in SENSORTHINGS),
        *(("senml", *row) for row in SENML),
        *(("sensor_community", *row) for row in SENSOR_COMMUNITY),
        *(("owntracks", *row) for row in OWNTRACKS),
        *(("csv_line", *row) for row in CSV),
    ],
)
def test_values_have_the_names_and_units_of_the_documents(
    code: str, topic: str, payload: Any, values: dict[Any, Any]
) -> None:
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
        ("thingsboard", "v1/devices/me/attributes", {"firmware": "1"}, Remark.CONFIGURATION),
        ("thingsboard", "v1/devices/me/rpc/request/1", {}, Remark.COMMAND),
        ("thingsboard", "v1/gateway/connect", {"device": "A"}, Remark.STATUS),
        ("ngsi", "", {"id": "a", "type": "Device", "name": "x", "address": {}}, Remark.STATUS),
        ("owntracks", "owntracks/a/b", {"_type": "transition", "event": "enter"}, Remark.STATUS),
        ("owntracks", "owntracks/a/b/waypoint", {"_type": "waypoint", "desc": "x"}, Remark.CONFIGURATION),
        ("owntracks", "owntracks/a/b", {"_type": "lwt", "tst": 1}, Remark.STATUS),
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


def test_columns_may_be_declared_by_the_source() -> None:
    codec = {
        "columns": ["at", "station", "temperature", None, "pm10"],
        "delimiter": "\t",
        "time": "at",
        "time_unit": "ms",
        "thing": "station",
        "units": {"pm10": "ug/m3"},
    }
    payload = "1777608000000\troof\t31.5\tx\t44\n1777608000000\tyard\tnan\tx\t45\n1777608000000\tyard\t1\n"
    assert said("csv_line", payload, codec=codec) == (
        {("roof", AT): {"temperature": 31.5, "pm10": (44, "ug/m3")}, ("yard", AT): {"pm10": (45, "ug/m3")}},
        {"temperature": "non_finite", "line 3": "unreadable_payload"},
        None,
    )


def test_what_is_encrypted_is_refused() -> None:
    assert said("owntracks", {"_type": "encrypted", "data": "AbC="}, "owntracks/a/b").refused == {
        "location": "encrypted"
    }


@pytest.mark.parametrize(
    ("code", "topic", "payload", "reason"),
    [
        ("thingsboard", "", b'{"a":1,"a":2}', "doubled_key"),
        ("thingsboard", "", b'{"x":{"b":1,"b" : 1}}', "doubled_key"),
        ("thingsboard", "", b'{"a":NaN}', "non_finite"),
        ("thingsboard", "", b'{"a":[1,-Infinity]}', "non_finite"),
        ("thingsboard", "", b'{"a":1', "unreadable_payload"),
        ("thingsboard", "", b'{"a":"\xff"}', "unreadable_payload"),
        ("thingsboard", "", b"[" * 40 + b"]" * 40, "unreadable_payload"),
        ("thingsboard", "", b"[" * 100_000, "unreadable_payload"),
        ("thingsboard", "", b"", "unreadable_payload"),
        ("thingsboard", "", {str(number): number for number in range(4)}, "too_large"),
        ("thingsboard", "", [{"ts": number, "values": {"a": 1}} for number in range(4)], "too_large"),
        (
            "ngsi",
            "",
            {"id": "a", "type": "T", "dateObserved": "2016-12-31T23:59:60Z", "no2": 1},
            "leap_second",
        ),
        ("ngsi", "", {"type": "T", "no2": 1}, "unreadable_payload"),
        ("sensorthings", "v1.1/Observations", {"result": 1}, "unreadable_payload"),
        ("sensorthings", "", {"phenomenonTime": "2026-05-01T04:00:00Z"}, "unreadable_payload"),
        ("owntracks", "", {"lat": 1, "lon": 2}, "unreadable_payload"),
        ("csv_line", "", "1,2,3", "no_codec"),
        ("csv_line", "", "a,a\n1,2", "doubled_key"),
        ("things_stack", "", {"hello": 1}, "unreadable_payload"),
    ],
)
def test_what_is_no_message_says_why(code: str, topic: str, payload: Any, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decoded(code, payload, topic, limits=Limits(instants_max=3, results_max=3))
    assert refused.value.reason == reason


def test_one_wrong_part_does_not_take_the_others_with_it() -> None:
    entities = [
        {"id": "a", "type": "T", "dateObserved": "yesterday", "no2": 1},
        {"id": "b", "type": "T", "dateObserved": "2026-05-01T04:00:00Z", "no2": 2},
    ]
    assert said("ngsi", entities) == ({("b", AT): {"no2": 2}}, {"entity 0": "unreadable_payload"}, None)
    assert said("thingsboard", {"a": 1, "b": [1], "c": None}) == (
        {(None, None): {"a": 1, "c": None}},
        {"b": "wrong_type"},
        None,
    )


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"a":1e400}', float("inf")),
        (b'{"a":%s}' % (b"9" * 40), int("9" * 40)),
        (b'{"a":%s}' % (b"9" * 5_000), float("inf")),
        (b'{"a":"x\\":y", "b:":1}', 'x":y'),
    ],
)
def test_numbers_of_any_size_and_texts_like_keys_are_read(payload: bytes, value: Any) -> None:
    assert said("thingsboard", payload).values[None, None]["a"] == value
