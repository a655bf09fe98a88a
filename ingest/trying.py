"""What a message would become if its source were registered so: a dry run. Pure.

It goes the way of every message (:class:`ingest.rules.Checker`), with a thing for each device that the message names and a
datastream for each observed property that it is understood to have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from citycore.clock import moment_at
from citycore.quality import read_tests
from citycore.registry.document import (
    DatastreamEntry,
    Document,
    MeaningEntry,
    SensorEntry,
    SourceEntry,
    ThingEntry,
)
from citycore.topics import CODE, PREFIX, Address
from citycore.units import bounds_in, normalise_unit
from citycore.vocabulary import ObservedProperty, answers_of
from citycore.wire import LOCATION
from ingest.decoders.model import Decoded, Reading, Remark
from ingest.decoding import Formats, address_of
from ingest.model import (
    CONNECTION,
    FAMILY_OF,
    Datastream,
    Family,
    Meaning,
    Received,
    Rejection,
    Route,
    Source,
    Thing,
)
from ingest.names import Names
from ingest.quality import evaluate
from ingest.registry import NATIVE
from ingest.rules import Checker
from ingest.settings import IngestSettings

_NOT_CODE = re.compile(r"[^a-z0-9_-]+")
CODE_CHARACTERS_MAX = 63
VALUES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it would be stored."""

    thing: str
    datastream: str
    time: datetime
    result: Any
    unit: str
    quality: int
    #: As it came, where that is another unit: the result is ``sent * factor + shift``.
    sent_unit: str | None = None
    factor: float = 1.0
    shift: float = 0.0
    convention: str | None = None
    #: Which tests found it suspect or bad.
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What would become a dead letter, and why."""

    reason: str
    detail: str
    values: int


@dataclass(slots=True)
class Outcome:
    """What would come of a message. ``proposal`` is what to register so that it does."""

    decoder: str
    values: list[Value] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    #: For a message that holds no value and yet is in order.
    remark: str | None = None
    proposal: Document = field(default_factory=Document)


def try_message(
    source: SourceEntry,
    received: Received,
    properties: Mapping[str, ObservedProperty],
    settings: IngestSettings,
    recall: Callable[[str], Any] = lambda _key: None,
) -> Outcome:
    """``received.topic`` is whole; things that ``source`` describes keep their codes and names.

    ``recall`` gives what the source's format remembers of earlier messages, by key.
    """
    trial = _Trial(source, received, properties, settings)
    return trial.run(recall)


class _Trial:
    def __init__(
        self,
        entry: SourceEntry,
        received: Received,
        properties: Mapping[str, ObservedProperty],
        settings: IngestSettings,
    ) -> None:
        self._entry = entry
        self._received = received
        self._properties = properties
        self._settings = settings
        self._names = Names({alias: known.code for known in properties.values() for alias in known.aliases})
        self._source = source_of(entry)
        #: By number of the invented datastream, the code of its thing and what it observes.
        self._places: dict[int, tuple[str, str, Datastream]] = {}
        self._entries: dict[str, ThingEntry] = {}

    def run(self, recall: Callable[[str], Any]) -> Outcome:
        outcome = Outcome(self._entry.decoder)
        route = Route(self._source, _below_namespace(self._received.topic, self._entry.code))
        # The native format goes through its decoder here, so that its things are found as others' are.
        others = Formats(self._settings).decode(
            [self._received], {self._received.topic: route}, lambda _source, key: recall(key)
        )
        decoded = others.decoded[0]
        if isinstance(decoded, Decoded):
            outcome.remark = decoded.remark
            others.things = self._things(route, decoded.readings)
        checked = Checker({self._received.topic: route}, self._settings, others, self._names).check(
            [self._received]
        )
        if (measured := checked.rows.get(Family.MEASUREMENT)) is not None:
            checked.flags += evaluate(measured, checked.quality_tests, {}).flags
        units = {unit.datastream_id: unit for unit in checked.notes.units}
        tests: dict[tuple[int, int], list[str]] = {}
        for flag in checked.flags:
            tests.setdefault((flag.datastream_id, flag.time), []).append(flag.test)
        for rows in checked.rows.values():
            for number in range(min(len(rows), VALUES_MAX)):
                datastream_id, time = int(rows.datastream_ids[number]), int(rows.times[number])
                thing, name, datastream = self._places[datastream_id]
                unit = units.get(datastream_id)
                value = Value(
                    thing,
                    name,
                    moment_at(time),
                    rows.results[number].tolist() if rows.family is Family.POSITION else rows.results[number],
                    datastream.unit,
                    int(rows.qualities[number]),
                    unit.sent_unit if unit else None,
                    unit.factor if unit else 1.0,
                    unit.shift if unit else 0.0,
                    unit.convention if unit else None,
                    tuple(tests.get((datastream_id, time), ())),
                )
                outcome.values.append(value)
        outcome.refused = [_refused(rejection) for rejection in checked.rejections]
        if not outcome.values and not outcome.refused and outcome.remark is None:
            outcome.remark = Remark.STATUS  # whether a device is there, or where it stands anyway
        outcome.proposal = self._proposal()
        return outcome

    def _proposal(self) -> Document:
        """The source with what was found, and the sensors that its datastreams name."""
        things = list(self._entries.values())
        named = {each.sensor for thing in things for each in thing.datastreams if each.sensor}
        sensors = [SensorEntry(code=code, name_en=code, name_ar=code) for code in sorted(named)]
        return Document(sensors=sensors, sources=[_with_things(self._entry, things)])

    def _things(self, route: Route, readings: Sequence[Reading]) -> dict[Address, Thing | None]:
        """A thing for each device, with datastreams for what its readings are understood to hold."""
        things: dict[Address, Thing | None] = {}
        described = {
            name: thing for thing in self._entry.things for name in (thing.code, thing.device) if name
        }
        fixed: set[Address] = set()
        for reading in readings:
            address = address_of(route, reading)
            if not address.thing:
                continue
            thing = things.get(address)
            if thing is None:
                entry = described.get(address.thing) or _proposed(self._entry, address.thing)
                entry = self._entries.setdefault(entry.code, entry)
                thing = things[address] = Thing(
                    self._source.takes_receive_time,
                    self._source.zone,
                    self._source.ignores_retained,
                    {},
                    mapping=self._source.mapping,
                    place=None
                    if entry.longitude is None or entry.latitude is None
                    else (entry.longitude, entry.latitude),
                )
                described_as = {each.observed_property for each in entry.datastreams}
                if thing.place is not None and LOCATION not in described_as:
                    fixed.add(address)
            names = list(reading.message.results or {})
            if reading.message.observed_property is not None:
                names.append(reading.message.observed_property)
            if reading.message.location is not None and address not in fixed:
                names.append(LOCATION)
            for name in names:
                self._understand(address.thing, described, thing, name)
        return things

    def _understand(self, device: str, described: Mapping[str, ThingEntry], thing: Thing, name: str) -> None:
        """Give the thing the datastream that a name means, where that is known."""
        meaning = self._source.mapping.get(name)
        if meaning is None and name in self._source.mapping:
            return
        wanted = meaning.datastream if meaning is not None else self._names.meant(name)
        code, _, sensor = wanted.partition("/")
        known = self._properties.get(code)
        if known is None or wanted in thing.datastreams or (code == CONNECTION and not sensor):
            return
        entry = described.get(device) or _proposed(self._entry, device)
        entry = self._entries[entry.code]
        own = next(
            (
                each
                for each in entry.datastreams
                if (each.observed_property, each.sensor or "") == (code, sensor)
            ),
            None,
        )
        if own is None:
            own = DatastreamEntry(observed_property=code, sensor=sensor or None)
            entry = self._entries[entry.code] = _with_datastream(entry, own)
        unit = normalise_unit(own.unit or known.unit)
        number = len(self._places) + 1
        datastream = Datastream(
            number,
            unit,
            FAMILY_OF[own.result_type or known.result_type],
            own.conflict_policy,
            *bounds_in(unit, known.unit, known.lower_bound, known.upper_bound, code),
            *bounds_in(unit, known.unit, known.lowest_possible, known.highest_possible, code),
            quality_tests=read_tests(known.quality_tests | own.quality_tests, code, unit, [sensor]),
            words=answers_of(code),
        )
        thing.datastreams[wanted] = datastream
        self._places[number] = (entry.code, wanted, datastream)


def source_of(entry: SourceEntry) -> Source:
    """A source as ingest sees it, out of its description."""
    return Source(
        0,
        entry.code,
        entry.decoder,
        entry.time_policy == "receive_time",
        ZoneInfo(entry.zone) if entry.zone else None,
        entry.retained_policy == "ignore",
        tuple(entry.topic_filters),
        {name: _meaning(meaning) for name, meaning in entry.mapping.items()},
        entry.codec,
    )


def _meaning(entry: MeaningEntry | None) -> Meaning | None:
    if entry is None:
        return None
    name = f"{entry.observed_property}/{entry.sensor}" if entry.sensor else entry.observed_property
    return Meaning(name, entry.unit)


def _below_namespace(topic: str, code: str) -> str:
    return topic.removeprefix(f"{PREFIX}/{code}").removeprefix("/")


def _proposed(source: SourceEntry, device: str) -> ThingEntry:
    """A thing for a device that nobody described; people give it a better name."""
    plain = _NOT_CODE.sub("-", device.lower()).strip("-_") or "device"
    is_native = source.decoder == NATIVE and CODE.fullmatch(device) is not None
    code = device if is_native else f"{source.code}-{plain}"[-CODE_CHARACTERS_MAX:].lstrip("-_")
    return ThingEntry(
        code=code,
        device=None if code == device else device,
        kind="device",
        name_en=f"{source.name_en}, {device}"[:200],
        name_ar=f"{source.name_ar}، {device}"[:200],
    )


def _with_things(source: SourceEntry, things: list[ThingEntry]) -> SourceEntry:
    return replace(source, things=things)


def _with_datastream(thing: ThingEntry, datastream: DatastreamEntry) -> ThingEntry:
    return replace(thing, datastreams=[*thing.datastreams, datastream])


def _refused(rejection: Rejection) -> Refused:
    return Refused(rejection.reason, rejection.detail, rejection.values)
