"""The observed properties the hub knows, with names, UCUM units and physical bounds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
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
    "°c": "Cel", "degc": "Cel", "c": "Cel", "celsius": "Cel", "ppb": "[ppb]", "ppm": "[ppm]",
    "kelvin": "K", "percent": "%", "ugm-3": "ug/m3", "ug.m-3": "ug/m3", "°": "deg",
}  # fmt: skip


@lru_cache(maxsize=1024)
def normalise_unit(text: str) -> str:
    """One spelling for the spellings of a unit; it never converts between units."""
    plain = text.translate(_SPELLINGS)
    return _SYNONYMS.get(plain.lower(), plain)
