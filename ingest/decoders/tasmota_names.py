"""What Tasmota calls its readings: codes of properties and units, by the name in a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEMPERATURES = {"C": "Cel", "F": "[degF]", "K": "K"}
PRESSURES = {"hPa": "hPa", "mmHg": "mm[Hg]", "inHg": "[in_i'Hg]", "mbar": "mbar"}
SPEEDS = {
    "km/h": "km/h",
    "m/s": "m/s",
    "mph": "[mi_i]/h",
    "kn": "[kn_i]",
    "ft/s": "[ft_i]/s",
    "yd/s": "[yd_i]/s",
}
#: Of particles, in micrometres.
SIZES = ("0.3", "0.5", "1", "2.5", "5", "10")
TEMPERATURE, PRESSURE, SPEED = "temperature of TempUnit", "pressure of PressureUnit", "speed of SpeedUnit"
#: What the names in a chip's object mean, and their units.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "Temperature": ("air_temperature", TEMPERATURE),
    "Humidity": ("relative_humidity", "%"),
    "DewPoint": ("dew_point", TEMPERATURE),
    "Pressure": ("air_pressure", PRESSURE),
    "SeaPressure": ("sea_level_pressure", PRESSURE),
    "aHumidity": ("absolute_humidity", "g/m3"),
    "Gas": ("gas_resistance", "kOhm"),
    "CarbonDioxide": ("co2", "[ppm]"),
    "eCO2": ("co2", "[ppm]"),
    "TVOC": ("tvoc", "[ppb]"),
    "VOC_Index": ("voc_index", "1"),
    "VOC": ("voc_index", "1"),
    "NOx": ("nox_index", "1"),
    "HCHO": ("formaldehyde", "[ppb]"),
    "PM1": ("pm1", "ug/m3"),
    "PM2.5": ("pm2_5", "ug/m3"),
    "PM4": ("pm4", "ug/m3"),
    "PM10": ("pm10", "ug/m3"),
    "PM1_0": ("pm1", "ug/m3"),
    "PM2_5": ("pm2_5", "ug/m3"),
    "PM4_0": ("pm4", "ug/m3"),
    "TYPSIZ": ("typical_particle_size", "um"),
    "Illuminance": ("illuminance", "lx"),
    "Ambient": ("illuminance", "lx"),
    "CCT": ("colour_temperature", "K"),
    "UvIndex": ("uv_index", "1"),
    "Distance": ("distance", "cm"),
    "Weight": ("weight", "kg"),
    "WindSpeed": ("wind_speed", SPEED),
    "WindDirection": ("wind_direction", "deg"),
    "Rain": ("precipitation_total", "mm"),
    "SoilMoisture": ("soil_moisture", "%"),
    "Moisture": ("soil_moisture", "%"),
    "Conductivity": ("soil_conductivity", "uS/cm"),
    "pH": ("water_ph", "[pH]"),
    "ORP": ("orp", "mV"),
    "Battery": ("battery_level", "%"),
    "BatteryPercentage": ("battery_level", "%"),
    "BatteryVoltage": ("battery_voltage", "V"),
    "LinkQuality": ("link_quality", "1"),
    "RSSI": ("signal_strength", "dB[mW]"),
    "Voltage": ("voltage", "V"),
    "Current": ("electric_current", "A"),
    "Power": ("electric_power", "W"),
    "Energy": ("electric_energy", "kW.h"),
}
#: Counts of particles and concentrations that are not of the atmosphere but by the maker's factor one.
PARTICLES: Mapping[str, tuple[str, str, str]] = {
    "CF1": ("pm1", "cf", "ug/m3"),
    "CF2.5": ("pm2_5", "cf", "ug/m3"),
    "CF10": ("pm10", "cf", "ug/m3"),
    **{f"PB{size}": ("particle_count", size.replace(".", "_"), "{#}/dL") for size in SIZES},
    **{f"NCPM{size}": ("particle_count", size, "{#}/cm3") for size in ("0_5", "1_0", "2_5", "4_0", "10")},
}
#: Chips whose names mean something of their own.
OF_CHIP: Mapping[str, Mapping[str, tuple[str, str | None]]] = {
    "AS3935": {
        "Distance": ("lightning_distance", "km"),
        "Energy": ("lightning_energy", None),
        "Event": ("lightning_event", None),
        "Stage": ("lightning_stage", None),
    },
    "ESP32": {"Temperature": ("device_temperature", TEMPERATURE)},
    "MPU6050": {"Temperature": ("device_temperature", TEMPERATURE)},
    "MLX90614": {
        "OBJTMP": ("surface_temperature", TEMPERATURE),
        "AMBTMP": ("air_temperature", TEMPERATURE),
    },
    "GPS": {
        "alt": ("altitude", "m"),
        "hAcc": ("position_accuracy", "m"),
        "vAcc": ("altitude_accuracy", "m"),
    },
}
#: The wind of a TX2x: what it is of, and which of its values.
WIND: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("Speed", "Act"): ("wind_speed", "", SPEED),
    ("Speed", "Avg"): ("wind_speed", ".mean", SPEED),
    ("Speed", "Min"): ("wind_speed", ".min", SPEED),
    ("Speed", "Max"): ("wind_gust", "", SPEED),
    ("Dir", "Deg"): ("wind_direction", "", "deg"),
    ("Dir", "Avg"): ("wind_direction", ".mean", "deg"),
}
#: The meter: https://tasmota.github.io/docs/Energy-Monitoring/. Its counters are kWh; phases come as arrays.
ENERGY: Mapping[str, tuple[str, str]] = {
    "Total": ("electric_energy", "kW.h"),
    "Today": ("electric_energy/today", "kW.h"),
    "Yesterday": ("electric_energy/yesterday", "kW.h"),
    "ExportActive": ("electric_energy/export", "kW.h"),
    "ImportActive": ("electric_energy/import", "kW.h"),
    "ImportReactive": ("reactive_energy/import", "kvar.h"),
    "ExportReactive": ("reactive_energy/export", "kvar.h"),
    "TotalTariff": ("electric_energy/tariff", "kW.h"),
    "ExportTariff": ("electric_energy/export_tariff", "kW.h"),
    "CurrentNeutral": ("electric_current/neutral", "A"),
    "ExportToday": ("electric_energy/export_today", "kW.h"),
    "Period": ("electric_energy/period", "W.h"),
    "Power": ("electric_power", "W"),
    "ApparentPower": ("apparent_power", "V.A"),
    "ReactivePower": ("reactive_power", "var"),
    "Factor": ("power_factor", "1"),
    "Voltage": ("voltage", "V"),
    "Current": ("electric_current", "A"),
    "Frequency": ("electric_frequency", "Hz"),
}
#: Zigbee devices: numbers that stand for a state (https://tasmota.github.io/docs/Zigbee/).
ZIGBEE_STATES: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "Power": ("switch_state", {0: "off", 1: "on"}),
    "Occupancy": ("motion", {0: "off", 1: "on"}),
    "Contact": ("contact", {0: "closed", 1: "open"}),
    "Water": ("leak", {0: "off", 1: "on"}),
}
ZIGBEE: Mapping[str, tuple[str, str]] = {
    "ActivePower": ("electric_power", "W"),
    "RMSVoltage": ("voltage", "V"),
    "RMSCurrent": ("electric_current", "A"),
}
