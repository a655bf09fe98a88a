"""What the fields of a message most likely are, by their names, units in names, and ranges. Pure.

A guess is shown to a person before it counts. What nothing speaks for stays unknown, and a counter is never made an amount.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from math import inf
from types import MappingProxyType
from typing import Any, Literal, get_args

from citycore.quality import read_tests
from citycore.units import conversion, is_unit, normalise_unit
from citycore.vocabulary import YES_NO, ObservedProperty, codes_by_name, nearest
from ingest.decoders.json_fields import UNIT_NAMES, VALUE_NAMES, halves_of, read_time
from ingest.decoders.model import Unreadable
from ingest.decoders.reading import as_number, as_quantity, shown
from ingest.field_names import words_of
from ingest.field_words import (
    ANYWHERE,
    BY_UNIT,
    CHIPS,
    CLOCKS,
    CONTAINERS,
    ELECTRIC_LETTERS,
    ELECTRIC_WORDS,
    EXPORTED,
    IGNORED,
    IGNORED_ENDINGS,
    LATITUDE_FIRST,
    LATITUDES,
    LONGITUDE_FIRST,
    LONGITUDES,
    MACHINE_PARTS,
    MEANINGS,
    MEANINGS_WITH_UNIT,
    NEED_UNITS,
    NO_THINGS,
    OF_MOVING,
    ONE_QUANTITY,
    OTHER_MEANINGS,
    PARKING_WORDS,
    PARTS_OF_MESSAGES,
    PERIODS,
    POSITIONS,
    QUALIFIERS,
    RADIO_WORDS,
    RECEIVERS,
    SILENT_QUALIFIERS,
    SOURCES,
    THING_NAMES,
    TIME_NAMES,
    TOTALS,
    UNIT_PARTS_MAX,
    UNIT_WORDS,
    WANTED,
    WATER_PARTS,
)

Role = Literal[
    "property",
    "thing",
    "time",
    "longitude",
    "latitude",
    "latitude_longitude",
    "longitude_latitude",
    "ignore",
    "unknown",
]
ROLES: tuple[Role, ...] = get_args(Role)
#: A text that holds a whole position, and which members the longitude and the latitude would be of a list.
POSITION_TEXTS: Mapping[Role, tuple[int, int]] = {"latitude_longitude": (1, 0), "longitude_latitude": (0, 1)}
#: By what a field is known that the table of the source has already.
KNOWN = "table"
#: Between these years a number is taken for a time.
_YEARS = range(2001, 2101)
#: What stands behind the name of a time.
_OF_TIMES = (
    "utc",
    "s",
    "ms",
    "us",
    "ns",
    "sec",
    "seconds",
    "millis",
    "epoch",
    "unix",
    "iso",
    "iso8601",
    "local",
)
_NOT_SENSOR = re.compile(r"[^A-Za-z0-9_.:-]+")
_SENSOR_CHARACTERS_MAX = 63
#: Counters, which a table may turn into amounts when told so.
COUNTERS = frozenset({"precipitation_total", "electric_energy", "pulses_total", "water_volume", "gas_volume"})
#: A longer identifier tells things apart without their model.
_SHORT_CHARACTERS_MAX = 6
#: A frequency above it is that of a radio.
_RADIO_HERTZ_MIN = 100_000
#: Unknown fields of which the nearest properties are looked for, which takes long: the first of a message.
NEAR_FIELDS_MAX = 10
#: A name that says the opposite of its property.
_OPPOSITE = {"battery_ok": ("battery_low", {"0": "on", "1": "off"})}
#: Of a contact whose name says what yes is.
_OPEN = {"1": "open", "0": "closed", "true": "open", "false": "closed"}
#: Words of a value that says yes or no.
_ANSWERS = frozenset({"on", "off", "true", "false", "open", "closed", "yes", "no", "online", "offline"})


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """What a field is. ``value`` is cut short for people; ``reason`` says by what it was guessed.

    ``near`` are codes of observed properties that an unknown name is nearest to.
    """

    path: str
    value: str
    role: Role
    observed_property: str | None = None
    unit: str | None = None
    sensor: str = ""
    scale: float = 1
    is_counter: bool = False
    labels: Mapping[str, Any] | None = None
    reason: str = ""
    near: tuple[str, ...] = ()
    #: Values that stand for "no value", and the sensor whose codes for it hold.
    missing: tuple[Any, ...] = ()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: what it may be called without its unit and qualifiers, the longest first."""

    code: str
    unit: str | None
    sensor: str


def guess_fields(fields: Mapping[str, Any], known: Mapping[str, ObservedProperty]) -> list[FieldGuess]:
    """A guess for each field, in their order; :func:`tell_apart` comes after it."""
    names = {**MEANINGS, **codes_by_name(known.values())}
    names = {**{name.replace("_", ""): code for name, code in names.items()}, **names}
    has_radio = any(words_of(_leaf(path))[-1:] == ("snr",) for path in fields)
    roles, message = _roles(fields), _Message(fields, names, known, _long_lists(fields), has_radio)
    guesses = [
        FieldGuess(path, shown(value), roles[path], reason="name")
        if path in roles
        else _moving(
            message.measured(path),
            path,
            fields,
            is_placed=not {"longitude", *POSITION_TEXTS}.isdisjoint(roles.values()),
        )
        for path, value in fields.items()
    ]
    guesses = _among(guesses, fields)
    unknown = [each for each in guesses if each.role == "unknown" and not each.reason and not each.near]
    near = {each.path: nearest(_named(each.path)[0], known) for each in unknown[:NEAR_FIELDS_MAX]}
    return [replace(each, near=near[each.path]) if each.path in near else each for each in guesses]


def _long_lists(fields: Iterable[str]) -> frozenset[str]:
    """The paths of lists that have several elements."""
    indexes: dict[str, set[str]] = {}
    for path in fields:
        parts = path.split(".")
        for place, part in enumerate(parts[:-1]):
            if part.isdigit():
                indexes.setdefault(".".join(parts[:place]), set()).add(part)
    return frozenset(path for path, known in indexes.items() if len(known) > 1)


#: Of what is measured in water, and of what in soil: two of them, or one of soil, say where the rest was measured.
_OF_WATER = frozenset(
    {
        "water_ph",
        "total_dissolved_solids",
        "turbidity",
        "dissolved_oxygen",
        "water_conductivity",
        "orp",
        "chlorophyll",
    }
)
_OF_SOIL = frozenset({"soil_moisture", "soil_temperature", "soil_conductivity"})
_NUTRIENTS = (
    {"n": "soil_nitrogen", "p": "soil_phosphorus", "k": "soil_potassium"},
    {"nitrogen": "soil_nitrogen", "phosphorus": "soil_phosphorus", "potassium": "soil_potassium"},
)


def _among(guesses: Sequence[FieldGuess], fields: Mapping[str, Any]) -> list[FieldGuess]:
    """What a name means among its neighbours: a pH beside the moisture of soil is that of the soil, a temperature beside pH and turbidity
    alone that of the water.
    """
    codes = [each.observed_property for each in guesses]
    water, soil = _OF_WATER.intersection(codes), _OF_SOIL.intersection(codes)
    means: dict[str, str] = {}
    if soil and not any(code and code.startswith("water_") and code != "water_ph" for code in codes):
        means["water_ph"] = "soil_ph"
    if {"flow_temperature", "return_temperature"} <= set(codes):
        means |= {"electric_energy": "thermal_energy", "electric_power": "thermal_power"}
    is_air = any(code in _HUMIDITIES or code in _PRESSURES or code == "co2" for code in codes)
    if len(water) > 1 and not soil and not is_air and "water_temperature" not in codes:
        means["air_temperature"] = "water_temperature"
    fronts = {path.rpartition(".")[0] for path in fields}
    sets = [
        nutrients
        for front in fronts
        for names in _NUTRIENTS
        if (nutrients := {f"{front}.{name}".lstrip("."): code for name, code in names.items()}).keys()
        <= fields.keys()
        and soil
    ]
    nutrients = {
        path: code for each in sets for path, code in each.items() if _number(fields[path]) is not None
    }
    objects = _objects(guesses)
    return [
        replace(
            each,
            role="property",
            observed_property=nutrients[each.path],
            unit="mg/kg",
            reason="name",
            near=(),
        )
        if each.path in nutrients
        else _beside(
            replace(each, observed_property=means.get(each.observed_property or "", each.observed_property)),
            objects[_parent(each.path)],
            has_fill_level="fill_level" in codes,
        )
        for each in guesses
    ]


#: What a probe in the soil measures beside its moisture; one with light or humidity stands above it.
_IN_SOIL = {"air_temperature": "soil_temperature", "water_conductivity": "soil_conductivity"}


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of a message: the properties of its fields, and whether one of them is of a place for vehicles."""

    codes: frozenset[str | None]
    is_parking: bool


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _objects(guesses: Sequence[FieldGuess]) -> dict[str, _Object]:
    """The objects of a message by their paths."""
    groups: dict[str, list[FieldGuess]] = {}
    for each in guesses:
        groups.setdefault(_parent(each.path), []).append(each)
    return {
        path: _Object(
            frozenset(each.observed_property for each in group),
            any(not PARKING_WORDS.isdisjoint(words_of(_leaf(each.path))) for each in group),
        )
        for path, group in groups.items()
    }


def _beside(guess: FieldGuess, around: _Object, *, has_fill_level: bool) -> FieldGuess:
    """What a field means by those that lie in the same object; a capacity by any fill level of the message."""
    codes = around.codes
    if (
        guess.observed_property in _IN_SOIL
        and {"soil_moisture", "water_conductivity"} <= codes
        and codes.isdisjoint({*_HUMIDITIES, *_PRESSURES, "illuminance"})
    ):
        return replace(guess, observed_property=_IN_SOIL[guess.observed_property])
    if guess.observed_property == "presence" and around.is_parking:
        return replace(guess, observed_property="space_state", labels={"true": "occupied", "false": "free"})
    if guess.role == "unknown" and "raw" in words_of(_leaf(guess.path)) and not codes.isdisjoint(guess.near):
        return replace(guess, role="ignore", reason="name", near=())  # a count of the chip
    if guess.observed_property == "total_spaces" and has_fill_level:
        return replace(guess, role="ignore", observed_property=None, unit=None, sensor="", reason="name")
    return guess


def _moving(guess: FieldGuess, path: str, fields: Mapping[str, Any], *, is_placed: bool) -> FieldGuess:
    """What stands beside a position moves: an angle is its heading."""
    words = words_of(_leaf(path))
    number = _number(fields[path])
    code = OF_MOVING.get(words[0]) if words else None
    if not is_placed or code is None or number is None or (len(words) > 1 and code != "heading"):
        return guess
    if guess.role == "property" and code != "heading":
        return guess
    if code == "heading" and not _is_between(number, 360):
        return guess
    unit = {"heading": "deg", "vehicle_speed": "km/h"}.get(code, "{#}")
    return replace(guess, role="property", observed_property=code, unit=unit, reason="name", near=())


def _roles(fields: Mapping[str, Any]) -> dict[str, Role]:
    """Which fields state when, who, and where."""
    roles: dict[str, Role] = {}
    words = {path: "_".join(words_of(_leaf(path))) for path in fields}
    time = _time_of(fields, words)
    if time is not None:
        roles[time] = "time"
    for path in fields:
        if (
            path not in roles
            and words[path] in TIME_NAMES
            and (_is_time(fields[path]) or type(fields[path]) is str)
        ):
            roles[path] = "ignore"
        if path not in roles and _is_clock(words[path], fields[path]):
            roles[path] = "ignore"
    longitude = next(
        (
            each
            for each in fields
            if words[each] in LONGITUDES and _is_between(fields[each], 180) and not _is_of_receiver(each)
        ),
        None,
    )
    if longitude is not None:
        parent = longitude.rpartition(".")[0]
        latitude = next(
            (
                each
                for each in fields
                if words[each] in LATITUDES
                and each.rpartition(".")[0] == parent
                and _is_between(fields[each], 90)
            ),
            None,
        )
        if latitude is not None:
            roles[longitude], roles[latitude] = "longitude", "latitude"
    if "longitude" not in roles.values():
        roles |= _positions(fields)
    for path in _things(fields, words):
        roles.setdefault(path, "thing")
    return roles


def _positions(fields: Mapping[str, Any]) -> dict[str, Role]:
    """A position in one field: a text, latitude first as nearly all write it, or the point of a GeoJSON, longitude first.

    Of another list nothing says which half is which, unless one is no latitude.
    """
    for path, value in fields.items():
        front, _, leaf = path.rpartition(".")
        name = "".join(words_of(_leaf(path if leaf != "0" else front)))
        if name not in POSITIONS:
            continue
        halves: Any = (value, fields.get(f"{front}.1")) if leaf == "0" else ()
        if type(value) is str and leaf != "0":
            halves = halves_of(value) or ()
        if len(halves) != 2 or f"{front}.2" in fields or not all(_is_between(half, 180) for half in halves):
            continue
        is_latitude_first = _is_between(halves[0], 90) and name not in LONGITUDE_FIRST
        if leaf != "0":
            return {path: "latitude_longitude" if is_latitude_first else "longitude_latitude"}
        is_point = fields.get(f"{front.rpartition('.')[0]}.type".lstrip(".")) == "Point"
        if name in LATITUDE_FIRST or not _is_between(halves[1], 90):
            return {path: "latitude", f"{front}.1": "longitude"}
        if is_point or not is_latitude_first:
            return {path: "longitude", f"{front}.1": "latitude"}
    return {}


def _time_of(fields: Mapping[str, Any], words: Mapping[str, str]) -> str | None:
    """The field that says when: by its whole name, else by one with the unit or the zone at its end."""
    stated = [
        path
        for path in fields
        if _is_time(fields[path])
        and not _is_of_another_time(path)
        and (type(fields[path]) is str or not _is_of_receiver(path))
    ]
    for name in TIME_NAMES:
        for path in stated:
            if words[path] == name or any(words[path] == f"{name}_{ending}" for ending in _OF_TIMES):
                return path
    return None


def _is_clock(name: str, value: Any) -> bool:
    """Whether it counts from the start of a device: called like a time, and a number that is none."""
    front, _, ending = name.rpartition("_")
    called = front if ending in _OF_TIMES and front else name
    return called in CLOCKS and type(value) is int and not _is_time(value)


def _is_of_another_time(path: str) -> bool:
    """Whether it lies in what was or will be: ``last_collection.timestamp``."""
    return any(words_of(part)[:1] in (("last",), ("previous",), ("next",)) for part in path.split(".")[:-1])


def _is_of_receiver(path: str) -> bool:
    """Whether it lies in what a gateway says of itself."""
    return any(
        part.lower() in RECEIVERS or "_".join(words_of(part)) in RECEIVERS for part in path.split(".")[:-1]
    )


def _things(fields: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """The fields that name the thing: an identifier, or with a small one its model and channel."""
    for name in THING_NAMES:
        for path in fields:
            whole = words[path]
            parent = "_".join(words_of(path.split(".")[-2])) if "." in path else ""
            if name not in {whole, f"{parent}_{whole}"}:
                continue
            value = fields[path]
            if type(value) not in {str, int} or value == "" or re.search(r"\.\d+(\.|$)", path):
                continue
            model = path.removesuffix(_leaf(path)) + "model"
            if name == "id" and model in fields and len(str(value)) <= _SHORT_CHARACTERS_MAX:
                channel = path.removesuffix(_leaf(path)) + "channel"
                return [model, path, *([channel] if channel in fields else [])]
            return [path]
    return [path for path in fields if _identifies(words[path], fields[path])][:1]


def _identifies(name: str, value: Any) -> bool:
    """Whether it is the identifier of something that stands in the city: ``bin_id``, and not ``message_id``."""
    front, _, last = name.rpartition("_")
    is_text = type(value) is int or (type(value) is str and value.strip() != "")
    return last == "id" and is_text and bool(front) and NO_THINGS.isdisjoint(front.split("_"))


def _is_time(value: Any) -> bool:
    number = as_number(value) if type(value) is str else value
    if type(value) is bool or value is None:
        return False
    try:
        return read_time(value if number is None else number).year in _YEARS
    except Unreadable:
        return False


def _is_between(value: Any, most: float) -> bool:
    number = _number(value)
    return number is not None and -most <= number <= most


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


#: Units that are written without anything between them and the name.
_GLUED = {
    **{
        word: UNIT_WORDS[word]
        for word in ["f", "c", "mph", "kmh", "kph", "hpa", "mm", "cm", "v", "mv", "pct", "ppm", "lux", "wpm2"]
    },
    "ms": "m/s",
    "in": "[in_i]",
}
#: A shorter name means what it does only where no other word stands with it: ``h``, ``p1``.
_HEAD_CHARACTERS_MIN = 3
_AMOUNTS = frozenset({"consumption", "production"})
#: The last word of the name of what a code or a word is sent for.
_STATES = frozenset({"status", "state"})
#: Properties of which a raw reading is a resistance or a count of the chip.
_NO_RAW = frozenset(
    {
        "tvoc",
        "nox",
        "no2",
        "co",
        "o3",
        "so2",
        "nh3",
        "h2s",
        "formaldehyde",
        "tvoc_mass",
        "voc_index",
        "nox_index",
    }
)
_PHASES = "abc"
#: Units in which the pressure of water in pipes is told, where that of the air would be none.
_OF_PIPES = frozenset({"bar", "mbar", "[psi]", "kPa"})
_PRESSURES = frozenset({"air_pressure", "sea_level_pressure"})
_TEMPERATURES = frozenset({"air_temperature", "room_temperature", "dew_point", "apparent_temperature"})
_TEMPERATURES_OF = (
    (WANTED, "target_temperature"),
    (MACHINE_PARTS, "device_temperature"),
    (WATER_PARTS, "water_temperature"),
)
_HUMIDITIES = frozenset({"relative_humidity", "room_humidity"})
_VOLTAGES = frozenset({"battery_voltage", "voltage", "supply_voltage"})
_RADIO_POWERS = frozenset({"signal_strength", "reference_signal_power"})
_ENERGIES = frozenset({"electric_energy", "electric_energy_returned"})
_ELECTRIC = frozenset(
    {"electric_current", "voltage", "electric_power", "electric_energy", "electric_frequency", "solar_power"}
)
#: What a name means in a unit that its property cannot have: the property, a unit of the quantity, the other property.
_IN_OTHER_UNITS: tuple[tuple[str, str, str], ...] = (
    ("battery_level", "V", "battery_voltage"),
    ("solar_power", "V", "solar_panel_voltage"),
    ("wind_speed", "deg", "wind_direction"),
    ("wind_gust", "deg", "wind_direction"),
    ("soil_moisture", "Cel", "soil_temperature"),
    ("soil_moisture", "uS/cm", "soil_conductivity"),
    ("relative_humidity", "g/m3", "absolute_humidity"),
    ("tvoc", "ug/m3", "tvoc_mass"),
    ("precipitation_total", "mm/h", "precipitation_rate"),
    ("electric_energy", "W", "electric_power"),
    ("solar_irradiance", "lx", "illuminance"),
    ("illuminance", "W/m2", "solar_irradiance"),
    ("water_level", "%", "fill_level"),
    ("fill_level", "m", "water_level"),
    ("fill_level", "V", "battery_voltage"),
    ("distance", "%", "fill_level"),
    ("uptime", "Cel", "device_temperature"),
    ("gamma_dose_rate", "W/m2", "solar_irradiance"),
    ("illuminance", "umol/m2/s", "photosynthetic_radiation"),
)


@dataclass(frozen=True, slots=True)
class _Split:
    """The words of a name: those that mean a property, and those before and behind them."""

    before: Sequence[str]
    head: Sequence[str]
    behind: Sequence[str]

    @property
    def around(self) -> tuple[str, ...]:
        return (*self.before, *self.behind)


@dataclass(frozen=True, slots=True)
class _Message:
    """The fields of a message, the names that there are, what is known of properties, and lists with several elements."""

    fields: Mapping[str, Any]
    names: Mapping[str, str]
    known: Mapping[str, ObservedProperty]
    long_lists: frozenset[str]
    #: Whether a network server says how well it heard the device: a frequency is that of its radio.
    has_radio: bool

    def measured(self, path: str) -> FieldGuess:
        """What a field that is neither time, thing nor place measures."""
        value, text = self.fields[path], shown(self.fields[path])
        leaf, parents = self._called_by(path)
        words = words_of(leaf)
        if (reason := self._no_measurement(path, leaf, words)) is not None:
            return FieldGuess(path, text, "ignore", reason=reason)
        chip = self._chip(parents, path)
        if (whole := "_".join(words)) in _OPPOSITE and type(value) in {int, bool}:
            code, labels = _OPPOSITE[whole]
            return FieldGuess(path, text, "property", code, sensor=chip, labels=labels, reason="name")
        name = (
            self._of_phase(path, words, value)
            or self._name(words, value)
            or self._glued(leaf.lower(), value)
            or self._by_letter(words, value)
            or _switched(words, value)
            or self._by_unit(path, words, value)
        )
        if name is not None and (name := _of_target(name, parents)) is None:
            return FieldGuess(path, text, "ignore", reason="name")
        if (
            name is None
            or self._is_bare_amount(words, value)
            or (name.sensor == "raw" and name.code in _NO_RAW)
        ):
            is_text = _number(value) is None and type(value) is not bool
            reason = (
                "text"
                if is_text
                else "name"
                if name is None and words[-1:] and words[-1] in IGNORED_ENDINGS
                else ""
            )
            return FieldGuess(path, text, "ignore" if reason else "unknown", reason=reason)
        return self._property(path, text, self._with_chip(name, chip, path))

    def _of_phase(self, path: str, words: Sequence[str], value: Any) -> _Name | None:
        """The current of one of three phases: ``current_a`` beside ``current_b`` is in no unit, nor is ``current_c``."""
        phase = path[-1:].lower()
        if len(words) < 2 or words[-1] != phase or phase not in _PHASES:
            return None
        beside = [each.upper() if path[-1].isupper() else each for each in _PHASES if each != phase]
        if not any(path[:-1] + each in self.fields for each in beside):
            return None
        found = self._called(words, None, value)
        return found and replace(found, sensor=found.sensor or phase)

    def _by_letter(self, words: Sequence[str], value: Any) -> _Name | None:
        """A quantity of electricity by its letter: ``V1`` beside ``V2``, ``p_consumed``."""
        code = ELECTRIC_LETTERS.get(words[0]) if len(words) > 1 else None
        if code is None or type(value) is bool or _number(value) is None:
            return None
        rest = words[1:]
        if len(rest) == 1 and rest[0].isdigit():
            others = {"_".join(words_of(_leaf(path))) for path in self.fields}
            is_phase = words[0] in "uvi" and f"{words[0]}_{2 if rest[0] == '1' else 1}" in others
            return _Name(code, None, rest[0]) if is_phase else None
        is_electric = all(word in ELECTRIC_WORDS or word in SOURCES or word.isdigit() for word in rest)
        return _of_direction(_Name(code, None, _which(rest))) if is_electric else None

    def _number_in_list(self, path: str) -> str:
        """The index of the object that a field lies in, where the list has several."""
        parts = path.split(".")
        for place in range(len(parts) - 2, -1, -1):
            if parts[place].isdigit():
                return parts[place] if ".".join(parts[:place]) in self.long_lists else ""
        return ""

    def _chip(self, parents: Sequence[str], path: str) -> str:
        """The sensor by what the field lies in: a chip, a channel, an index."""
        named = [part for part in parents if not _is_container(part)]
        index = [part for part in path.split(".")[:-1] if part.isdigit()]
        number = self._number_in_list(path)
        return _sensor("_".join(filter(None, (named[-1], number))) if named else (index or [""])[-1])

    def _with_chip(self, name: _Name, chip: str, path: str) -> _Name:
        """Which of several, by the name itself before what it lies in, and by both in a list."""
        if not name.sensor:
            return replace(name, sensor=chip)
        number = self._number_in_list(path)
        return replace(name, sensor=_sensor(f"{name.sensor}_{number}")) if number else name

    def _called_by(self, path: str) -> tuple[str, list[str]]:
        """As :func:`_named`, but ``current`` is a quantity where others of electricity lie beside it."""
        front, _, leaf = path.rpartition(".")
        if leaf.lower() == "current" and front:
            beside = {
                each.rpartition(".")[2].lower() for each in self.fields if each.rpartition(".")[0] == front
            }
            if beside & {"voltage", "power", "energy", "v", "volt", "volts"}:
                return leaf, [part for part in front.split(".") if not part.isdigit()]
        name, parents = _named(path)
        if parents and "_".join(words_of(f"{parents[-1]}_{name}")) in self.names:
            return f"{parents[-1]}_{name}", parents[:-1]
        return name, parents

    def _by_unit(self, path: str, words: Sequence[str], value: Any) -> _Name | None:
        """What is measured in the unit at the end of a name, or beside a number, that says nothing else."""
        if _number(value) is None:
            return None
        for size in range(min(UNIT_PARTS_MAX, len(words)), 0, -1):
            unit, rest = _unit_of(words[len(words) - size :]), words[: len(words) - size]
            if (
                unit in BY_UNIT
                and (rest or len(words[0]) > 1 or size > 1)
                and self._is_of_unit(unit, rest, words[len(words) - size :])
            ):
                return _of_direction(
                    _Name(BY_UNIT[unit], unit, _which(word for word in rest if word != "total"))
                )
        if "_".join(words) not in VALUE_NAMES:
            return None
        stated = self._stated_beside(path)
        return _Name(BY_UNIT[stated], stated, "") if stated in BY_UNIT else None

    def _is_of_unit(self, unit: str, rest: Sequence[str], said: Sequence[str]) -> bool:
        """Whether a unit tells what is measured: what stands before it says no more than which, or the unit is that of one quantity
        and is no single letter.
        """
        if all(_qualifies(each) or each in SOURCES for each in rest):
            return True
        return OTHER_MEANINGS.isdisjoint(rest) and unit in ONE_QUANTITY and (len(said[0]) > 1 or unit == "W")

    def _no_measurement(self, path: str, leaf: str, words: Sequence[str]) -> str | None:
        """By what a field is none, None where it may be one."""
        if self.fields[path] is None or type(self.fields[path]) in {dict, list}:
            return "no value"
        is_known = "_".join(words) in IGNORED or leaf.lower() in IGNORED
        if _is_of_receiver(path) and (
            "_".join(words) in RADIO_WORDS or not {*LONGITUDES, *LATITUDES}.isdisjoint(words[-1:])
        ):
            return "name"
        number = _number(self.fields[path])
        if words == ("frequency",) and number is not None and (number > _RADIO_HERTZ_MIN or self.has_radio):
            return "name"
        return "name" if is_known or self._states_unit(path) else None

    def _is_bare_amount(self, words: Sequence[str], value: Any) -> bool:
        """Whether the whole name is that of an amount of a time, and nothing says of which time."""
        code = self.names.get("_".join(words), "")
        return code in self.known and self._fitting(code, None, value, words) is None

    def _property(self, path: str, text: str, name: _Name) -> FieldGuess:
        """The property of a name, in the unit that the name, its neighbour or its number speaks for."""
        value, observed = self.fields[path], self.known[name.code]
        number = _number(value)
        if observed.result_type == "position":
            is_text = number is None and type(value) is str and not any(mark.isdigit() for mark in value)
            return (
                FieldGuess(path, text, "ignore", reason="text")
                if is_text
                else FieldGuess(path, text, "unknown", near=(name.code,))
            )
        if observed.result_type == "category":
            return self._category(path, text, name, number)
        if number is None:
            return FieldGuess(path, text, "ignore" if type(value) is str else "unknown", reason="text")
        unit, scale, reason = name.unit, 1.0, "unit in the name"
        if unit is None:
            unit, reason = self._unit_beside(path, observed), "unit beside it"
        if unit is None:
            tests = read_tests(observed.quality_tests, observed.code, observed.unit)
            is_missing = tests is not None and tests.is_missing(number)
            unit, scale, reason = _by_range(observed, 0.0 if is_missing else number)
        if not _may_be(observed, number * scale, unit):
            in_pipes = self.known["water_pressure"]
            if name.code in _PRESSURES and name.unit in _OF_PIPES and _may_be(in_pipes, number, unit):
                return FieldGuess(path, text, "property", in_pipes.code, unit, name.sensor, reason=reason)
            return FieldGuess(path, text, "unknown", near=(name.code,))
        reason = "counter" if name.code in COUNTERS else reason
        return FieldGuess(path, text, "property", name.code, unit, name.sensor, scale, reason=reason)

    def _category(self, path: str, text: str, name: _Name, number: float | None) -> FieldGuess:
        """What a word, a yes or a no says; a number that is neither says nothing of it."""
        value, observed = self.fields[path], self.known[name.code]
        if name.code == "motion" and number is not None and number > 1 and number % 1 == 0:
            return FieldGuess(path, text, "property", "motion_count", "{#}", name.sensor, reason="range")
        if name.code in YES_NO and number is not None and number not in {0, 1}:
            return FieldGuess(path, text, "unknown", near=(name.code,))
        if (
            name.code == "contact"
            and "open" in words_of(_leaf(path))
            and (number in {0, 1} or type(value) is bool)
        ):
            return FieldGuess(
                path, text, "property", name.code, sensor=name.sensor, labels=_OPEN, reason="name"
            )
        is_answer = type(value) is not str or value.lower() in _ANSWERS
        if (
            name.code in YES_NO
            and number is None
            and type(value) is str
            and not any(mark.isalpha() for mark in value[:1])
        ):
            return FieldGuess(path, text, "unknown", near=(name.code,))
        if not is_answer and observed.sector == "device":
            return FieldGuess(path, text, "ignore", reason="text")
        return FieldGuess(path, text, "property", name.code, sensor=name.sensor, reason="name")

    def _name(self, words: Sequence[str], value: Any) -> _Name | None:
        """The property of a name, with and without a unit at its end and qualifiers around it."""
        for size in range(min(UNIT_PARTS_MAX, len(words) - 1), -1, -1):
            unit = _unit_of(words[len(words) - size :]) if size else None
            if size and unit is None:
                continue
            found = self._called(words[: len(words) - size], unit, value)
            if found is not None:
                return found
        if len(words) > 1 and words[-1] in CHIPS:
            found = self._name(words[:-1], value)
            return found and replace(found, sensor="_".join(filter(None, (found.sensor, words[-1]))))
        return None

    def _glued(self, plain: str, value: Any) -> _Name | None:
        """A name with its unit grown on, as in ``windspeedmph`` and ``temp1f``."""
        last = plain[max(plain.rfind(mark) for mark in "_-. ") + 1 :]
        for ending in sorted(_GLUED, key=len, reverse=True):
            if not plain.endswith(ending) or len(last) <= len(ending) + 1:
                continue
            words = words_of(plain.removesuffix(ending))
            units = (_GLUED[ending], "[in_i'Hg]", "[in_i]/h") if ending == "in" else (_GLUED[ending],)
            for unit in units:
                if (found := self._called(words, unit, value)) is not None:
                    return found
        return None

    def _called(self, words: Sequence[str], unit: str | None, value: Any) -> _Name | None:
        """The property that words mean and which of several it is: by the most words, the last of them first; what stands around them
        qualifies it.
        """
        if len(words) > 1 and all(word in SILENT_QUALIFIERS and word != "level" for word in words):
            return None
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size, -1, -1):
                split = _Split(words[:start], words[start : start + size], words[start + size :])
                for meaning in self._meanings(split, unit):
                    code = self._fitting(meaning, unit, value, words)
                    if code is not None and self._is_qualified(code, split, unit, value):
                        return _of_direction(_of_part(_Name(code, unit, _which(split.around))))
        return None

    def _meanings(self, split: _Split, unit: str | None) -> list[str]:
        """The codes that words may mean; ``current`` is a quantity in amperes, or of something that has one."""
        said = list(dict.fromkeys(("_".join(split.head), "".join(split.head))))
        if len(split.head) == 2:
            said.append("_".join(reversed(split.head)))  # the speed of the wind, as many languages have it
        if unit is None and not NEED_UNITS.isdisjoint(said):
            return []
        if said == ["current"] and unit not in {"A", "mA"} and not _is_electric(split.around):
            return []
        with_unit = [MEANINGS_WITH_UNIT.get(each, "") for each in said] if unit is not None else []
        return [*(self.names.get(each, "") for each in said), *with_unit]

    def _is_qualified(self, code: str, split: _Split, unit: str | None, value: Any) -> bool:
        """Whether what stands around the words of a property leaves it what it is.

        Where it comes from and goes to says so of what is measured in a unit. What nobody knows says which of several where a unit in the
        name agrees, and before the quantities that many places have.
        """
        if self._is_another(code, split, value):
            return False
        around = [each for each in split.around if not _qualifies(each)]
        if not around:
            return True
        if len("".join(split.head)) < _HEAD_CHARACTERS_MIN or self.known[code].result_type != "measurement":
            return False
        if type(value) is bool or _number(value) is None or not OTHER_MEANINGS.isdisjoint(around):
            return False
        return (
            unit is not None
            or all(each in SOURCES for each in around)
            or (code in ANYWHERE and all(each in SOURCES or _qualifies(each) for each in split.behind))
        )

    def _is_another(self, code: str, split: _Split, value: Any) -> bool:
        """Whether the words around a property make it another one: ``pvstatus``, ``solar_panel_current``, the number of a line."""
        if self.known[code].result_type != "measurement":
            return bool(split.around) and code not in YES_NO and _number(value) is not None
        return (
            (bool(split.behind) and split.behind[-1] in _STATES)
            or (code in _ELECTRIC and "current" in split.behind)
            or (code == "electric_current" and not _AMOUNTS.isdisjoint(split.around))
        )

    def _fitting(self, code: str, unit: str | None, value: Any, words: Sequence[str]) -> str | None:
        """The property, another one where the unit or the value says so, None where neither fits."""
        if code not in self.known:
            return None
        if self.known[code].is_amount and not PERIODS & set(words):
            code = TOTALS.get(code, code)
            if self.known[code].is_amount:
                return None
        observed = self.known[code]
        if unit is None:
            return _battery(value) if code == "battery_level" else code
        if observed.result_type == "measurement" and conversion(unit, observed.unit, code) is not None:
            return code
        others = [to for of, quantity, to in _IN_OTHER_UNITS if of == code and conversion(unit, quantity)]
        if code in _ELECTRIC:
            others.append(BY_UNIT.get(unit, ""))
        return next((other for other in others if other in self.known), None)

    def _states_unit(self, path: str) -> bool:
        words = words_of(_leaf(path))
        return bool(words) and words[-1] in {"unit", "units"} and type(self.fields[path]) is str

    def _unit_beside(self, path: str, observed: ObservedProperty) -> str | None:
        """The unit that another field states for this one: ``temperature_unit``, or ``unit`` beside ``value``."""
        unit = self._stated_beside(path)
        return unit if unit is not None and conversion(unit, observed.unit, observed.code) else None

    def _stated_beside(self, path: str) -> str | None:
        """The unit that a text has behind its number, or that another field states."""
        value = self.fields[path]
        if type(value) is str and (quantity := as_quantity(value)) is not None:
            return quantity[1]
        parent, _, leaf = path.rpartition(".")
        front = f"{parent}." if parent else ""
        others = [f"{front}{leaf}{end}" for end in ("_unit", "_units", "Unit", "Units", ".unit")]
        if parent.rpartition(".")[2].lower() in VALUE_NAMES and leaf.lower() in _AXES:
            front = front.removesuffix(f"{parent.rpartition('.')[2]}.")
        if leaf.lower() in VALUE_NAMES or leaf.lower() in _AXES:
            others += [f"{front}{name}" for name in UNIT_NAMES]
        for other in others:
            stated = self.fields.get(other)
            if type(stated) is not str:
                continue
            unit = normalise_unit(unescape(stated))
            if is_unit(unit):
                return unit
        return None


def _may_be(observed: ObservedProperty, number: float, unit: str) -> bool:
    """Whether a number lies within the bounds of a property, or stands for "no value" there: else its name means something else."""
    converts = conversion(unit, observed.unit, observed.code)
    found = number if converts is None else converts(number)
    lower = -inf if observed.lower_bound is None else observed.lower_bound
    upper = inf if observed.upper_bound is None else observed.upper_bound
    tests = read_tests(observed.quality_tests, observed.code, observed.unit)
    return lower <= found <= upper or (tests is not None and tests.is_missing(found))


def _qualifies(word: str) -> bool:
    """Whether a word says which of several, and nothing of what is measured."""
    return word in QUALIFIERS or word in SILENT_QUALIFIERS or word in CHIPS or word.isdigit()


def _which(words: Iterable[str]) -> str:
    return "_".join(word for word in words if word not in SILENT_QUALIFIERS)


def _is_electric(words: Sequence[str]) -> bool:
    """Whether all of them are of what has a current: a phase, a part of a machine, what feeds and what is fed."""
    return all(word in ELECTRIC_WORDS or word in MACHINE_PARTS or word.isdigit() for word in words)


def _of_part(name: _Name) -> _Name:
    """The temperature of a part of a machine, of what holds water, or that is wanted, is none of the air."""
    words = set(name.sensor.split("_"))
    if name.code not in _TEMPERATURES or not words:
        return name
    for parts, code in _TEMPERATURES_OF:
        if not parts.isdisjoint(words):
            sensor = "_".join(word for word in name.sensor.split("_") if word not in WANTED)
            return replace(name, code=code, sensor=sensor)
    return name


def _of_direction(name: _Name) -> _Name:
    """Energy that is exported is another quantity than energy that is drawn."""
    words = name.sensor.split("_")
    if name.code != "electric_energy" or EXPORTED.isdisjoint(words):
        return name
    return replace(
        name, code="electric_energy_returned", sensor=_which(each for each in words if each not in EXPORTED)
    )


def _switched(words: Sequence[str], value: Any) -> _Name | None:
    """Whether something runs: ``compressor_on`` is a switch, ``flowline_pump_on`` a pump."""
    if type(value) is not bool or len(words) < 2 or words[-1] not in {"on", "running"}:
        return None
    what = "_".join(words[:-1])
    if what.endswith("pump"):
        return _Name("pump_state", None, what.removesuffix("pump").strip("_"))
    return _Name("switch_state", None, what)


def _of_target(name: _Name, parents: Sequence[str]) -> _Name | None:
    """Of what lies in ``target`` or ``setpoint`` a temperature is the wanted one, and nothing else is measured."""
    words = {word for parent in parents for word in words_of(parent)}
    if words.isdisjoint(WANTED):
        return name
    return replace(name, code="target_temperature") if name.code in _TEMPERATURES else None


def _unit_of(words: Sequence[str]) -> str | None:
    """The unit that words at the end of a name spell; a digit is a word of its own in ``m3`` and ``w_m2``."""
    plain = "_".join(words)
    digits = re.sub(r"_?(\d)_?(?=\D|$)", r"\1_", plain).strip("_")
    return UNIT_WORDS.get(plain) or UNIT_WORDS.get(digits) or UNIT_WORDS.get(digits.replace("_", ""))


def _battery(value: Any) -> str | None:
    """A share, or volts or millivolts by the size of the number; None where it only says yes or no."""
    number = _number(value)
    if number is None:
        return None if type(value) is bool or str(value).lower() in _ANSWERS else "battery_level"
    is_volts = 1.5 < number < 5 and number % 1 != 0
    return "battery_voltage" if is_volts or number > 500 else "battery_level"


def _number(value: Any) -> float | None:
    """A number, also one that is written as a text, with its unit behind it or alone; None for anything else."""
    found = value
    if type(value) is str:
        quantity = as_quantity(value)
        found = as_number(value) if quantity is None else quantity[0]
    try:
        return float(found) if isinstance(found, int | float) and type(found) is not bool else None
    except OverflowError:  # an integer beyond what a double can hold
        return None


def may_be_measured(name: str, value: Any) -> bool:
    """Whether a member holds a number, alone or as the only one of a list, and is no time and no identifier."""
    whole = "_".join(words_of(name))
    if type(value) is list and len(value) == 1:
        value = value[0]
    return _number(value) is not None and whole not in IGNORED and whole not in TIME_NAMES


#: What tells the objects of a list apart as things; an ``id`` or a ``name`` may be of anything.
_THINGS_IN_LISTS = frozenset(THING_NAMES) - {
    "id",
    "name",
    "address",
    "addr",
    "src",
    "passkey",
    "sensor_name",
    "gateway_id",
    "host",
}
_AXES = frozenset({"x", "y", "z"})
#: Members whose text names the value beside them.
_NAMING = (
    "value_type",
    "sensor_type",
    "measurement_type",
    "type",
    "name",
    "n",
    "sensor",
    "parameter",
    "metric",
    "quantity",
    "measurement",
    "key",
    "kind",
    "property",
)


def named_by_of(document: Any, known: Mapping[str, ObservedProperty]) -> str | None:
    """The member by which values are called: of every object of a list, or of a message with one number, a known name.

    Of a list that lies deeper the path of the list stands before it.
    """
    names = {**MEANINGS, **codes_by_name(known.values())}
    if type(document) is list and len(document) == 1:
        document = document[0]
    objects = document if type(document) is list else [document]
    if type(document) is dict:
        lists = [value for value in document.values() if type(value) is list and value]
        objects = lists[0] if len(lists) == 1 and _are_objects(lists[0]) else [document]
    if (member := _naming(objects, names)) is not None:
        return member
    for path, found in _lists("", document, LIST_LEVELS_MAX):
        if len(found) > 1 and (member := _naming(found, names)) is not None:
            return f"{path}.{member}"
    return None


def each_of(document: Any) -> str | None:
    """The list of whose objects each is a message of its own, since each has a thing or a time that differs; the longest such list."""
    lists = [("", document)] if type(document) is list and _are_objects(document) else []
    lists += _lists("", document, LIST_LEVELS_MAX)
    own = [(path, objects) for path, objects in lists if _are_messages(path, objects)]
    return max(own, key=lambda found: len(found[1]))[0] if own else None


def _are_messages(path: str, objects: Sequence[Mapping[str, Any]]) -> bool:
    if _is_of_receiver(f"{path}.0"):
        return False
    by_words = [{"_".join(words_of(name)): value for name, value in each.items()} for each in objects]
    common = set.intersection(*(set(each) for each in by_words))
    return any(
        (name in _THINGS_IN_LISTS or (name in TIME_NAMES and all(_is_time(each[name]) for each in by_words)))
        and len({str(each[name]) for each in by_words}) == len(by_words)
        and all(type(each[name]) in {str, int, float} and each[name] not in {"", 0} for each in by_words)
        for name in common
    ) and all(
        any(may_be_measured(name, value) or type(value) is dict for name, value in each.items())
        for each in objects
    )


#: How deep lists of values are looked for.
LIST_LEVELS_MAX = 6


def _lists(path: str, value: Any, levels: int) -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects below an object, by their paths."""
    if type(value) is not dict or not levels:
        return
    for name, member in value.items():
        below = f"{path}.{name}" if path else name
        if type(member) is list and _are_objects(member):
            yield below, member
        yield from _lists(below, member, levels - 1)


def _are_objects(found: list[Any]) -> bool:
    return bool(found) and all(type(each) is dict for each in found)


def _naming(objects: Sequence[Any], names: Mapping[str, str]) -> str | None:
    """The member that names a value in each object, where names are known, and different ones where not all are."""
    if not all(type(each) is dict for each in objects) or not objects:
        return None
    members: dict[str, str] = {member.lower(): member for member in objects[0]}
    for name in _NAMING:
        member = members.get(name)
        if member is None or not all(_is_named(each, member) for each in objects):
            continue
        called = [each[member] for each in objects]
        is_known = [_means_something(each, names) for each in called]
        if all(is_known) or (any(is_known) and len(set(called)) == len(called)):
            return member
    return None


def _means_something(text: str, names: Mapping[str, str]) -> bool:
    words = words_of(text)
    return "_".join(words) in names or "_".join(words[1:]) in names


def _is_named(found: Any, member: str) -> bool:
    """Whether an object has one number, or one object, that its name can be of."""
    if type(found.get(member)) is not str:
        return False
    numbers = [name for name, value in found.items() if name != member and may_be_measured(name, value)]
    numbers = numbers or [name for name, value in found.items() if type(value) is dict]
    return len(numbers) == 1 and numbers[0].lower() in VALUE_NAMES


def _named(path: str) -> tuple[str, list[str]]:
    """What a field is called, and the names of what it lies in, without indices; ``value`` is called after its parent."""
    own = [part.strip() for part in path.split(".") if not part.isdigit()] or [path]
    leaf, parents = own[-1], own[:-1]
    if leaf.lower() in _AXES:
        while parents and parents[-1].lower() in VALUE_NAMES:
            parents = parents[:-1]
        return ("_".join([*parents[-1:], leaf]), parents[:-1])
    if leaf in {"V", "A", "W"} and parents and not _is_container(parents[-1]):
        return f"{parents[-1]}_{leaf}", parents[:-1]
    if leaf.lower() in VALUE_NAMES and parents and not _is_container(parents[-1]):
        leaf, parents = parents[-1], parents[:-1]
    if leaf.lower() in UNIT_WORDS and parents and not _is_container(parents[-1]) and len(leaf) > 1:
        return "_".join([*parents, leaf]), []
    return leaf, parents


def _is_container(name: str) -> bool:
    return name.lower() in CONTAINERS or "_".join(words_of(name)) in CONTAINERS


def _by_range(observed: ObservedProperty, number: float) -> tuple[str, float, str]:
    """The unit of a number without one, a power of ten where it was sent as a whole, and why."""
    code = observed.code
    rows: tuple[tuple[bool, float, float, str, float], ...] = (
        (code in _TEMPERATURES, 45, 130, "[degF]", 1),
        (code in _TEMPERATURES and number % 1 != 0, 240, 330, "K", 1),
        (code in _PRESSURES, 30_000, 110_000, "Pa", 1),
        (code in _PRESSURES, 3_000, 11_000, "hPa", 0.1),
        (code in _PRESSURES, 60, 110, "kPa", 1),
        (code in _PRESSURES, 22, 33, "[in_i'Hg]", 1),
        (code in _HUMIDITIES, 100.5, 1_000, "%", 0.1),
        (code in _VOLTAGES and number % 1 == 0, 1_000, 15_000, "mV", 1),
        (observed.unit == "%" and number % 1 != 0, 0, 1, "1", 1),
        (code in _RADIO_POWERS and number % 1 == 0, -2_000, -250, "dB[mW]", 0.1),
        (code == "signal_to_noise" and number % 1 == 0, 50, 500, "dB", 0.1),
        (code in {"water_conductivity", "soil_conductivity"} and number % 1 != 0, 0, 20, "mS/cm", 1),
        (code in _ENERGIES, 1_000_000, inf, "W.h", 1),
    )
    for applies, low, high, unit, scale in rows:
        if applies and low <= number <= high:
            return unit, scale, "range"
    return observed.unit, 1, "name" if observed.unit in {"%", "1"} else "unit assumed"


def _sensor(text: str) -> str:
    return _NOT_SENSOR.sub("_", text).strip("_.:-")[:_SENSOR_CHARACTERS_MAX]


def tell_apart(
    guesses: Iterable[FieldGuess],
    fields: Mapping[str, Any],
    known: Mapping[str, ObservedProperty],
    elsewhere: Collection[tuple[str, str]] = (),
) -> list[FieldGuess]:
    """No two fields are one datastream: the same once more in another unit is left out, others get a sensor.

    ``elsewhere`` are properties with sensors that fields mean which this message does not have.
    """
    taken: dict[tuple[str, str], FieldGuess] = {}
    found: list[FieldGuess] = []
    for guess in guesses:
        if guess.role != "property" or guess.observed_property is None:
            found.append(guess)
            continue
        key = (guess.observed_property, guess.sensor)
        before = taken.get(key)
        if before is not None or key in elsewhere:
            if (
                before is not None
                and before.unit != guess.unit
                and _is_same(before, guess, fields, known[guess.observed_property])
            ):
                found.append(
                    replace(
                        guess, role="ignore", observed_property=None, unit=None, sensor="", reason="the same"
                    )
                )
                continue
            sensor = _sensor("_".join(words_of(guess.path)))
            guess = replace(guess, sensor=sensor)  # noqa: PLW2901 -- the same guess, told apart
            key = (key[0], sensor)
            if key in taken:
                found.append(
                    replace(
                        guess, role="unknown", observed_property=None, unit=None, sensor="", near=(key[0],)
                    )
                )
                continue
        taken[key] = guess
        found.append(guess)
    return found


def _is_same(
    before: FieldGuess, guess: FieldGuess, fields: Mapping[str, Any], observed: ObservedProperty
) -> bool:
    """Whether two fields state one value in two units."""
    values = []
    for each in (before, guess):
        number = _number(fields[each.path])
        converts = conversion(each.unit or observed.unit, observed.unit, observed.code)
        if number is None or converts is None:
            return False
        values.append(converts(number * each.scale))
    return abs(values[0] - values[1]) <= 0.02 * max(1.0, abs(values[0]))


def table_of(guesses: Iterable[FieldGuess], topics: Sequence[str] = ()) -> dict[str, Any]:
    """The table of a source as the registry has it; what is unknown is not in it."""
    table: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    position: dict[str, str] = {}
    for each in guesses:
        if each.role == "property" and each.observed_property is not None:
            fields[each.path] = _field(each)
        elif each.role == "ignore":
            fields[each.path] = None
        elif each.role == "thing":
            table.setdefault("thing", []).append(each.path)
        elif each.role == "time":
            table["time"] = each.path
        elif each.role in {"longitude", "latitude"}:
            position[each.role] = each.path
        elif each.role in POSITION_TEXTS:
            position = position_of_text(each)
    if len(position) == 2:
        table["position"] = [position["longitude"], position["latitude"]]
    if topics:
        table["topics"] = list(topics)
    return {**table, "fields": fields}


def position_of_text(guess: FieldGuess) -> dict[str, str]:
    """The paths of both halves, as if the text were a list."""
    longitude, latitude = POSITION_TEXTS[guess.role]
    return {"longitude": f"{guess.path}.{longitude}", "latitude": f"{guess.path}.{latitude}"}


def _field(guess: FieldGuess) -> dict[str, Any]:
    field: dict[str, Any] = {"property": guess.observed_property}
    if guess.unit is not None:
        field["unit"] = guess.unit
    if guess.sensor:
        field["sensor"] = guess.sensor
    if guess.scale != 1:
        field["scale"] = guess.scale
    if guess.is_counter:
        field["counter"] = True
    if guess.labels:
        field["labels"] = dict(guess.labels)
    if guess.missing:
        field["missing"] = list(guess.missing)
    if guess.model is not None:
        field["model"] = guess.model
    return field


_LEVELS = CONTAINERS | frozenset(
    [
        "home",
        "homeassistant",
        "mqtt",
        "tele",
        "stat",
        "events",
        "event",
        "up",
        "uplink",
        "json",
        "devices",
        "update",
        "lwt",
        "sensor_data",
        "out",
        "in",
        "v1",
        "v2",
        "v3",
        "api",
        "esphome",
        "binary_sensor",
        "switch",
        "number",
        "select",
        "text_sensor",
        "climate",
        "energy",
    ]
)


def _says_kind(level: str) -> bool:
    """Whether a level says what kind of message comes: ``state``, ``session_info``, ``device_readings``."""
    words = words_of(level)
    return level.lower() in _LEVELS or (len(words) > 1 and words[-1] in PARTS_OF_MESSAGES)


#: A level as papers write it: ``<deviceId>``.
_PLACEHOLDER = re.compile(r"<.+>|\[.+\]|\{.+\}")
#: A level with as many digits is a serial number or an address.
_SERIAL_DIGITS_MIN = 4


def topics_of(
    topic: str, *, is_value: bool, known: Mapping[str, ObservedProperty] = MappingProxyType({})
) -> tuple[str, ...]:
    """The pattern of the topics of a source by one of them: which level names the thing, and the field of a value alone: the last that is
    called like a property of ``known`` where the last one has a number, else the last one.
    """
    levels = [level for level in topic.split("/") if level]
    if not levels or (len(levels) == 1 and not is_value):
        return ()
    names = [number for number, level in enumerate(levels) if not _says_kind(level)]
    pattern = list(levels)
    if is_value:
        called = {**MEANINGS, **codes_by_name(known.values())} if known else {}
        field = next((number for number in reversed(names) if not levels[number].isdigit()), len(levels) - 1)
        if any(mark.isdigit() for mark in levels[field]):  # it may be one of several devices
            known_levels = [number for number in names if "_".join(words_of(levels[number])) in called]
            field = known_levels[-1] if known_levels else field
        names = [number for number in names if number != field]
        pattern[field] = "{field}"
    if names:
        digits = {number: sum(mark.isdigit() for mark in levels[number]) for number in names}
        serials = [number for number in names if digits[number] >= _SERIAL_DIGITS_MIN]
        named = [number for number in names if digits[number] and not levels[number].isdigit()]
        stands_for = [number for number in names if _PLACEHOLDER.fullmatch(levels[number])]
        pattern[(stands_for or serials or named or names)[-1]] = "{thing}"
    elif is_value and pattern[0] != "{field}":
        pattern[0] = "{thing}"
    return (("/" if topic.startswith("/") else "") + "/".join(pattern),)


def keep_details(before: FieldGuess, chosen: FieldGuess) -> FieldGuess:
    """A field that is said to measure something, with what else was known of it: a choice of a unit says nothing of them.

    Values that stand for none are of what is sent, so they stay. A factor and labels of a table stay with its property, guessed ones only
    with their unit too, from which they were guessed.
    """
    if before.role != "property" or chosen.role != "property":
        return chosen
    is_same = before.observed_property == chosen.observed_property and (
        before.reason == KNOWN or before.unit == chosen.unit
    )
    return replace(
        chosen,
        scale=before.scale if is_same else 1,
        labels=before.labels if is_same else None,
        missing=before.missing,
        model=before.model,
    )
