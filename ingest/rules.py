"""From received messages to rows and rejections: resolve, check, flag. Pure.

Every value of every message ends in exactly one place: a row or a rejection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import numpy as np

from citycore.model import ConflictPolicy, Quality
from citycore.topics import parse_topic
from citycore.units import normalise_unit
from citycore.wire import LOCATION, Message
from ingest.decoders.model import Unreadable
from ingest.decoders.native import decode
from ingest.model import Checked, Datastream, Family, Received, Rejection, Rows, Thing
from ingest.physical import MAGNITUDE_MAX, MAGNITUDE_MIN, is_physical
from ingest.settings import IngestSettings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_MICROSECONDS = 1_000_000
_SHOWN_CHARACTERS_MAX = 200


class _Columns:
    """Growing columns of one family."""

    def __init__(self) -> None:
        self.datastream_ids: list[int] = []
        self.times: list[int] = []
        self.results: list[Any] = []
        self.qualities: list[int] = []
        self.messages: list[int] = []

    def rows(self, family: Family) -> Rows:
        if family is Family.CATEGORY:
            results = np.array(self.results, dtype=object)
        elif family is Family.POSITION:
            results = np.array(self.results, dtype=np.float64).reshape(len(self.results), 2)
        else:
            results = np.array(self.results, dtype=np.float64)
        return Rows(
            family,
            np.array(self.datastream_ids, dtype=np.int32),
            np.array(self.times, dtype=np.int64),
            results,
            np.array(self.qualities, dtype=np.int16),
            np.array(self.messages, dtype=np.int32),
        )


class Checker:
    """Checks one batch against the registry. One use each."""

    def __init__(self, things: Mapping[str, Thing | None], settings: IngestSettings) -> None:
        """``things`` holds the registered thing of every topic in the batch, None if there is none."""
        self._things = things
        self._settings = settings
        self._earliest = int((settings.earliest_phenomenon_time - _EPOCH) / _MICROSECOND)
        self._ahead = int(settings.clock_ahead_seconds_max * _SECOND_MICROSECONDS)
        self._columns = {family: _Columns() for family in Family}
        self._rejections: list[Rejection] = []
        self._policies: dict[int, ConflictPolicy] = {}

    def check(self, received: Sequence[Received]) -> Checked:
        for number, message in enumerate(received):
            self._message(number, message)
        rows = {family: columns.rows(family) for family, columns in self._columns.items()}
        return Checked(
            list(received),
            {family: some for family, some in rows.items() if len(some)},
            self._rejections,
            self._policies,
            len(received),
        )

    def _message(self, number: int, received: Received) -> None:
        thing = self._things.get(received.topic)
        if thing is None:
            known_form = parse_topic(received.topic) is not None
            self._reject(number, "unknown_thing" if known_form else "unknown_topic", received.topic)
            return
        if received.retained and thing.ignores_retained:
            return
        try:
            instants = decode(received.payload, self._settings.instants_per_message_max)
        except Unreadable as error:
            self._reject(number, error.reason, error.detail)
            return
        for instant in instants:
            self._instant(number, received, thing, instant)

    def _instant(self, number: int, received: Received, thing: Thing, instant: Message) -> None:
        results = _results_of(instant)
        if not results and instant.location is None:
            self._reject(number, "unreadable_payload", "the message holds no result")
            return
        count = len(results) + (instant.location is not None)
        if count > self._settings.results_per_message_max:
            self._reject(number, "too_large", f"{count} results in one instant", count)
            return
        time, quality, reason = self._time(instant.phenomenon_time, thing, received)
        if reason is not None:
            self._reject(number, reason, str(instant.phenomenon_time or ""), count)
            return
        for name, result in results.items():
            self._value(number, thing, name, result, _unit_of(instant, name), time, quality)
        if instant.location is not None:
            self._value(number, thing, LOCATION, instant.location, None, time, quality)

    def _time(
        self, stated: datetime | None, thing: Thing, received: Received
    ) -> tuple[int, Quality, str | None]:
        """Microseconds since 1970, the flag, and the reason if the time is refused."""
        quality = Quality.NOT_EVALUATED
        reason: str | None = None
        time = received.received_microseconds
        if stated is None:
            reason = "missing_time"
        else:
            if stated.tzinfo is None:
                if thing.zone is None:
                    reason = "naive_time"
                else:
                    stated, certain = _in_zone(stated, thing)
                    quality = quality if certain else Quality.SUSPECT
            if reason is None:
                time = (stated - _EPOCH) // _MICROSECOND
                if time < self._earliest:
                    reason = "clock_unset"
                elif time > received.received_microseconds + self._ahead:
                    reason = "clock_ahead"
        if reason is not None and thing.takes_receive_time:
            return received.received_microseconds, Quality.SUSPECT, None
        return time, quality, reason

    def _value(  # noqa: PLR0913, PLR0917 -- the parts of one observation; a class for them costs a third of the rate
        self, number: int, thing: Thing, name: str, result: Any, unit: str | None, time: int, quality: int
    ) -> None:
        datastream = thing.datastreams.get(name)
        if datastream is None:
            self._reject(number, "unknown_property", name)
            return
        if unit is not None and unit != datastream.unit and normalise_unit(unit) != datastream.unit:
            self._reject(number, "unit_mismatch", f"{name}: {unit}, expected {datastream.unit}")
            return
        kind = type(result)
        if (
            datastream.family is Family.MEASUREMENT
            and (kind is float or kind is int)
            and (MAGNITUDE_MIN <= result <= MAGNITUDE_MAX or is_physical(result))  # most are positive
        ):
            if not datastream.lower_bound <= result <= datastream.upper_bound:
                quality = Quality.BAD
        else:
            reason = self._refusal(datastream, result)
            if reason is not None:
                self._reject(number, reason, _shown(name, result))
                return
        columns = self._columns[datastream.family]
        columns.datastream_ids.append(datastream.datastream_id)
        columns.times.append(time)
        columns.results.append(result)
        columns.qualities.append(quality)
        columns.messages.append(number)
        if datastream.conflict_policy != "keep_first":
            self._policies[datastream.datastream_id] = datastream.conflict_policy

    def _refusal(self, datastream: Datastream, result: Any) -> str | None:
        """Why a result does not fit its datastream, or None if it does."""
        if result is None:
            return "missing_result"
        if datastream.family is Family.MEASUREMENT:
            return _number_refusal(result)
        if datastream.family is Family.CATEGORY:
            fits = isinstance(result, str) and len(result) <= self._settings.text_characters_max
            return None if fits else "wrong_type"
        return position_refusal(result)

    def _reject(self, number: int, reason: str, detail: str, values: int = 1) -> None:
        self._rejections.append(Rejection(number, reason, detail, values))


def _results_of(instant: Message) -> dict[str, Any]:
    results = instant.results or {}
    if instant.observed_property is None:
        return results
    return {**results, instant.observed_property: instant.result}


def _unit_of(instant: Message, name: str) -> str | None:
    if instant.units is not None and name in instant.units:
        return instant.units[name]
    return instant.unit if name == instant.observed_property else None


def _in_zone(stated: datetime, thing: Thing) -> tuple[datetime, bool]:
    """A local time in the source's zone, and whether it names exactly one instant."""
    first = stated.replace(tzinfo=thing.zone, fold=0)
    last = stated.replace(tzinfo=thing.zone, fold=1)
    # Not converted to UTC, where an instant at either end of the calendar has no name.
    return first, first.utcoffset() == last.utcoffset()


def _number_refusal(result: Any) -> str | None:
    if type(result) not in (int, float):
        return "wrong_type"
    if not _is_finite(result):
        return "non_finite"
    return None if is_physical(result) else "not_physical"


def _is_finite(result: float) -> bool:
    try:
        return isfinite(result)
    except OverflowError:  # an integer beyond what a double can hold
        return False


def _shown(name: str, result: Any) -> str:
    try:
        return f"{name}: {result!r}"[:_SHOWN_CHARACTERS_MAX]
    except (RecursionError, ValueError):  # nested too deep, or an integer with too many digits
        return f"{name}: {type(result).__name__}"


def position_refusal(result: Any) -> str | None:
    if not isinstance(result, tuple | list) or len(result) != 2:
        return "wrong_type"
    longitude, latitude = result
    reason = _number_refusal(longitude) or _number_refusal(latitude)
    if reason is not None:
        return reason
    return None if -180 <= longitude <= 180 and -90 <= latitude <= 90 else "wrong_type"
