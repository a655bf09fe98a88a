"""The observed properties the hub knows, with names, UCUM units and physical bounds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import inf
from typing import Literal

Sector = Literal["air", "weather", "transport", "water", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedProperty:
    """What can be observed. Bounds are physical limits in ``unit``, or None."""

    code: str
    name_en: str
    name_ar: str
    sector: Sector
    unit: str
    lower_bound: float | None = None
    upper_bound: float | None = None
    is_circular: bool = False
    is_forecast: bool = False


@cache
def observed_properties() -> dict[str, ObservedProperty]:
    """All known properties by code, from ``observed_properties.toml``."""
    text = (files("citycore") / "observed_properties.toml").read_text("utf-8")
    return {code: ObservedProperty(code=code, **row) for code, row in tomllib.loads(text).items()}


#: Spellings that mean one unit. Both micro signs, carets and superscripts occur in the field.
_SPELLINGS = str.maketrans({"µ": "u", "μ": "u", "³": "3", "²": "2", "^": None, " ": None})
_SYNONYMS = {
    "°c": "Cel",
    "degc": "Cel",
    "c": "Cel",
    "celsius": "Cel",
    "ppb": "[ppb]",
    "ppm": "[ppm]",
    "kelvin": "K",
    "percent": "%",
    "ugm-3": "ug/m3",
    "ug.m-3": "ug/m3",
    "°": "deg",
}


@lru_cache(maxsize=1024)
def normalise_unit(text: str) -> str:
    """One spelling for the spellings of a unit; it never converts between units."""
    plain = text.translate(_SPELLINGS)
    return _SYNONYMS.get(plain.lower(), plain)


#: Units of the same quantity as multiples of a base, and where their zero lies on it (SI, exact).
_SCALES = {
    "K": ("temperature", 1.0, 0.0),
    "Cel": ("temperature", 1.0, 273.15),
    "[degF]": ("temperature", 5 / 9, 459.67 * 5 / 9),
    "ng/m3": ("mass per volume", 1e-3, 0.0),
    "ug/m3": ("mass per volume", 1.0, 0.0),
    "mg/m3": ("mass per volume", 1e3, 0.0),
    "g/m3": ("mass per volume", 1e6, 0.0),
    "Pa": ("pressure", 1.0, 0.0),
    "hPa": ("pressure", 1e2, 0.0),
    "kPa": ("pressure", 1e3, 0.0),
    "mbar": ("pressure", 1e2, 0.0),
    "bar": ("pressure", 1e5, 0.0),
    "m/s": ("speed", 1.0, 0.0),
    "km/h": ("speed", 1 / 3.6, 0.0),
    "[kn_i]": ("speed", 1852 / 3600, 0.0),
    "mm": ("length", 1e-3, 0.0),
    "cm": ("length", 1e-2, 0.0),
    "m": ("length", 1.0, 0.0),
    "km": ("length", 1e3, 0.0),
    "L/s": ("flow", 1.0, 0.0),
    "m3/s": ("flow", 1e3, 0.0),
    "m3/h": ("flow", 1e3 / 3600, 0.0),
    "%": ("ratio", 1e-2, 0.0),
    "1": ("ratio", 1.0, 0.0),
}
#: Amounts that cannot be negative whatever they are counted in; without the molar mass no more is known.
_MIXING_RATIOS = frozenset({"[ppb]", "[ppm]", "nmol/mol", "umol/mol"})


def bounds_in(
    unit: str, own_unit: str, lower_bound: float | None, upper_bound: float | None
) -> tuple[float, float]:
    """A property's physical bounds for results in ``unit``; infinite where there is none, or none is known.

    Results are never converted, but what is impossible in one unit is so in another.
    """
    lower = -inf if lower_bound is None else lower_bound
    upper = inf if upper_bound is None else upper_bound
    if unit == own_unit:
        return lower, upper
    if unit in _MIXING_RATIOS and lower == 0:
        return 0.0, inf
    kind, factor, zero = _SCALES.get(unit, ("", 1.0, 0.0))
    own_kind, own_factor, own_zero = _SCALES.get(own_unit, ("-", 1.0, 0.0))
    if kind != own_kind:
        return -inf, inf
    return (lower * own_factor + own_zero - zero) / factor, (upper * own_factor + own_zero - zero) / factor
