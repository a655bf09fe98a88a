"""What network servers, platforms and loggers send, the whole way of a dry run. The rows are written by hand from the documents of the formats."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.ingest.decoders.dry_runs import AT, NOW, SECONDS, Row, Values, check, dry_run


def things_stack(values: Values, refused: dict[str, str] | None = None, **members: Any) -> Row:
    gateways = [{"rssi": -110, "snr": -2.5}, {"rssi": -80, "snr": 9.25}, {"rssi": -95, "snr": 3}]
    uplink = {"received_at": "2026-11-27T11:59:00.000000789Z", "rx_metadata": gateways, **members}
    payload = {"end_device_ids": {"device_id": "d"}, "uplink_message": uplink}
    link: Values = {"signal_strength": (-80, "dB[mW]"), "signal_to_noise": (9.25, "dB")}
    return "things_stack", "v3/app@ttn/devices/d/up", payload, link | values, refused or {}


def chirpstack(values: Values, **members: Any) -> Row:
    payload = {"time": "2026-11-27T11:59:00+00:00", "deviceInfo": {"devEui": "01"}, **members}
    return "chirpstack", "application/1/device/01/event/up", payload, values, {}


LORAWAN: list[Row] = [
    things_stack(
        {"precipitation_total": (12.5, "mm"), "precipitation_rate": (0.5, "mm/h")},
        normalized_payload=[{"rain": {"cumulative": 12.5, "intensity": 0.5}}],
    ),
    things_stack(
        {
            "motion": ("on", "1"),
            "motion_count": (3, "{#}"),
            "contact": ("open", "1"),
            "leak": ("off", "1"),
            "water_temperature": (21, "Cel"),
            "water_temperature/min": (20, "Cel"),
            "water_volume": (1.25, "m3"),
        },
        normalized_payload=[
            {
                "action": {"motion": {"detected": True, "count": 3}, "contactState": "open"},
                "water": {"leak": False, "temperature": {"min": 20, "current": 21}},
                "metering": {"water": {"total": 1250}},
                "air": {"location": "indoor"},
            }
        ],
    ),
    things_stack(
        {
            "air_temperature/1": (22.5, "Cel"),
            "presence/4": ("on", "1"),
            "location": ([58.4, 23.6], "deg"),
            "altitude/5": (10, "m"),
        },
        decoded_payload={
            "temperature_1": 22.5,
            "presence_4": 1,
            "gps_5": {"latitude": 23.6, "longitude": 58.4, "altitude": 10},
        },
    ),
    things_stack(
        {
            "air_temperature/sht": (22.25, "Cel"),
            "relative_humidity/sht": (44, "%"),
            "air_temperature/ds18b20": (0, "Cel"),
        },
        decoded_payload={"TempC_SHT": "22.25", "Hum_SHT": "44", "TempC_DS": "0.00"},
    ),
    things_stack(
        {"leak": ("on", "1"), "contact": ("closed", "1"), "motion": ("off", "1")},
        decoded_payload={"water_leak": 1, "door": 0, "motion": False},
    ),
    things_stack({}, {"contact": "wrong_type"}, decoded_payload={"contact": 1}),
    things_stack({}, {"frm_payload": "no_codec"}, frm_payload="AQID"),
    chirpstack(
        {"air_temperature/1": (22.5, "Cel"), "acceleration_x/3": (pytest.approx(9.80665), "m/s2")},
        object={"temperatureSensor": {"1": 22.5}, "accelerometer": {"3": {"x": 1}}},
    ),
    chirpstack(
        {"location": ([58.4, 23.6], "deg"), "altitude/1": (4, "m")},
        object={"gpsLocation": {"1": {"latitude": 23.6, "longitude": 58.4, "altitude": 4}}},
    ),
]


def ngsi(values: Values, refused: dict[str, str] | None = None, **entity: Any) -> Row:
    payload = {
        "id": "urn:ngsi-ld:Sensor:1",
        "type": "Sensor",
        "TimeInstant": "2026-11-27T11:59:00Z",
        **entity,
    }
    return "ngsi", "", payload, values, refused or {}


PLATFORMS: list[Row] = [
    ngsi({"no2": (22, "ug/m3"), "relative_humidity": (54.0, "%")}, NO2=22, relativeHumidity=0.54),
    ngsi(
        {"tvoc_mass": (80, "ug/m3")},
        volatileOrganicCompoundsTotal={"type": "Property", "value": 80, "unitCode": "GQ"},
    ),
    ngsi(
        {
            "air_temperature/urn:ngsi-ld:Dataset:a": (21.5, "Cel"),
            "air_temperature/urn:ngsi-ld:Dataset:b": (22.5, "Cel"),
        },
        temperature=[
            {"value": 21.5, "datasetId": "urn:ngsi-ld:Dataset:a"},
            {"value": 22.5, "datasetId": "urn:ngsi-ld:Dataset:b"},
        ],
    ),
    (
        "ngsi",
        "",
        {
            "id": "urn:ngsi-ld:TrafficFlowObserved:1",
            "type": "https://smartdatamodels.org/dataModel.Transportation/TrafficFlowObserved",
            "https://smartdatamodels.org/dateObserved": {"type": "Property", "value": "2026-11-27T11:59:00Z"},
            "https://smartdatamodels.org/dataModel.Transportation/intensity": {
                "type": "Property",
                "value": 197,
            },
            "https://smartdatamodels.org/dataModel.Transportation/occupancy": {
                "type": "Property",
                "value": 0.75,
            },
            "https://uri.etsi.org/ngsi-ld/location": {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": [58.4, 23.6]},
            },
        },
        {
            "vehicle_count": (197, "{#}"),
            "vehicle_occupancy": (75.0, "%"),
            "location": ([58.4, 23.6], "deg"),
        },
        {},
    ),
    (
        "thingsboard",
        "gate/v1/gateway/telemetry",
        {"Device A": [{"ts": SECONDS * 1000, "values": {"latitude": 23.6, "longitude": 58.4, "PM2.5": 12}}]},
        {"location": ([58.4, 23.6], "deg"), "pm2_5": (12, "ug/m3")},
        {},
    ),
    (
        "owntracks",
        "owntracks/u/d",
        {"_type": "location", "lat": 23.6, "lon": 58.4, "tst": SECONDS, "vel": -1, "cog": -1, "batt": 55},
        {"location": ([58.4, 23.6], "deg"), "battery_level": (55, "%")},
        {},
    ),
    (
        "senml",
        "",
        [{"bn": "d:", "n": "temperature", "u": "Cel", "v": 21.5, "t": -60}],
        {"air_temperature": (21.5, "Cel")},
        {},
    ),
    (
        "senml",
        "",
        [{"bn": "d:", "bt": SECONDS, "n": "tvoc", "u": "ug/m3", "v": 21.5}],
        {},
        {"tvoc": "unit_mismatch"},
    ),
    (
        "csv_line",
        "d",
        'time;temperature [°C];note\n2026-11-27T11:59:00Z;"21,5";""\n',
        {"air_temperature": (21.5, "Cel")},
        {},
    ),
    ("csv_line", "d", 'time,no2\n2026-11-27T11:59:00Z,"12,5"\n', {}, {"no2": "wrong_type"}),
]


@pytest.mark.parametrize(("code", "topic", "payload", "values", "refused"), [*LORAWAN, *PLATFORMS])
def test_what_platforms_send_is_what_their_documents_say(
    code: str, topic: str, payload: Any, values: Values, refused: dict[str, str]
) -> None:
    check(code, topic, payload, values, refused)


@pytest.mark.parametrize(
    "attribute",
    [
        [
            {"type": "Property", "value": 4, "observedAt": "2026-11-27T11:57:00Z", "unitCode": "GQ"},
            {"type": "Property", "value": 5, "observedAt": "2026-11-27T11:58:00Z", "unitCode": "GQ"},
        ],
        {"type": "Property", "values": [[4, "2026-11-27T11:57:00Z"], [5, "2026-11-27T11:58:00Z"]]},
    ],
)
def test_values_of_one_attribute_may_have_instants_of_their_own(attribute: Any) -> None:
    outcome = dry_run("ngsi", "", {"id": "a", "type": "Sensor", "pm10": attribute})
    assert [(each.datastream, each.time, each.result) for each in outcome.values] == [
        ("pm10", NOW - timedelta(minutes=3), 4),
        ("pm10", NOW - timedelta(minutes=2), 5),
    ]
    assert outcome.refused == []


@pytest.mark.parametrize(
    ("codec", "message"),
    [
        ({"time_format": "%d/%m/%Y %H:%M", "columns": ["time", "pm2_5"]}, "27/11/2026 15:59,12.5"),
        (
            {"time": ["date", "clock"], "time_format": "%d.%m.%Y %H:%M:%S", "decimal": ","},
            'date,clock,pm2_5\n27.11.2026,15:59:00,"12,5"',
        ),
        ({"time": ["date", "clock"]}, "date;clock;PM2.5\n2026-11-27;15:59:00;12,5"),
        ({"columns": ["time", "pm2_5"], "time_unit": "ms"}, f"{SECONDS}000,12.5"),
        ({"columns": [None, "time", "pm2_5"]}, f'"a, ""b""",{SECONDS},12.5'),
    ],
)
def test_a_logger_writes_times_and_decimals_as_it_likes(codec: dict[str, Any], message: str) -> None:
    outcome = dry_run("csv_line", "gate", message, codec=codec)
    assert [(each.datastream, each.time, each.result) for each in outcome.values] == [("pm2_5", AT, 12.5)]
    assert outcome.refused == []


@pytest.mark.parametrize(
    ("codec", "message", "reason"),
    [
        ({"time_format": "%Q", "columns": ["time", "pm2_5"]}, "27/11/2026 15:59,12.5", "no_codec"),
        ({"time_format": "%d/%m/%Y", "columns": ["time", "pm2_5"]}, "2026-11-27,1", "unreadable_payload"),
        ({"columns": ["time", "pm2_5"]}, "27/11/2026 15:59,12.5", "unreadable_payload"),
        ({}, "12.5", "no_codec"),
    ],
)
def test_what_a_logger_says_in_no_known_way_is_refused(
    codec: dict[str, Any], message: str, reason: str
) -> None:
    outcome = dry_run("csv_line", "gate", message, codec=codec)
    assert ([each.reason for each in outcome.refused], outcome.values) == ([reason], [])
