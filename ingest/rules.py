"""From received messages to rows and rejections: resolve, check, flag. Pure.

Every value of every message ends in exactly one place: a row or a rejection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from citycore.clock import EPOCH, MICROSECOND, moment_at
from citycore.missing_codes import codes_of
from citycore.model import ConflictPolicy, Quality
from citycore.quality import QualityTests
from citycore.topics import parse_topic
from citycore.units import SAME, Conversion, normalise_unit
from citycore.wire import LOCATION, Message
from ingest.allowances import BEYOND_ALLOWANCE, NOTHING_BEYOND, Weighed
from ingest.decoders.model import Reading, Unreadable
from ingest.decoders.native import decode
from ingest.decoding import Others, address_of, clean
from ingest.model import (
    CONNECTION,
    Announced,
    Checked,
    Connected,
    Datastream,
    Family,
    Flag,
    Meaning,
    Notes,
    Received,
    Rejection,
    Route,
    Rows,
    SentUnit,
    Thing,
)
from ingest.names import Names, convert, mismatch, results_of, unit_of, worded
from ingest.physical import MAGNITUDE_MAX, MAGNITUDE_MIN, is_physical, number_refusal, position_refusal
from ingest.plain import Plain, flags_of
from ingest.settings import IngestSettings
from ingest.standing import metres_from_place, misplaced

_SECOND_MICROSECONDS = 1_000_000
_SHOWN_CHARACTERS_MAX = 200
_NO_TIME = "none is stated; time_policy receive_time takes that of arrival"


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


class Sent(NamedTuple):
    """One result as another format than the native one brings it, with the quality that its time has."""

    name: str
    result: Any
    unit: str | None
    quality: Quality


class Checker:
    """Checks one batch against the registry. One use each."""

    def __init__(
        self,
        targets: Mapping[str, Thing | Route | None],
        settings: IngestSettings,
        others: Others | None = None,
        names: Names | None = None,
    ) -> None:
        """``targets`` holds the registered thing or the route of every topic in the batch, None if there is none.

        ``others`` are the messages that have a route, decoded; ``names`` is what the registry knows beside things.
        """
        self._targets = targets
        self._settings = settings
        self._others = others or Others()
        self._names = names or Names()
        self._notes = Notes(memory=self._others.memory)
        self._flags: list[Flag] = []
        self._quality_tests: dict[int, QualityTests] = {}
        #: Datastreams of this batch.
        self._known: set[int] = set()
        #: Units that were noted in this batch.
        self._sent_units: dict[int, str] = {}
        self._earliest = int((settings.earliest_phenomenon_time - EPOCH) / MICROSECOND)
        self._ahead = int(settings.clock_ahead_seconds_max * _SECOND_MICROSECONDS)
        self._columns = {family: _Columns() for family in Family}
        self._rejections: list[Rejection] = []
        self._policies: dict[int, ConflictPolicy] = {}
        self._plain: Plain | None = Plain(self._earliest, self._ahead, settings.results_per_message_max)

    def check(self, received: Sequence[Received], weighed: Weighed = NOTHING_BEYOND) -> Checked:
        """Messages that are ``weighed`` as beyond what their source may send are counted and not looked at."""
        beyond = weighed.messages
        for number, message in enumerate(received):
            if number in beyond:
                self._rejections.append(Rejection(number, BEYOND_ALLOWANCE, message.topic, is_kept=False))
            else:
                self._message(number, message)
        self._notes.excesses = weighed.excesses
        rows = self._rows(received)
        return Checked(
            list(received),
            {family: some for family, some in rows.items() if len(some)},
            self._rejections,
            self._policies,
            len(received),
            notes=self._notes,
            flags=self._flags,
            quality_tests=self._quality_tests,
        )

    def _rows(self, received: Sequence[Received]) -> dict[Family, Rows]:
        """By family all rows in the order of the messages, those of plain messages among them."""
        plain, self._plain = self._plain, None
        assert plain is not None, "one use each"
        of_plain, others = plain.rows()
        for number in others:
            self._message(number, received[number])
        if others:
            self._rejections.sort(key=lambda rejection: rejection.message)
        for datastream in plain.datastreams():
            if datastream.datastream_id not in self._known:
                self._note_datastream(datastream)
        rows = {family: columns.rows(family) for family, columns in self._columns.items()}
        if of_plain is not None:
            self._flags += [flag for flag in flags_of(of_plain) if not self._is_missing(flag)]
            rows[Family.MEASUREMENT] = of_plain.merged(rows[Family.MEASUREMENT])
        return rows

    def _message(self, number: int, received: Received) -> None:
        thing = self._targets.get(received.topic)
        if type(thing) is Route:
            self._decoded(number, received, thing)
            return
        if thing is None:
            known_form = parse_topic(received.topic) is not None
            self._reject(number, "unknown_thing" if known_form else "unknown_topic", received.topic)
            return
        assert isinstance(thing, Thing)
        if received.retained and thing.ignores_retained:
            return
        try:
            instants = decode(received.payload, self._settings.instants_per_message_max)
        except Unreadable as error:
            self._reject(number, error.reason, error.detail)
            return
        if self._plain is not None and self._plain.take(number, received, thing, instants):
            return
        for instant in instants:
            self._instant(number, received, thing, instant)

    def _decoded(self, number: int, received: Received, route: Route) -> None:
        """A message of another format."""
        decoded = self._others.decoded[number]
        if isinstance(decoded, Unreadable):
            self._reject(number, decoded.reason, decoded.detail)
            return
        if received.retained and route.source.ignores_retained:
            return
        for refusal in decoded.refusals:
            self._reject(number, refusal.reason, _shown(refusal.name, refusal.detail))
        for reading in decoded.readings:
            address = address_of(route, reading)
            thing = self._others.things.get(address)
            if thing is None:
                self._unknown(number, address.thing, reading.message)
            else:
                self._instant(number, received, thing, reading.message, reading)
        if not decoded.readings and not decoded.refusals:
            if decoded.remark is None:
                self._reject(number, "unreadable_payload", "the message holds no result")
            self._notes.remarks += 1
        if decoded.service_alerts is not None:
            at = moment_at(received.received_microseconds)
            told = decoded.service_alerts
            # A clock that is ahead would make every later feed an older one.
            stated_at = at if told.stated_at is None else min(told.stated_at, at)
            self._notes.announced.append(
                Announced(route.source.source_id, clean(route.topic), stated_at, told)
            )
        namespace = received.topic.removesuffix(route.topic)
        self._notes.requests += [(namespace + request.topic, request.payload) for request in decoded.requests]

    def _unknown(self, number: int, name: str, instant: Message) -> None:
        """A reading of a thing that nobody registered, with what it would bring."""
        names = [*results_of(instant), *([LOCATION] if instant.location is not None else [])]
        detail = f"{name}: {', '.join(names)}"[:_SHOWN_CHARACTERS_MAX]
        self._reject(number, "unknown_thing", detail, max(1, len(names)))

    def _instant(
        self,
        number: int,
        received: Received,
        thing: Thing,
        instant: Message,
        reading: Reading | None = None,
    ) -> None:
        """``reading`` is what another format than the native one says beside the message."""
        results, location = results_of(instant), instant.location
        if location is not None and thing.place is not None:
            location = self._moved(number, thing, location)
        count = len(results) + (location is not None)
        if not count:
            self._nothing(number, instant)
            return
        if count > self._settings.results_per_message_max:
            self._reject(number, "too_large", f"{count} results in one instant", count)
            return
        if CONNECTION in results and instant.phenomenon_time is None:
            # A last will has no time: the broker publishes what it was given long ago.
            self._connection(thing, results[CONNECTION], received.received_microseconds)
            is_wanted = CONNECTION in thing.datastreams or CONNECTION in thing.mapping
            if len(results) == 1 and not is_wanted:
                self._notes.ignored_values += 1
                return
        time, quality, reason = self._time(instant.phenomenon_time, thing, received)
        if reason is not None:
            self._reject(number, reason, str(instant.phenomenon_time or _NO_TIME), count)
            return
        if CONNECTION in results:
            self._connection(thing, results[CONNECTION], time)
        for name, result in results.items():
            unit = unit_of(instant, name)
            worth = (
                quality
                if reading is None or not (reading.missing or reading.models)
                else self._quality_of(Sent(name, result, unit, quality), reading, thing)
            )
            self._value(number, thing, name, result, unit, time, worth)
        if location is not None:
            self._value(number, thing, LOCATION, location, None, time, quality)

    def _quality_of(self, sent: Sent, reading: Reading, thing: Thing) -> Quality:
        """Missing for what stands for "no value": as the format says, or as is known of the sensor that it names."""
        if sent.name in reading.missing:
            return Quality.MISSING
        model = reading.models.get(sent.name)
        if model is None or type(sent.result) not in {int, float}:
            return sent.quality
        meaning = thing.mapping.get(sent.name)
        wanted = self._names.meant(sent.name) if meaning is None else meaning.datastream
        datastream = thing.datastreams.get(sent.name) or thing.datastreams.get(wanted)
        if datastream is None:
            return sent.quality
        unit = sent.unit or (None if meaning is None else meaning.unit) or datastream.unit
        codes = codes_of(model, wanted.partition("/")[0], normalise_unit(unit))
        if sent.result in codes.values:
            return Quality.MISSING
        if sent.result not in codes.doubtful:
            return sent.quality
        conversion = convert(unit, datastream, wanted)
        number = float(sent.result) if conversion is None else conversion(float(sent.result))
        is_within = datastream.lower_bound <= number <= datastream.upper_bound
        return max(sent.quality, Quality.SUSPECT) if is_within else Quality.MISSING

    def _nothing(self, number: int, instant: Message) -> None:
        if instant.location is None:
            self._reject(number, "unreadable_payload", "the message holds no result")

    def _moved(self, number: int, thing: Thing, location: tuple[float, float]) -> tuple[float, float] | None:
        """A position that is to be stored or refused as any value. Of a fixed thing without a datastream for it, none is."""
        metres = metres_from_place(thing, location)
        if metres is None:
            return location
        if metres <= self._settings.place_metres_max:
            self._notes.ignored_values += 1
        else:
            self._reject(number, "unknown_property", misplaced(metres))
        return None

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
                time = (stated - EPOCH) // MICROSECOND
                if time < self._earliest:
                    reason = "clock_unset"
                elif time > received.received_microseconds + self._ahead:
                    reason = "clock_ahead"
        if reason is not None and thing.takes_receive_time:
            # A device without a clock is in order; one whose clock is wrong is not.
            quality = Quality.NOT_EVALUATED if stated is None else Quality.SUSPECT
            return received.received_microseconds, quality, None
        return time, quality, reason

    def _value(  # noqa: PLR0913, PLR0917 -- the parts of one observation; a class for them costs a third of the rate
        self, number: int, thing: Thing, name: str, result: Any, unit: str | None, time: int, quality: int
    ) -> None:
        datastream, conversion = thing.datastreams.get(name), None
        if datastream is None or unit is not None or thing.mapping:
            found = self._look_closer(number, thing, name, unit)
            if found is None:
                return
            datastream, unit, conversion = found
        kind = type(result)
        if (
            datastream.family is Family.MEASUREMENT
            and (kind is float or kind is int)
            and (MAGNITUDE_MIN <= result <= MAGNITUDE_MAX or is_physical(result))  # most are positive
        ):
            if conversion is not None:
                result = conversion(result)
            is_within = datastream.lower_bound <= result <= datastream.upper_bound
            if not is_within or quality == Quality.MISSING:
                quality, test = _outside(datastream, result, quality)
                if not test:
                    self._reject(number, "not_physical", _shown(name, result))
                    return
                self._flags.append(Flag(datastream.datastream_id, time, test, quality, float(result)))
        else:
            result = worded(datastream, name, result)
            reason = self._refusal(datastream, result)
            if reason is not None:
                self._reject(number, reason, _shown(name, result))
                return
        if unit is not None:
            self._note_unit(datastream, unit, conversion, time)
        columns = self._columns[datastream.family]
        columns.datastream_ids.append(datastream.datastream_id)
        columns.times.append(time)
        columns.results.append(result)
        columns.qualities.append(datastream.within(quality))
        columns.messages.append(number)
        if datastream.datastream_id not in self._known:
            self._note_datastream(datastream)

    def _is_missing(self, flag: Flag) -> bool:
        """Whether what lies outside of the bounds stands for "no value", which its own test says."""
        tests = self._quality_tests.get(flag.datastream_id)
        return tests is not None and tests.is_missing(flag.result)

    def _note_datastream(self, datastream: Datastream) -> None:
        """What the batch has to know of a datastream beside its rows, once."""
        self._known.add(datastream.datastream_id)
        if datastream.quality_tests is not None:
            self._quality_tests[datastream.datastream_id] = datastream.quality_tests
        if datastream.conflict_policy != "keep_first":
            self._policies[datastream.datastream_id] = datastream.conflict_policy

    def _look_closer(
        self, number: int, thing: Thing, name: str, unit: str | None
    ) -> tuple[Datastream, str | None, Conversion | None] | None:
        """The datastream, the unit as sent and how to convert it; None if that is refused or not wanted."""
        key, datastream = name, None if name in thing.mapping else thing.datastreams.get(name)
        if datastream is None:
            meant = self._meant(number, thing, name)
            if meant is None:
                return None
            key, datastream, unit = meant[0], meant[1], unit or meant[2]
        conversion: Conversion | None = None
        if unit is not None and unit != datastream.unit:
            unit = normalise_unit(unit)
            if unit != datastream.unit:
                conversion = convert(unit, datastream, key)
                if conversion is None:
                    self._reject(number, "unit_mismatch", mismatch(name, unit, datastream, key))
                    return None
        return datastream, unit, conversion

    def _meant(self, number: int, thing: Thing, name: str) -> tuple[str, Datastream, str | None] | None:
        """What a name as sent means: by the source's mapping, or by the other names of properties."""
        meaning: Meaning | None = None
        if name in thing.mapping:
            meaning = thing.mapping[name]
            if meaning is None:
                self._notes.ignored_values += 1
                return None
        wanted = meaning.datastream if meaning is not None else self._names.meant(name)
        datastream = thing.datastreams.get(wanted)
        if datastream is None:
            if name == CONNECTION:
                self._notes.ignored_values += 1
            else:
                self._reject(number, "unknown_property", name)
            return None
        return wanted, datastream, None if meaning is None else meaning.unit

    def _note_unit(self, datastream: Datastream, unit: str, conversion: Conversion | None, time: int) -> None:
        """Where results come in another unit than before, a new segment begins."""
        known = datastream.datastream_id
        before = self._sent_units.get(known) or self._names.sent_units.get(known) or datastream.sent_unit
        if unit == (before or datastream.unit):
            return
        made = conversion or SAME
        self._notes.units.append(SentUnit(known, time, unit, made.factor, made.shift, made.convention))
        self._sent_units[known] = unit

    def _connection(self, thing: Thing, said: Any, time: int) -> None:
        if thing.thing_id and said in ("online", "offline"):
            self._notes.connections[thing.thing_id] = Connected(
                thing.thing_id, said == "online", time, "availability"
            )

    def _refusal(self, datastream: Datastream, result: Any) -> str | None:
        """Why a result does not fit its datastream, or None if it does."""
        if result is None:
            return "missing_result"
        if datastream.family is Family.MEASUREMENT:
            return number_refusal(result)
        if datastream.family is Family.CATEGORY:
            fits = isinstance(result, str) and len(result) <= self._settings.text_characters_max
            return None if fits else "wrong_type"
        return position_refusal(result)

    def _reject(self, number: int, reason: str, detail: str, values: int = 1) -> None:
        self._rejections.append(Rejection(number, reason, detail, values))


def _outside(datastream: Datastream, result: float, quality: int) -> tuple[Quality, str]:
    """The flag of a result outside of its bounds, or that stands for "no value", and the test; none where it can be no result at all."""
    tests = datastream.quality_tests
    if quality == Quality.MISSING or (tests is not None and tests.is_missing(result)):
        return Quality.MISSING, "sentinel"
    is_possible = datastream.lowest_possible <= result <= datastream.highest_possible
    return Quality.BAD, "gross_range" if is_possible else ""


def _in_zone(stated: datetime, thing: Thing) -> tuple[datetime, bool]:
    """A local time in the source's zone, and whether it names exactly one instant."""
    first = stated.replace(tzinfo=thing.zone, fold=0)
    last = stated.replace(tzinfo=thing.zone, fold=1)
    # Not converted to UTC, where an instant at either end of the calendar has no name.
    return first, first.utcoffset() == last.utcoffset()


def _shown(name: str, result: Any) -> str:
    try:
        return f"{name}: {result!r}"[:_SHOWN_CHARACTERS_MAX]
    except (RecursionError, ValueError):  # nested too deep, or an integer with too many digits
        return f"{name}: {type(result).__name__}"
