"""SenML records (RFC 8428) to readings, whatever they were encoded in. Pure.

Records have the labels of JSON: ``bn bt bu bv bs bver n u v vs vb vd s t ut``. The name of a record is its base name and
its name in one; the RFC does not say which part of it is a device. The rule here:

* a record with a base name and a name: the base name is the thing, the name is the property;
* a name alone that is a ``urn:dev:``: all before the first ``_`` after its identifier is the thing (RFC 9039),
  what follows is the property;
* another name alone: what stands before its last ``/`` is the thing, what follows is the property; without a
  ``/`` the topic tells the thing.

Where no property is named, the unit names it: ``%RH`` is relative humidity, ``lon`` and ``lat`` are a position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any

from citycore.clock import EPOCH
from citycore.wire import Message
from ingest.decoders.model import Decoded, Limits, Reading, Refusal, Remark, Unreadable

#: Registered units of SenML (RFC 8428 section 12.1, and the secondary ones of RFC 8798) and their UCUM codes, where they differ.
UCUM = {
    "Cel": "Cel",
    "%RH": "%",
    "%EL": "%",
    "EL": "s",
    "/": "1",
    "%": "%",
    "count": "{#}",
    "beat/min": "{beat}/min",
    "beats": "{beat}",
    "bpm": "{beat}/min",
    "1/min": "/min",
    "1/s": "/s",
    "event/s": "{event}/s",
    "event/min": "{event}/min",
    "bit": "bit",
    "bit/s": "bit/s",
    "B": "By",
    "KiB": "KiBy",
    "GB": "GBy",
    "B/s": "By/s",
    "MB/s": "MBy/s",
    "Mbit/s": "Mbit/s",
    "dB": "dB",
    "dBW": "dB[W]",
    "dBm": "dB[mW]",
    "Bspl": "B[SPL]",
    "pH": "[pH]",
    "ohm": "Ohm",
    "kohm": "kOhm",
    "VA": "V.A",
    "kVA": "kV.A",
    "VAs": "V.A.s",
    "VAh": "V.A.h",
    "kVAh": "kV.A.h",
    "var": "var",
    "vars": "var.s",
    "varh": "var.h",
    "kvar": "kvar",
    "kvarh": "kvar.h",
    "Ah": "A.h",
    "Wh": "W.h",
    "kWh": "kW.h",
    "J/m": "J/m",
    "Wh/km": "W.h/km",
    "m/h": "m/h",
    "km/h": "km/h",
    "mm/h": "mm/h",
    "hPa": "hPa",
    "ppm": "[ppm]",
    "ppb": "[ppb]",
    "/100": "%",
    "/1000": "[ppth]",
    "ug/m3": "ug/m3",
    "NTU": "{NTU}",
    "dBA": "dB[SPL]",
    "deg": "deg",
    "min": "min",
    "h": "h",
    "l": "L",
    "l/s": "L/s",
    "Gal": "Gal",
}
#: What a record without a name is of, by its unit. Other units name no quantity, and stand for themselves.
NAME_BY_UNIT = {"%RH": "relative_humidity", "%EL": "battery_level", "Cel": "temperature"}
#: RFC 8428, section 4.4: versions up to this one are known here.
VERSION_MAX = 10
#: Times below this many seconds are relative to now (section 4.5.3).
ABSOLUTE_SECONDS_MIN = 2**28
TEXT_CHARACTERS_MAX = 500
#: Of times and base values.
NUMBER_MAX = 1e300
_BASES = frozenset({"bn", "bt", "bu", "bv", "bs", "bver"})
_KNOWN = _BASES | {"n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"}
_VALUES = ("v", "vs", "vb", "vd")
_SEPARATORS = "/:._-"
COORDINATES = ("lon", "lat")


@dataclass(slots=True)
class _Base:
    """The base fields that hold from a record on."""

    name: str = ""
    time: float = 0
    unit: str | None = None
    value: float | None = None
    sum: float | None = None


@dataclass(slots=True)
class _Instant:
    results: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    coordinates: dict[str, float] = field(default_factory=dict)


def readings_of(
    records: Sequence[Mapping[str, Any]], limits: Limits, received: datetime | None = None
) -> Decoded:
    """What a pack of records holds; :class:`Unreadable` if it is none.

    ``received`` is the now of relative times; without it a value with such a time is refused.
    """
    if not records:
        raise Unreadable("unreadable_payload", "the pack is empty")
    if len(records) > records_max(limits):
        raise Unreadable("too_large", f"more than {records_max(limits)} records in one pack")
    pack = _Pack(limits, received)
    for number, record in enumerate(records):
        pack.take(number, record)
    return pack.decoded()


def records_max(limits: Limits) -> int:
    """How many records a pack may have."""
    return limits.instants_max * 10


class _Pack:
    """One pack, record by record."""

    def __init__(self, limits: Limits, received: datetime | None) -> None:
        self._limits = limits
        self._received = received
        self._base = _Base()
        self._instants: dict[tuple[str | None, datetime | None], _Instant] = {}
        self._repeated: list[Reading] = []
        self._refusals: list[Refusal] = []
        self._last: tuple[float, datetime | None, str | None] = (0, None, None)

    def take(self, number: int, record: Mapping[str, Any]) -> None:
        if not isinstance(record, Mapping):
            raise Unreadable("unreadable_payload", f"record {number} is not an object")
        self._check_labels(number, record)
        base = self._rebase(number, record)
        given = [label for label in _VALUES if label in record]
        has_sum = "s" in record or (base.sum is not None and bool(given))
        if len(given) > 1:
            raise Unreadable("unreadable_payload", f"record {number} has {' and '.join(given)}")
        if not given and not has_sum:
            if base.value is None or not {"n", "u", "t"} & record.keys():
                return  # base fields alone
            given = ["v"]
        name = _text(number, record, "n") or ""
        unit = _text(number, record, "u") or base.unit
        thing, code = split(base.name, name)
        seconds = base.time + (_number(number, record, "t") or 0)
        if seconds != self._last[0]:
            self._last = (seconds, *instant_of(seconds, self._received))
        _, time, refusal = self._last
        code = code or NAME_BY_UNIT.get(unit or "", unit or "value")
        if refusal is not None:
            self._refusals.append(Refusal(code, "missing_time", refusal))
            return
        for label in given:
            self._value(number, (thing, time), (code, unit), (label, record.get(label)))
        if has_sum:
            total = (base.sum or 0) + (_number(number, record, "s") or 0)
            self._put((thing, time), f"{code}_sum", total, f"({UCUM.get(unit, unit)}).s" if unit else None)

    def decoded(self) -> Decoded:
        readings = []
        for (thing, time), instant in self._instants.items():
            location = None
            if instant.coordinates.keys() == set(COORDINATES):
                location = (instant.coordinates["lon"], instant.coordinates["lat"])
            else:
                for name in instant.coordinates:
                    lacking = "lat" if name == "lon" else "lon"
                    self._refusals.append(Refusal(name, "missing_result", f"{name} without {lacking}"))
            if instant.results or location is not None:
                message = Message(
                    phenomenon_time=time,
                    results=instant.results or None,
                    units=instant.units or None,
                    location=location,
                )
                readings.append(Reading(thing, message))
        readings += self._repeated
        if len(readings) > self._limits.instants_max:
            raise Unreadable("too_large", f"more than {self._limits.instants_max} instants in one message")
        remark = None if readings or self._refusals else Remark.STATUS
        return Decoded(readings, self._refusals, remark)

    @staticmethod
    def _check_labels(number: int, record: Mapping[str, Any]) -> None:
        for label in record.keys() - _KNOWN:
            if str(label).endswith("_"):  # section 4.4: must be understood
                raise Unreadable("unreadable_payload", f"record {number}: unknown label {str(label)[:50]}")
        version = record.get("bver")
        if version is not None and (type(version) is not int or not 0 < version <= VERSION_MAX):
            raise Unreadable("unreadable_payload", f"record {number}: version {str(version)[:50]}")

    def _rebase(self, number: int, record: Mapping[str, Any]) -> _Base:
        base = self._base
        if _BASES.isdisjoint(record):
            return base
        if (name := _text(number, record, "bn")) is not None:
            base.name = name
        if (unit := _text(number, record, "bu")) is not None:
            base.unit = unit
        if (time := _number(number, record, "bt")) is not None:
            base.time = time
        if (value := _number(number, record, "bv")) is not None:
            base.value = value
        if (total := _number(number, record, "bs")) is not None:
            base.sum = total
        return base

    def _value(
        self,
        number: int,
        at: tuple[str | None, datetime | None],
        what: tuple[str, str | None],
        stated: tuple[str, Any],
    ) -> None:
        (code, unit), (label, value) = what, stated
        if label == "vd":
            self._refusals.append(Refusal(code, "unsupported_value", "binary data (vd)"))
            return
        if label == "v":
            value = self._base.value or 0 if value is None else value
            if type(value) not in (int, float):
                self._refusals.append(Refusal(code, "wrong_type", f"v of record {number} is no number"))
                return
            if stated[1] is not None and self._base.value is not None:
                try:
                    value += self._base.value
                except OverflowError:  # an integer beyond what a double can hold
                    self._refusals.append(Refusal(code, "non_finite", f"v of record {number}"))
                    return
        elif type(value) is not (str if label == "vs" else bool):
            self._refusals.append(Refusal(code, "wrong_type", f"{label} of record {number}"))
            return
        elif label == "vb":
            value = "true" if value else "false"
        if unit in COORDINATES and label == "v":
            instant = self._instants.setdefault(at, _Instant())
            if unit in instant.coordinates:
                self._refusals.append(Refusal(unit, "duplicate_value", f"{unit} twice at one instant"))
            else:
                instant.coordinates[unit] = value
            return
        self._put(at, code, value, None if label != "v" or unit is None else UCUM.get(unit, unit))

    def _put(self, at: tuple[str | None, datetime | None], code: str, value: Any, unit: str | None) -> None:
        instant = self._instants.get(at)
        if instant is None:
            instant = self._instants[at] = _Instant()
        if code in instant.results:  # one name twice at one instant: the store says whether they differ
            units = {code: unit} if unit else None
            self._repeated.append(
                Reading(at[0], Message(phenomenon_time=at[1], results={code: value}, units=units))
            )
            return
        if len(instant.results) >= self._limits.results_max:
            raise Unreadable("too_large", f"more than {self._limits.results_max} results in one instant")
        instant.results[code] = value
        if unit is not None:
            instant.units[code] = unit


def instant_of(seconds: float, received: datetime | None) -> tuple[datetime | None, str | None]:
    """The instant, None for the time of receipt; and why not."""
    if seconds == 0:
        return None, None
    origin = EPOCH if seconds >= ABSOLUTE_SECONDS_MIN else received
    if origin is None:
        return None, f"{seconds:g} s relative to an unknown now"
    try:
        return origin + timedelta(microseconds=round(seconds * 1e6)), None
    except (OverflowError, ValueError):
        return None, f"{seconds:g} s is no time"


@lru_cache(maxsize=10_000)
def split(base: str, name: str) -> tuple[str | None, str]:
    """The thing and the property of a record."""
    if base and name:
        return base.rstrip(_SEPARATORS) or base, name.strip(_SEPARATORS) or name
    alone = base or name
    if not alone:
        return None, ""
    if alone[-1] in _SEPARATORS and alone.strip(_SEPARATORS):
        return alone.rstrip(_SEPARATORS), ""
    if alone.startswith("urn:dev:"):
        device, _, component = alone.partition("_")
        return device, component
    before, slash, after = alone.rpartition("/")
    if slash and before and after:
        return before, after
    return (alone, "") if base else (None, alone)


def _text(number: int, record: Mapping[str, Any], label: str) -> str | None:
    value = record.get(label)
    if value is None:
        return None
    if type(value) is not str or len(value) > TEXT_CHARACTERS_MAX:
        raise Unreadable(
            "unreadable_payload", f"{label} of record {number} is no text of {TEXT_CHARACTERS_MAX} characters"
        )
    return value


def _number(number: int, record: Mapping[str, Any], label: str) -> float | int | None:
    value = record.get(label)
    if value is None:
        return None
    if type(value) not in (int, float) or not -NUMBER_MAX < value < NUMBER_MAX or not isfinite(value):
        raise Unreadable("unreadable_payload", f"{label} of record {number} is no number")
    number_given: float | int = value
    return number_given
