"""Formats of devices at home and at work: Tasmota, Shelly, Zigbee2MQTT."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders.model import Remark
from tests.ingest.decoders.rows import said

TASMOTA: list[tuple[str, Any, dict[Any, Any]]] = [
    (
        "tele/roof/SENSOR",
        {
            "Time": "2026-05-01T08:00:00",
            "BME280": {"Temperature": 31.2, "Humidity": 40.5, "DewPoint": 16.1, "Pressure": 1008.3},
            "SDS0X1": {"PM2.5": 18.4, "PM10": 44},
            "SCD30": {"CarbonDioxide": 612, "eCO2": None},
            "TempUnit": "C",
            "PressureUnit": "hPa",
        },
        {
            ("roof", "2026-05-01T08:00:00"): {
                "air_temperature/bme280": (31.2, "Cel"),
                "relative_humidity/bme280": (40.5, "%"),
                "dew_point/bme280": (16.1, "Cel"),
                "air_pressure/bme280": (1008.3, "hPa"),
                "pm2_5/sds0x1": (18.4, "ug/m3"),
                "pm10/sds0x1": (44, "ug/m3"),
                "co2/scd30": (612, "[ppm]"),
            }
        },
    ),
    (
        "tele/yard/SENSOR",
        {
            "Time": "2026-05-01T08:00:00+04:00",
            "DS18B20-1": {"Id": "01131B", "Temperature": 88.1},
            "DS18B20-2": {"Id": "02131B", "Temperature": 87.3},
            "Switch1": "ON",
            "ANALOG": {"Temperature1": 90, "A0": 512},
            "TempUnit": "F",
        },
        {
            ("yard", "2026-05-01T08:00:00+04:00"): {
                "air_temperature/ds18b20-1": (88.1, "[degF]"),
                "air_temperature/ds18b20-2": (87.3, "[degF]"),
                "switch_state/switch1": "on",
                "air_temperature/analog1": (90, "[degF]"),
                "A0/analog": 512,
            }
        },
    ),
    (
        "tele/meter/SENSOR",
        {"Time": "2026-05-01T08:00:00", "ENERGY": {"Total": [1.5, 2.5], "Power": [10, 20], "Voltage": 231}},
        {
            ("meter", "2026-05-01T08:00:00"): {
                "electric_energy/1": (1.5, "kW.h"),
                "electric_energy/2": (2.5, "kW.h"),
                "electric_power/1": (10, "W"),
                "electric_power/2": (20, "W"),
                "voltage": (231, "V"),
            }
        },
    ),
    (
        "tele/plug/STATE",
        {
            "Time": "2026-05-01T08:00:00",
            "Uptime": "0T01:00:00",
            "UptimeSec": 3600,
            "Heap": 26,
            "POWER1": "ON",
            "POWER2": "OFF",
            "Wifi": {"AP": 1, "RSSI": 74, "Signal": -63},
        },
        {
            ("plug", "2026-05-01T08:00:00"): {
                "uptime": (3600, "s"),
                "free_memory": (26, "kBy"),
                "switch_state/1": "on",
                "switch_state/2": "off",
                "signal_strength": (-63, "dB[mW]"),
            }
        },
    ),
    ("tele/plug/LWT", "Offline", {("plug", None): {"connection": "offline"}}),
    ("plug/stat/POWER", "ON", {("plug", None): {"switch_state": "on"}}),
    ("stat/plug/RESULT", {"POWER2": "OFF"}, {("plug", None): {"switch_state/2": "off"}}),
    (
        "stat/plug/STATUS8",
        {"StatusSNS": {"Time": "2026-05-01T08:00:00", "DHT11": {"Temperature": None, "Humidity": 31.0}}},
        {("plug", "2026-05-01T08:00:00"): {"relative_humidity/dht11": (31.0, "%")}},
    ),
    (
        "tele/bridge/RESULT",
        {"ZbReceived": {"0x22AB": {"Device": "0x22AB", "Contact": 1, "BatteryPercentage": 88, "Power": 0}}},
        {("0x22AB", None): {"contact": "open", "battery_level": (88, "%"), "switch_state": "off"}},
    ),
]
SHELLY: list[tuple[str, Any, dict[Any, Any]]] = [
    (  # of a 1PM Mini Gen3, iobroker-community-adapters/ioBroker.shelly, issue 1592
        "garden/status/switch:0",
        {
            "id": 0,
            "source": "SHC",
            "tag": None,
            "output": False,
            "apower": 0.0,
            "voltage": 238.3,
            "freq": 50.0,
            "current": 0.0,
            "aenergy": {"total": 2690.73, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1777608000},
            "ret_aenergy": {"total": 0.0, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1777608000},
            "counts": {"on_time": 241680, "on_time_rst_ts": 0, "switch_on": 192, "switch_on_rst_ts": 0},
            "temperature": {"tC": 56.1, "tF": 132.9},
        },
        {
            ("garden", None): {
                "switch_state/switch:0": "off",
                "electric_power/switch:0": (0.0, "W"),
                "voltage/switch:0": (238.3, "V"),
                "electric_frequency/switch:0": (50.0, "Hz"),
                "electric_current/switch:0": (0.0, "A"),
                "electric_energy/switch:0": (2690.73, "W.h"),
                "electric_energy_returned/switch:0": (0.0, "W.h"),
                "device_temperature/switch:0": (56.1, "Cel"),
            }
        },
    ),
    (  # of an H&T Gen3 that wakes up
        "hall/events/rpc",
        {
            "src": "shellyhtg3-000000000001",
            "dst": "hall/events",
            "method": "NotifyFullStatus",
            "params": {
                "ts": 1777608000.5,
                "ble": {},
                "cloud": {"connected": True},
                "ht_ui": {},
                "devicepower:0": {
                    "id": 0,
                    "battery": {"V": 5.92, "percent": 98},
                    "external": {"present": False},
                },
                "humidity:0": {"id": 0, "rh": 48.1},
                "temperature:0": {"id": 0, "tC": 22.4, "tF": 72.3},
                "sys": {
                    "mac": "000000000001",
                    "unixtime": 1777608000,
                    "uptime": 3,
                    "btrelay_rev": 0,
                    "utc_offset": 14400,
                },
                "wifi": {
                    "sta_ip": "192.0.2.9",
                    "status": "got ip",
                    "ssid": "x",
                    "bssid": "00:00:00:00:00:01",
                    "rssi": -56,
                },
            },
        },
        {
            ("hall", "2026-05-01T04:00:00.500000+00:00"): {
                "battery_voltage/devicepower:0": (5.92, "V"),
                "battery_level/devicepower:0": (98, "%"),
                "external_power/devicepower:0": "false",
                "relative_humidity/humidity:0": (48.1, "%"),
                "air_temperature/temperature:0": (22.4, "Cel"),
                "uptime": (3, "s"),
                "signal_strength": (-56, "dB[mW]"),
            }
        },
    ),
    ("shellies/shelly1pm-A1/relay/0", "on", {("shelly1pm-A1", None): {"switch_state/relay:0": "on"}}),
    (
        "shellies/shelly1pm-A1/relay/0/power",
        "61.75",
        {("shelly1pm-A1", None): {"electric_power/relay:0": (61.75, "W")}},
    ),
    (
        "shellies/shelly1pm-A1/relay/0/energy",
        "1250",
        {("shelly1pm-A1", None): {"electric_energy/relay:0": (1250, "W.min")}},
    ),
    (
        "shellies/shellyem-B2/emeter/1/total",
        "81.5",
        {("shellyem-B2", None): {"electric_energy/emeter:1": (81.5, "W.h")}},
    ),
    (
        "shellies/shellyht-C3/sensor/humidity",
        "44.5",
        {("shellyht-C3", None): {"relative_humidity": (44.5, "%")}},
    ),
    ("shellies/shellyht-C3/sensor/temperature", "29.5", {("shellyht-C3", None): {"air_temperature": 29.5}}),
    ("shellies/shellyflood-D4/sensor/flood", "true", {("shellyflood-D4", None): {"leak": "on"}}),
    ("shellies/shellydw-E5/sensor/state", "close", {("shellydw-E5", None): {"contact": "closed"}}),
    (
        "shellies/shelly1-F6/temperature",
        "51.2",
        {("shelly1-F6", None): {"device_temperature": (51.2, "Cel")}},
    ),
    (
        "shellies/shelly1-F6/ext_temperature/0",
        "33.1",
        {("shelly1-F6", None): {"air_temperature/ext_temperature:0": (33.1, "Cel")}},
    ),
    ("shellies/shelly1-F6/online", "false", {("shelly1-F6", None): {"connection": "offline"}}),
    ("shellyplus-77/online", "false", {("shellyplus-77", None): {"connection": "offline"}}),
    (
        "shellyplus-77/status/switch:0",
        {
            "id": 0,
            "source": "MQTT",
            "output": True,
            "apower": 8.9,
            "voltage": 237.5,
            "current": 0.1,
            "aenergy": {"total": 6.532, "by_minute": [45.199, 47.141, 88.397], "minute_ts": 1626935779},
            "temperature": {"tC": 23.5, "tF": 74.4},
        },
        {
            ("shellyplus-77", None): {
                "switch_state/switch:0": "on",
                "electric_power/switch:0": (8.9, "W"),
                "voltage/switch:0": (237.5, "V"),
                "electric_current/switch:0": (0.1, "A"),
                "electric_energy/switch:0": (6.532, "W.h"),
                "device_temperature/switch:0": (23.5, "Cel"),
            }
        },
    ),
    (
        "shellies/hall/events/rpc",
        {
            "src": "shellyplusht-88",
            "method": "NotifyFullStatus",
            "params": {
                "ts": 1777608000.25,
                "temperature:0": {"id": 0, "tC": 30.4, "tF": 86.7},
                "humidity:0": {"id": 0, "rh": 48.6},
                "devicepower:0": {
                    "id": 0,
                    "battery": {"V": 5.2, "percent": 91},
                    "external": {"present": False},
                },
                "sys": {"uptime": 17, "ram_free": 140000, "unixtime": 1777608000},
                "wifi": {"ssid": "x", "rssi": -61},
                "mqtt": {"connected": True},
            },
        },
        {
            ("hall", "2026-05-01T04:00:00.250000+00:00"): {
                "air_temperature/temperature:0": (30.4, "Cel"),
                "relative_humidity/humidity:0": (48.6, "%"),
                "battery_voltage/devicepower:0": (5.2, "V"),
                "battery_level/devicepower:0": (91, "%"),
                "external_power/devicepower:0": "false",
                "uptime": (17, "s"),
                "free_memory": (140000, "By"),
                "signal_strength": (-61, "dB[mW]"),
            }
        },
    ),
    (
        "",
        {
            "src": "shellypro3em-99",
            "method": "NotifyStatus",
            "params": {
                "ts": 1777608000,
                "em:0": {"id": 0, "a_act_power": 100.5, "b_voltage": 229.9, "total_act_power": 310.2},
                "emdata:0": {"id": 0, "total_act": 1234.5},
            },
        },
        {
            ("shellypro3em-99", "2026-05-01T04:00:00+00:00"): {
                "electric_power/em:0.a": (100.5, "W"),
                "voltage/em:0.b": (229.9, "V"),
                "electric_power/em:0": (310.2, "W"),
                "electric_energy/emdata:0": (1234.5, "W.h"),
            }
        },
    ),
]
ZIGBEE: list[tuple[str, Any, dict[Any, Any]]] = [
    # With the setting "output: attribute" each attribute has a topic.
    ("zigbee2mqtt/yard/temperature", b"27.34", {("yard", None): {"air_temperature": (27.34, "Cel")}}),
    ("zigbee2mqtt/hall/door/contact", b"false", {("hall/door", None): {"contact": "open"}}),
    ("zigbee2mqtt/lamp/state", b"ON", {("lamp", None): {"switch_state": "on"}}),
    ("zigbee2mqtt/yard/voltage", b"2985", {("yard", None): {"battery_voltage": (2985, "mV")}}),
    *(
        (
            "zigbee2mqtt/yard",
            {
                "temperature": 27.34,
                "last_seen": last_seen,
                "update": {"state": "idle", "installed_version": 5},
            },
            {("yard", stated): {"air_temperature": (27.34, "Cel")}},
        )
        for last_seen, stated in (
            ("2026-05-01T04:00:00.000Z", "2026-05-01T04:00:00+00:00"),
            ("2026-05-01T08:00:00+04:00", "2026-05-01T08:00:00+04:00"),
            (1777608000000, "2026-05-01T04:00:00+00:00"),
            (None, None),
        )
    ),
    (
        "zigbee2mqtt/kitchen/door",
        {
            "contact": False,
            "battery": 77,
            "voltage": 2900,
            "linkquality": 55,
            "last_seen": "2026-05-01T08:00:00+04:00",
        },
        {
            ("kitchen/door", "2026-05-01T08:00:00+04:00"): {
                "contact": "open",
                "battery_level": (77, "%"),
                "battery_voltage": (2900, "mV"),
                "link_quality": (55, "1"),
            }
        },
    ),
    (
        "zigbee2mqtt/plug",
        {
            "state": "ON",
            "power": 12.5,
            "voltage": 230,
            "current": 0.05,
            "energy": 7.1,
            "last_seen": 1777608000000,
        },
        {
            ("plug", "2026-05-01T04:00:00+00:00"): {
                "switch_state": "on",
                "electric_power": (12.5, "W"),
                "voltage": (230, "V"),
                "electric_current": (0.05, "A"),
                "electric_energy": (7.1, "kW.h"),
            }
        },
    ),
    (
        "zigbee2mqtt/hall",
        {
            "occupancy": True,
            "illuminance": 6990,
            "illuminance_lux": 5,
            "update": {"state": "idle"},
            "action": None,
        },
        {("hall", None): {"motion": "on", "illuminance_raw": (6990, "1"), "illuminance": (5, "lx")}},
    ),
    (
        "zigbee2mqtt/lamp",
        {"state_left": "OFF", "color": {"x": 0.3, "y": 0.4}, "last_seen": "2026-05-01T04:00:00.000Z"},
        {("lamp", "2026-05-01T04:00:00+00:00"): {"switch_state/left": "off", "color.x": 0.3, "color.y": 0.4}},
    ),
    (
        "zigbee2mqtt/kitchen/door/availability",
        {"state": "offline"},
        {("kitchen/door", None): {"connection": "offline"}},
    ),
    ("zigbee2mqtt/hall/availability", "online", {("hall", None): {"connection": "online"}}),
]


@pytest.mark.parametrize(
    ("code", "topic", "payload", "values"),
    [
        *(("tasmota", *row) for row in TASMOTA),
        *(("shelly", *row) for row in SHELLY),
        *(("zigbee2mqtt", *row) for row in ZIGBEE),
    ],
)
def test_values_have_the_names_and_units_of_the_documents(
    code: str, topic: str, payload: Any, values: dict[Any, Any]
) -> None:
    assert said(code, payload, topic) == (values, {}, None)


@pytest.mark.parametrize(
    ("code", "topic", "payload", "remark"),
    [
        ("tasmota", "cmnd/plug/POWER", "ON", Remark.COMMAND),
        ("tasmota", "stat/plug/RESULT", {"TelePeriod": 60}, Remark.COMMAND),
        ("tasmota", "tele/plug/INFO1", {"Info1": {"Module": "x"}}, Remark.STATUS),
        ("tasmota", "stat/plug/STATUS5", {"StatusNET": {"Hostname": "x"}}, Remark.STATUS),
        (
            "tasmota",
            "tele/plug/SENSOR",
            {"Time": "2026-05-01T08:00:00", "DHT11": {"Temperature": None}},
            Remark.STATUS,
        ),
        ("shelly", "shellies/announce", {"id": "shelly1-1"}, Remark.STATUS),
        ("shelly", "shellies/shelly1-1/info", {"relays": []}, Remark.STATUS),
        ("shelly", "shellies/shelly1-1/relay/0/command", "on", Remark.COMMAND),
        ("shelly", "shellyplus-77/rpc", {"id": 1, "src": "x", "method": "Switch.Set"}, Remark.COMMAND),
        (
            "shelly",
            "shellyplus-77/events/rpc",
            {"src": "shellyplus-77", "method": "NotifyEvent", "params": {"ts": 1.5, "events": []}},
            Remark.STATUS,
        ),
        ("zigbee2mqtt", "zigbee2mqtt/bridge/devices", [], Remark.CONFIGURATION),
        ("zigbee2mqtt", "zigbee2mqtt/bridge/state", {"state": "online"}, Remark.STATUS),
        ("zigbee2mqtt", "zigbee2mqtt/plug/set", {"state": "ON"}, Remark.COMMAND),
        ("zigbee2mqtt", "zigbee2mqtt/gone", b"", Remark.STATUS),
    ],
)
def test_what_observes_nothing_is_remarked(code: str, topic: str, payload: Any, remark: Remark) -> None:
    assert said(code, payload, topic) == ({}, {}, remark)


def test_the_clock_of_a_shelly_that_was_just_started_is_no_time() -> None:
    payload = {"src": "s", "method": "NotifyStatus", "params": {"ts": 41.7, "switch:0": {"output": False}}}
    assert said("shelly", payload, "s/events/rpc").values == {("s", None): {"switch_state/switch:0": "off"}}
