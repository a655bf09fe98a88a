"""What the heading of a column says: an observed property, a unit, and perhaps a station. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from citycore.units import is_unit, normalise_unit
from citycore.vocabulary import codes_by_name, nearest, normalise_name, observed_properties

#: Short names of columns in tables; devices do not send them, so they stand not in the vocabulary.
_IN_TABLES = {
    "air_temperature": "air_temp atemp temp_c temp_f t_air tair درجة_الحرارة درجة_حرارة_الهواء الحرارة حرارة_الهواء",
    "relative_humidity": "rhum rh_pct الرطوبة الرطوبة_النسبية",
    "wind_speed": "ws wspm wspd wind_spd veloc سرعة_الرياح سرعة_الريح",
    "wind_direction": "wd wdir wind_dir direc اتجاه_الرياح اتجاه_الريح",
    "air_pressure": "pres press slp الضغط الضغط_الجوي",
    "rainfall": "الأمطار كمية_الأمطار المطر هطول_الأمطار",
    "bicycle_count": "cnt bikes bicycles rides rentals",
    "electric_energy": "electricity electric_energy kwh_delivered استهلاك_الكهرباء الكهرباء",
    "no2_background": "bg_no2 no2_bg",
    "weather": "weather_main conditions الطقس",
    "pm2_5": "pm25_ug الجسيمات_الدقيقة",
    "water_flow": "تدفق_المياه تدفق_الماء",
    "vehicle_flow": "تدفق_المركبات عدد_المركبات",
    "pedestrian_count": "pedestrians pedestrian_counts عدد_المشاة",
}
_BRACKETED = re.compile(r"^(?P<name>.*?)\s*[(\[{](?P<unit>[^()\[\]{}]*(?:\[[^\]]*\])?[^()\[\]{}]*)[)\]}]\s*$")
_WORDS_MAX = 8


class Heading(NamedTuple):
    """``code`` is the property, None if it is not certain: then ``near`` are those that it may be.

    ``rest`` are the words that say neither property nor unit: a station, perhaps.
    """

    code: str | None
    unit: str | None
    rest: str
    near: tuple[str, ...] = ()


def read_heading(text: str) -> Heading:
    name, unit = split_unit(text)
    code = code_of(name)
    if code is not None:
        return Heading(code, unit, "")
    words = [word for word in re.split(r"[\s_:;/|–—-]+|(?<=\D)\.(?=\D)", name) if word][:_WORDS_MAX]
    # The longest run of words at either end that is a name.
    for length in range(len(words) - 1, 0, -1):
        for own, rest in ((words[:length], words[length:]), (words[-length:], words[:-length])):
            code = code_of("_".join(own))
            if code is not None and (len("".join(own)) > 1):
                return Heading(code, unit, " ".join(rest))
    return Heading(None, unit, name, nearest(name))


def split_unit(text: str) -> tuple[str, str | None]:
    """``PM2.5 (µg/m³)``, ``Temp °C`` and ``Flow, l/s`` as name and unit."""
    match = _BRACKETED.match(text)
    if match is not None and match["name"] and _is_unit(match["unit"]):
        return match["name"], normalise_unit(match["unit"].strip())
    for mark in (",", " ", "_"):
        name, found, unit = text.rpartition(mark)
        unit = unit.strip()
        # One letter and a word may be anything; a sign of a unit is none.
        if (
            found
            and name.strip()
            and (re.search(r"[°µμ%/³²]", unit) or unit.lower() in _PLAIN)
            and _is_unit(unit)
        ):
            return name.strip(" ,"), normalise_unit(unit)
    return text, None


_PLAIN = {
    "ppb",
    "ppm",
    "hpa",
    "kpa",
    "mbar",
    "kwh",
    "mwh",
    "kw",
    "lux",
    "db",
    "dba",
    "mm",
    "celsius",
    "kelvin",
}


def _is_unit(text: str) -> bool:
    return bool(text.strip()) and is_unit(normalise_unit(text.strip()))


def code_of(name: str) -> str | None:
    """The property that a name certainly means."""
    return _codes().get(normalise_name(name))


@cache
def _codes() -> dict[str, str]:
    known = observed_properties()
    names = {
        normalise_name(text): each.code for each in known.values() for text in (each.name_ar, each.name_en)
    }
    tables = {
        normalise_name(name): code
        for code, listed in _IN_TABLES.items()
        if code in known
        for name in listed.split()
    }
    return names | codes_by_name(known.values()) | tables
