"""SenML packs as most are: records of a name and a value, which a library can check while it reads. Pure.

What is not so is left to :mod:`ingest.decoders.senml_records`, which knows every label and says what is wrong. Of a plain
pack both make the same, and nothing is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from citycore.wire import Message
from ingest.decoders.model import Decoded, Limits, Reading
from ingest.decoders.reading import count_key_ends
from ingest.decoders.senml_records import (
    COORDINATES,
    NUMBER_MAX,
    TEXT_CHARACTERS_MAX,
    UCUM,
    instant_of,
    records_max,
    split,
)

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
#: A longitude or a latitude is half of a result.
_POSITION = "position"
_UNITS = UCUM | dict.fromkeys(COORDINATES, _POSITION)
_Instants = dict[tuple[str | None, datetime | None], tuple[dict[str, Any], dict[str, str]]]


class Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A plain record (RFC 8428, section 4)."""

    n: _Text
    v: int | float | UnsetType = UNSET
    vs: str | UnsetType = UNSET
    vb: bool | UnsetType = UNSET
    u: _Text | UnsetType = UNSET
    t: int | float | UnsetType = UNSET
    bn: _Text | UnsetType = UNSET
    bt: int | float | UnsetType = UNSET
    bu: _Text | UnsetType = UNSET


_decode = msgspec.json.Decoder(list[Record]).decode


def decode_plain(payload: bytes, limits: Limits, received: datetime | None) -> Decoded | None:
    """What a pack of JSON holds; None if it is not plain."""
    try:
        records = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _decoded(records, limits, received, count_key_ends(payload))


def convert_plain(records: Sequence[Any], limits: Limits, received: datetime | None) -> Decoded | None:
    """The same of records that are read already."""
    try:
        plain = msgspec.convert(records, list[Record])
    except msgspec.ValidationError:
        return None
    return _decoded(plain, limits, received, sum(map(len, records)))


def _decoded(records: list[Record], limits: Limits, received: datetime | None, keys: int) -> Decoded | None:
    """``keys`` is how many labels there are: one too many where one stands twice, or where a record has two values."""
    if not 0 < len(records) <= records_max(limits):
        return None
    pack = _Pack(received)
    if not pack.take(records) or keys != pack.keys:
        return None
    return pack.decoded(limits)


class _Pack:
    """What the records of a pack say, by thing and instant."""

    __slots__ = ("_base_time", "_instants", "_received", "keys")

    def __init__(self, received: datetime | None) -> None:
        #: Two labels of each record, and those that are counted while they are met.
        self.keys = 0
        self._received = received
        self._base_time: float = 0
        self._instants: _Instants = {}

    def take(self, records: list[Record]) -> bool:  # noqa: C901 -- a call for each record costs a third of the rate
        """Take them in; False where one needs a closer look."""
        keys, base_name, base_unit, instants = 2 * len(records), "", None, self._instants
        moved: float | UnsetType | None = UNSET
        time: datetime | None = None
        for record in records:
            if record.bn is not UNSET:
                keys, base_name = keys + 1, record.bn
            if record.bu is not UNSET:
                keys, base_unit = keys + 1, _UNITS.get(record.bu, record.bu)
            if record.bt is not UNSET:
                keys, self._base_time, moved = keys + 1, record.bt, None
            unit = base_unit
            if record.u is not UNSET:
                keys, unit = keys + 1, _UNITS.get(record.u, record.u)
            if record.t is not moved:
                moved, time, is_known = record.t, *self._instant(record.t)
                if not is_known:
                    return False
            keys += record.t is not UNSET
            value: Any = record.v
            if value is UNSET:
                value, unit = _word(record), None if unit != _POSITION else unit
            thing, name = split(base_name, record.n)
            instant = instants.get((thing, time))
            if instant is None:
                instant = instants[thing, time] = ({}, {})
            if unit == _POSITION or value is None or not name or name in instant[0]:
                return False
            instant[0][name] = value
            if unit is not None:
                instant[1][name] = unit
        self.keys = keys
        return True

    def _instant(self, offset: float | UnsetType) -> tuple[datetime | None, bool]:
        """The instant at an offset from the base time, None for the time of receipt; and whether there is one."""
        seconds = self._base_time
        if not -NUMBER_MAX < seconds < NUMBER_MAX:
            return None, False
        if offset is not UNSET:
            if not -NUMBER_MAX < offset < NUMBER_MAX:
                return None, False
            seconds += offset
        time, reason = instant_of(seconds, self._received)
        return time, reason is None

    def decoded(self, limits: Limits) -> Decoded | None:
        if len(self._instants) > limits.instants_max:
            return None
        readings = []
        for (thing, time), (results, units) in self._instants.items():
            if len(results) > limits.results_max:
                return None
            readings.append(
                Reading(thing, Message(phenomenon_time=time, results=results, units=units or None))
            )
        return Decoded(readings)


def _word(record: Record) -> str | None:
    """What a record without a number says, if anything."""
    if record.vs is not UNSET:
        return record.vs
    if record.vb is not UNSET:
        return "true" if record.vb else "false"
    return None
