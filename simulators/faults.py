"""What goes wrong with real devices, switchable and reproducible: streams of readings in, streams out.

Which reading is hit follows from the seed, the thing and the instant alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Literal, get_args

import msgspec

from citycore.errors import InvalidParameter
from citycore.topics import Address, build_topic
from citycore.wire import encode
from simulators.noise import chance, key_of
from simulators.signals import Reading

FaultName = Literal["dropout", "stuck", "drift", "spike", "duplicate", "clock_skew", "malformed"]
FAULT_NAMES: tuple[FaultName, ...] = get_args(FaultName)
DEFAULT_RATE = 0.01

#: How long a device is silent, frozen, or drifts away before somebody resets it.
DROPOUT_SECONDS = 600
STUCK_SECONDS = 3 * 3_600
DRIFT_SECONDS = 7 * 86_400
DRIFT_SHARE_MAX = 0.5


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault and its rate in (0, 1]: the share of readings, or of devices for those that last."""

    name: FaultName
    rate: float


def parse_fault(text: str) -> Fault:
    """``NAME`` or ``NAME:RATE``; :class:`InvalidParameter` if there is no such fault or rate."""
    name, _, written = text.partition(":")
    for known in FAULT_NAMES:
        if name == known:
            return Fault(known, _rate(text, written))
    raise InvalidParameter(parameter="--fault", reason=f"{name!r} ∉ {', '.join(FAULT_NAMES)}")


def _rate(text: str, written: str) -> float:
    try:
        rate = float(written) if written else DEFAULT_RATE
    except ValueError:
        rate = 0.0
    if not 0.0 < rate <= 1.0:
        raise InvalidParameter(parameter="--fault", reason=f"{text!r}: 0 < RATE ≤ 1")
    return rate


def with_faults(readings: Iterable[Reading], faults: Sequence[Fault], seed: int) -> Iterator[Reading]:
    """The stream after all faults, in the order in which a device and its line suffer them."""
    stream = iter(readings)
    for name in FAULT_NAMES:
        for fault in faults:
            if fault.name == name:
                stream = _FAULTS[name](stream, fault.rate, seed)
    return stream


def message_of(reading: Reading) -> tuple[str, bytes]:
    """Topic and payload of a reading."""
    topic = build_topic(Address(reading.source, reading.thing))
    if reading.raw is not None:
        return topic, reading.raw
    return topic, encode(reading.phenomenon_time, reading.results, location=reading.location)


def buffered_messages(readings: Iterable[Reading], instants_max: int) -> Iterator[tuple[str, bytes]]:
    """Messages of devices that kept their readings for a while: successive ones of a thing go together."""
    for (_, is_readable), of_thing in groupby(readings, lambda one: (one.thing, one.raw is None)):
        size = instants_max if is_readable else 1
        while some := [message_of(reading) for reading in islice(of_thing, size)]:
            topic, payload = some[0]
            yield topic, payload if len(some) == 1 else b"[" + b",".join(one for _, one in some) + b"]"


def dropout(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Devices fall silent for ten minutes."""
    for reading in readings:
        if not _hit(rate, seed, "dropout", reading.thing, _slot(reading, DROPOUT_SECONDS)):
            yield reading


def stuck(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Devices repeat the first results of a three-hour slot until it ends."""
    frozen: dict[str, tuple[int, dict[str, float]]] = {}
    for reading in readings:
        slot = _slot(reading, STUCK_SECONDS)
        if not _hit(rate, seed, "stuck", reading.thing, slot):
            yield reading
            continue
        since, results = frozen.get(reading.thing, (None, reading.results))
        if since != slot:
            results = reading.results
            frozen[reading.thing] = (slot, results)
        yield replace(reading, results=results)


def drift(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Sensors read more and more too high, up to half as much again, and are reset every week."""
    for reading in readings:
        if not _hit(rate, seed, "drift", reading.thing):
            yield reading
            continue
        part = reading.phenomenon_time.timestamp() % DRIFT_SECONDS / DRIFT_SECONDS
        factor = 1.0 + DRIFT_SHARE_MAX * part
        yield replace(
            reading, results={name: round(value * factor, 2) for name, value in reading.results.items()}
        )


def spike(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Single results jump to five to twenty times what they should be."""
    for reading in readings:
        moment = reading.phenomenon_time.timestamp()
        results = {}
        for name, value in reading.results.items():
            hit = _hit(rate, seed, "spike", reading.thing, name, moment)
            size = 5.0 + 15.0 * chance(key_of(seed, "size", reading.thing, name, moment)) if hit else 1.0
            results[name] = round(value * size, 2) if hit else value
        yield replace(reading, results=results)


def duplicate(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Messages are sent twice."""
    for reading in readings:
        yield reading
        if _hit(rate, seed, "duplicate", reading.thing, reading.phenomenon_time.timestamp()):
            yield reading


#: Wrong by a zone, slow, a little fast.
SKEWS = (timedelta(hours=4), timedelta(hours=-4), timedelta(minutes=-17), timedelta(seconds=90))


def clock_skew(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Devices have a wrong clock: off by a zone, slow, fast, or never set (1970)."""
    for reading in readings:
        if not _hit(rate, seed, "clock_skew", reading.thing):
            yield reading
            continue
        kind = int(chance(key_of(seed, "clock", reading.thing)) * (len(SKEWS) + 1))
        wrong = (
            reading.phenomenon_time + SKEWS[kind]
            if kind < len(SKEWS)
            else datetime(1970, 1, 1, tzinfo=UTC) + (reading.phenomenon_time - _midnight(reading))
        )
        yield replace(reading, phenomenon_time=wrong)


def _midnight(reading: Reading) -> datetime:
    return reading.phenomenon_time.replace(hour=0, minute=0, second=0, microsecond=0)


def malformed(readings: Iterable[Reading], rate: float, seed: int) -> Iterator[Reading]:
    """Messages that nobody can read as meant: cut off, no JSON, wrong types, unknown names, no time."""
    for reading in readings:
        moment = reading.phenomenon_time.timestamp()
        if not _hit(rate, seed, "malformed", reading.thing, moment):
            yield reading
            continue
        choice = int(chance(key_of(seed, "kind", reading.thing, moment)) * len(_BREAKAGES))
        yield replace(reading, raw=_BREAKAGES[choice](reading))


def _cut_off(reading: Reading) -> bytes:
    return message_of(reading)[1][:-9]


def _no_json(_reading: Reading) -> bytes:
    return b"\x00\x17\xff sensor ready\r\n"


def _texts_for_numbers(reading: Reading) -> bytes:
    return encode(reading.phenomenon_time, {name: f"{value:g} ?" for name, value in reading.results.items()})


def _unknown_property(reading: Reading) -> bytes:
    return encode(reading.phenomenon_time, {f"{name}_raw": value for name, value in reading.results.items()})


def _no_time(reading: Reading) -> bytes:
    return encode(None, reading.results)


def _nulls(reading: Reading) -> bytes:
    document = {"phenomenon_time": reading.phenomenon_time, "results": dict.fromkeys(reading.results)}
    return msgspec.json.encode(document)


_BREAKAGES = (_cut_off, _no_json, _texts_for_numbers, _unknown_property, _no_time, _nulls)

_FAULTS: dict[FaultName, Callable[[Iterable[Reading], float, int], Iterator[Reading]]] = {
    "dropout": dropout,
    "stuck": stuck,
    "drift": drift,
    "spike": spike,
    "duplicate": duplicate,
    "clock_skew": clock_skew,
    "malformed": malformed,
}


def _hit(rate: float, *parts: object) -> bool:
    return chance(key_of(*parts)) < rate


def _slot(reading: Reading, seconds: int) -> int:
    return int(reading.phenomenon_time.timestamp() // seconds)
