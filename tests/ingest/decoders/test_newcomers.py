"""What devices of homes and yards send, the whole way of a dry run. The rows are written by hand from the documents of the formats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.decoders.dry_runs import LOCAL, SECONDS, Row, Values, check


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


@pytest.mark.parametrize(("code", "topic", "payload", "values", "refused"), [*TASMOTA, *SHELLY, *ZIGBEE])
def test_what_devices_send_is_what_their_documents_say(
    code: str, topic: str, payload: Any, values: Values, refused: dict[str, str]
) -> None:
    check(code, topic, payload, values, refused)
