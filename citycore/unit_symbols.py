"""Names and symbols of the units that cities measure in, by their codes of UCUM: people read symbols, programs codes."""

from __future__ import annotations

from typing import Final

from citycore.units import normalise_unit

#: Of counted things, such as ``{persons}/h``.
_BRACES: Final = str.maketrans("", "", "{}")
NAMES: Final[dict[str, tuple[str, str]]] = {
    "1": ("one", "1"),
    "%": ("percent", "%"),
    "[ppb]": ("parts per billion", "ppb"),
    "[ppm]": ("parts per million", "ppm"),
    "A": ("ampere", "A"),
    "By": ("byte", "B"),
    "Cel": ("degree Celsius", "°C"),
    "K": ("kelvin", "K"),
    "Hz": ("hertz", "Hz"),
    "J/cm2": ("joule per square centimetre", "J/cm²"),
    "L": ("litre", "L"),
    "L/min": ("litre per minute", "L/min"),
    "L/s": ("litre per second", "L/s"),
    "Pa": ("pascal", "Pa"),
    "V": ("volt", "V"),
    "W": ("watt", "W"),
    "W/m2": ("watt per square metre", "W/m²"),
    "bar": ("bar", "bar"),
    "cm": ("centimetre", "cm"),
    "dB": ("decibel", "dB"),
    "dB[SPL]": ("decibel of sound pressure level", "dB"),
    "deg": ("degree", "°"),
    "g": ("gram", "g"),
    "h": ("hour", "h"),
    "hPa": ("hectopascal", "hPa"),
    "kPa": ("kilopascal", "kPa"),
    "kW": ("kilowatt", "kW"),
    "kW.h": ("kilowatt hour", "kWh"),
    "kg": ("kilogram", "kg"),
    "km": ("kilometre", "km"),
    "km/h": ("kilometre per hour", "km/h"),
    "lx": ("lux", "lx"),
    "m": ("metre", "m"),
    "m/s": ("metre per second", "m/s"),
    "m3": ("cubic metre", "m³"),
    "m3/h": ("cubic metre per hour", "m³/h"),
    "m3/s": ("cubic metre per second", "m³/s"),
    "mA": ("milliampere", "mA"),
    "mV": ("millivolt", "mV"),
    "mg/L": ("milligram per litre", "mg/L"),
    "mg/m3": ("milligram per cubic metre", "mg/m³"),
    "min": ("minute", "min"),
    "mm": ("millimetre", "mm"),
    "mm/h": ("millimetre per hour", "mm/h"),
    "s": ("second", "s"),
    "uS/cm": ("microsiemens per centimetre", "µS/cm"),
    "ug/m3": ("microgram per cubic metre", "µg/m³"),
    "[pH]": ("pH", "pH"),
    "[NTU]": ("nephelometric turbidity unit", "NTU"),
}


def symbol_of(code: str | None) -> str:
    """What stands after a number for people; "" for what has no unit. Of a unit without a symbol it is the code, without braces."""
    if not code or code == "1":
        return ""
    known = normalise_unit(code)
    return NAMES[known][1] if known in NAMES else known.translate(_BRACES)
