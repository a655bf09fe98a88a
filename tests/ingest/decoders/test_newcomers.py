"""What devices of each format send, the whole way of a dry run: property, value, unit and time, or the reason why not.

The rows are written by hand from the documents of the formats.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.registry.document import SourceEntry
from citycore.vocabulary import observed_properties
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
#: One minute before, as each format says it; local times are those of Muscat.
AT = NOW - timedelta(minutes=1)
LOCAL = "2026-11-27T15:59:00"
SECONDS = int(AT.timestamp())
Values = dict[str, tuple[Any, str]]
Row = tuple[str, str, Any, Values, dict[str, str]]


def dry_run(code: str, topic: str, payload: Any, **source: Any) -> Outcome:
    entry = SourceEntry(
        code="home",
        name_en="Home",
        name_ar="البيت",
        decoder=code,
        **{"zone": "Asia/Muscat", "time_policy": "receive_time", **source},
    )
    if not isinstance(payload, bytes):
        payload = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
    received = Received(
        f"falaj/v1/home/{topic}".rstrip("/"),
        payload,
        int(NOW.timestamp() * 1e6),
        retained=False,
        ticket=(0, 0),
    )
    return try_message(entry, received, observed_properties(), IngestSettings())


def tasmota(values: Values, refused: dict[str, str] | None = None, **chips: Any) -> Row:
    return "tasmota", "tele/roof/SENSOR", {"Time": LOCAL, **chips}, values, refused or {}


TASMOTA: list[Row] = [
    tasmota(
        {"pm2_5/sds0x1": (4.2, "ug/m3"), "pm10/sds0x1": (9.1, "ug/m3")}, SDS0X1={"PM2.5": 4.2, "PM10": 9.1}
    ),
    tasmota(
        {
            "air_temperature/bme680": (24.5, "Cel"),
            "air_pressure/bme680": (987.7, "hPa"),
            "gas_resistance/bme680": (1_086_430, "Ohm"),
        },
        BME680={"Temperature": 24.5, "Pressure": 987.7, "Gas": 1086.43},
        TempUnit="C",
        PressureUnit="hPa",
    ),
    tasmota(
        {"air_temperature/ds18b20-1": (22.0, "Cel"), "air_temperature/ds18b20-2": (35.0, "Cel")},
        **{
            "DS18B20-1": {"Id": "0A", "Temperature": 71.6},
            "DS18B20-2": {"Id": "0B", "Temperature": 95.0},
            "TempUnit": "F",
        },
    ),
    tasmota(
        {
            "electric_energy/1": (1.5, "kW.h"),
            "electric_energy/2": (2.5, "kW.h"),
            "electric_energy/3": (3.5, "kW.h"),
            "electric_energy/import_1": (9.0, "kW.h"),
            "electric_power/1": (10, "W"),
            "electric_power/2": (20, "W"),
            "electric_power/3": (30, "W"),
            "reactive_energy/export": (0.5, "kvar.h"),
            "electric_frequency": (50, "Hz"),
        },
        ENERGY={
            "TotalStartTime": "2026-01-01T00:00:00",
            "Total": [1.5, 2.5, 3.5],
            "ImportActive": [9.0],
            "ExportReactive": 0.5,
            "Power": [10, 20, 30],
            "Frequency": 50,
        },
    ),
    tasmota(
        {
            "wind_speed/tx23": (4.0, "m/s"),
            "wind_speed/tx23.mean": (2.0, "m/s"),
            "wind_gust/tx23": (5.0, "m/s"),
            "wind_direction/tx23": (247.5, "deg"),
        },
        TX23={
            "Speed": {"Act": 14.4, "Avg": 7.2, "Max": 18.0},
            "Dir": {"Card": "WSW", "Deg": 247.5, "Range": 90},
        },
        SpeedUnit="km/h",
    ),
    tasmota(
        {"lightning_distance/as3935": (12, "km")},
        {
            "lightning_event/as3935": "unknown_property",
            "lightning_energy/as3935": "unknown_property",
            "lightning_stage/as3935": "unknown_property",
        },
        AS3935={"Event": 4, "Distance": 12, "Energy": 58622, "Stage": 1},
    ),
    tasmota(
        {
            "pm1/pms5003": (3, "ug/m3"),
            "pm1/pms5003.cf": (2, "ug/m3"),
            "particle_count/pms5003.0_3": (9.0, "{#}/cm3"),
        },
        PMS5003={"CF1": 2, "PM1": 3, "PB0.3": 900},
    ),
    tasmota(
        {"distance/sr04": (150.0, "mm"), "distance/vl53l0x": (263, "mm"), "pulses_total/c1": (12, "{#}")},
        SR04={"Distance": 15.0},
        VL53L0X={"Distance": 263},
        COUNTER={"C1": 12},
    ),
    tasmota(
        {
            "device_temperature/esp32": (41.1, "Cel"),
            "location": ([58.4, 23.6], "deg"),
            "altitude/gps": (12.5, "m"),
            "position_accuracy/gps": (2.5, "m"),
        },
        ESP32={"Temperature": 41.1},
        GPS={"lat": 23.6, "lon": 58.4, "alt": 12.5, "hAcc": 2.5},
        TempUnit="C",
    ),
    tasmota({}, {"A0/ads1115": "unknown_property"}, ADS1115={"A0": 3240}),
]


def shelly(
    component: str, status: dict[str, Any], values: Values, refused: dict[str, str] | None = None
) -> Row:
    payload = {"src": "s-1", "method": "NotifyStatus", "params": {"ts": SECONDS, component: status}}
    return "shelly", "s-1/events/rpc", payload, values, refused or {}


def first(path: str, payload: str, values: Values) -> Row:
    return "shelly", f"shellies/old-1/{path}", payload, values, {}


SHELLY: list[Row] = [
    shelly(
        "em1:0",
        {
            "id": 0,
            "current": 1.5,
            "act_power": 200.5,
            "aprt_power": 210,
            "pf": 0.95,
            "calibration": "factory",
        },
        {
            "electric_current/em1:0": (1.5, "A"),
            "electric_power/em1:0": (200.5, "W"),
            "apparent_power/em1:0": (210, "V.A"),
            "power_factor/em1:0": (0.95, "1"),
        },
    ),
    shelly("em1data:0", {"total_act_energy": 2500.0}, {"electric_energy/em1data:0": (2.5, "kW.h")}),
    shelly(
        "pm1:0",
        {
            "apower": 90.5,
            "freq": 50.0,
            "aenergy": {"total": 1250.0, "by_minute": [1, 2, 3], "minute_ts": SECONDS},
        },
        {
            "electric_power/pm1:0": (90.5, "W"),
            "electric_frequency/pm1:0": (50.0, "Hz"),
            "electric_energy/pm1:0": (1.25, "kW.h"),
        },
    ),
    shelly(
        "voltmeter:100",
        {"id": 100, "voltage": 4.25, "xvoltage": 12.5},
        {"voltage/voltmeter:100": (4.25, "V")},
        {"xvoltage/voltmeter:100": "unknown_property"},
    ),
    shelly(
        "temperature:100",
        {"id": 100, "tC": 23.5, "tF": 74.3},
        {"air_temperature/temperature:100": (23.5, "Cel")},
    ),
    shelly(
        "cover:0",
        {
            "state": "stopped",
            "current_pos": 45,
            "target_pos": 50,
            "last_direction": "open",
            "move_timeout": 60,
        },
        {"state/cover:0": ("stopped", "1"), "cover_position/cover:0": (45, "%")},
    ),
    shelly("flood:0", {"id": 0, "alarm": True, "mute": False}, {"leak/flood:0": ("on", "1")}),
    shelly(
        "devicepower:0",
        {"battery": {"V": 5.25, "percent": 77}, "external": {"present": True}},
        {
            "battery_voltage/devicepower:0": (5.25, "V"),
            "battery_level/devicepower:0": (77, "%"),
            "external_power/devicepower:0": ("true", "1"),
        },
    ),
    shelly(
        "input:2",
        {"counts": {"total": 100, "by_minute": [1]}, "freq": 0.5},
        {"pulses_total/input:2": (100, "{#}")},
        {"pulse_frequency/input:2": "unknown_property"},
    ),
    first("roller/0/pos", "50", {"cover_position/roller:0": (50, "%")}),
    first("sensor/gas", "heavy", {"gas_alarm": ("heavy", "1")}),
    first("sensor/illumination", "dark", {"state/illumination": ("dark", "1")}),
    first("emeter/1/total_returned", "1500", {"electric_energy_returned/emeter:1": (1.5, "kW.h")}),
    first("input_event/0", '{"event":"S","event_cnt":5}', {"button/input:0": ("S", "1")}),
]


def zigbee(values: Values, refused: dict[str, str] | None = None, **exposes: Any) -> Row:
    return "zigbee2mqtt", "zigbee2mqtt/hall", {"last_seen": SECONDS * 1000, **exposes}, values, refused or {}


ZIGBEE: list[Row] = [
    zigbee(
        {"contact": ("open", "1"), "battery_voltage": (3.0, "V"), "tamper": ("off", "1")},
        contact=False,
        voltage=3000,
        tamper=False,
    ),
    zigbee(
        {"vibration": ("on", "1"), "tilt": (12, "deg"), "tilt/x": (-3, "deg")},
        {"strength": "unknown_property"},
        vibration=True,
        angle=12,
        angle_x=-3,
        strength=45,
        sensitivity="high",
    ),
    zigbee(
        {"illuminance": (17, "lx")},
        {"illuminance_raw": "unknown_property"},
        illuminance=1200,
        illuminance_lux=17,
    ),
    zigbee(
        {"soil_moisture": (33, "%"), "soil_temperature": (21.5, "Cel")},
        soil_moisture=33,
        temperature=21.5,
        temperature_unit="celsius",
    ),
    zigbee(
        {
            "co": (pytest.approx(2.29, abs=0.01), "mg/m3"),
            "formaldehyde": (20.0, "ug/m3"),
            "tvoc_mass": (120, "ug/m3"),
        },
        co=2,
        formaldehyd=0.02,
        voc=120,
    ),
    zigbee(
        {"electric_power": (100, "W"), "electric_power/b": (30, "W"), "voltage/c": (229, "V")},
        power=100,
        power_phase_b=30,
        voltage_phase_c=229,
    ),
    zigbee(
        {"switch_state/l1": ("on", "1"), "electric_energy/l2": (1.5, "kW.h")}, state_l1="ON", energy_l2=1.5
    ),
    zigbee({"switch_state": ("on", "1"), "dimming_level": (50.0, "%")}, state="ON", brightness=127),
    zigbee({"cover_position": (40, "%")}, position=40),
    zigbee(
        {"room_temperature": (21.5, "Cel"), "target_temperature": (22, "Cel"), "valve_opening": (30, "%")},
        local_temperature=21.5,
        current_heating_setpoint=22,
        position=30,
        local_temperature_calibration=-1,
        child_lock="UNLOCK",
    ),
]


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


@pytest.mark.parametrize(
    ("code", "topic", "payload", "values", "refused"), [*TASMOTA, *SHELLY, *ZIGBEE, *LORAWAN, *PLATFORMS]
)
def test_what_devices_send_is_what_their_documents_say(
    code: str, topic: str, payload: Any, values: Values, refused: dict[str, str]
) -> None:
    outcome = dry_run(code, topic, payload)
    assert {each.datastream: (each.result, each.unit) for each in outcome.values} == {
        name: (pytest.approx(result) if isinstance(result, int | float) else result, unit)
        for name, (result, unit) in values.items()
    }
    assert {each.detail.partition(": ")[0]: each.reason for each in outcome.refused} == refused
    assert len(outcome.refused) == len(refused)
    if (code, topic.partition("/")[0]) != ("shelly", "shellies"):
        assert {each.time for each in outcome.values} <= {AT}


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
