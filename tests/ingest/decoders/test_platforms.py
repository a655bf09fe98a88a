"""Formats of platforms and trackers: ThingsBoard, FIWARE, SensorThings, SenML, Sensor.Community, OwnTracks, CSV."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders.model import Remark
from tests.ingest.decoders.rows import said

AT = "2026-05-01T04:00:00+00:00"
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
