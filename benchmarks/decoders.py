"""Decoders: what a value costs beside the bare parse of the same bytes, and whether any bytes can harm them.

``./falaj bench decoders --mutations 1000000 --seed 7`` changes messages that are in order, a little and again and again, and has every
decoder read them. What counts as a crash: any exception but ``Unreadable``, and a message that takes ten seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import thread_time
from typing import Any

import cbor2
import msgspec
import orjson
from google.transit import gtfs_realtime_pb2

from benchmarks.byte_mutations import mutated
from benchmarks.decoder_messages import SAMPLES, VALUES, Sample, gtfs, sparkplug
from benchmarks.report import Case, report
from citycore.quality import read_tests
from citycore.units import bounds_in
from citycore.vocabulary import observed_properties
from citycore.wire import encode
from ingest.decoders import BUILT_IN, find_decoder
from ingest.decoders.model import Arrival, Unreadable
from ingest.decoders.native import decode as decode_native
from ingest.decoders.sparkplug_payload import Payload
from ingest.model import Datastream, Family, Received, Thing
from ingest.quality import evaluate
from ingest.rules import Checker
from ingest.settings import IngestSettings

BINARY = ("raw_bytes", "senml_cbor", "sparkplug_b", "gtfs_realtime")
SECONDS_MAX = 10
CRASHES_KEPT_MAX = 20
VEHICLES = 100
#: Properties that declare tests of quality.
CHECKED = ("pm2_5", "air_temperature", "relative_humidity", "air_pressure", "wind_speed")
_PROTOBUF = "protobuf, which reads no value until it is asked"
_BARE_NAMES = {
    "native": "orjson",
    "senml": "orjson",
    "senml_cbor": "cbor2",
    "sparkplug_b": _PROTOBUF,
    "gtfs_realtime": _PROTOBUF,
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Kept(dict[str, Any]):
    """What a source remembers, as the store would give it back."""

    def put(self, key: str, value: Any) -> None:
        self[key] = msgspec.json.decode(msgspec.json.encode(value))


@dataclass(slots=True)
class Outcomes:
    """What became of the messages of one decoder."""

    counts: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""

    def add(self, other: Outcomes) -> None:
        self.counts += other.counts
        self.crashes = [*self.crashes, *other.crashes][:CRASHES_KEPT_MAX]
        if other.slowest_seconds > self.slowest_seconds:
            self.slowest_seconds, self.slowest = other.slowest_seconds, other.slowest


class TryOut(Outcomes):
    """One decoder, and messages of its format that are not quite in order. Its source remembers as a real one does."""

    def __init__(self, code: str) -> None:
        super().__init__()
        decoder = find_decoder(code)
        assert decoder is not None
        self._decode = decoder.decode
        self._samples = SAMPLES[code]
        self._payloads = [sample.payload for sample in self._samples]
        self._memory = Kept()

    def attempt(self, chance: random.Random) -> str:
        """What became of the next message."""
        sample = chance.choice(self._samples)
        payload = mutated(chance, sample.payload, self._payloads)
        began = thread_time()
        outcome = self._outcome(sample, payload)
        took = thread_time() - began
        self.counts[outcome] += 1
        if outcome == "crash" and len(self.crashes) < CRASHES_KEPT_MAX:
            self.crashes[-1] += f" topic={sample.topic!r} codec={sample.codec} payload={payload.hex()}"
        if took > self.slowest_seconds:
            self.slowest_seconds, self.slowest = took, payload[:100].hex()
        return outcome

    def _outcome(self, sample: Sample, payload: bytes) -> str:
        arrival = Arrival(sample.topic, payload, self._memory, codec=sample.codec or None, received=NOW)
        try:
            decoded = self._decode(arrival)
        except Unreadable:
            return "unreadable"
        except Exception as error:  # noqa: BLE001 -- what is looked for
            self.crashes = [*self.crashes[: CRASHES_KEPT_MAX - 1], f"{type(error).__name__}: {error}"]
            return "crash"
        if decoded.readings:
            return "readings"
        return "refusals" if decoded.refusals else "remark"


def installed() -> list[str]:
    return [code for code in BUILT_IN if find_spec(f"ingest.decoders.{code}") is not None]


def _expired(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {SECONDS_MAX} s")


def fuzz(code: str, mutations: int, seed: str) -> Outcomes:
    """So many messages of one decoder; always the same for a seed."""
    chance = random.Random(f"{seed}/{code}")  # noqa: S311 -- no secret
    subject = TryOut(code)
    signal.signal(signal.SIGALRM, _expired)
    for _ in range(mutations):
        signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
        subject.attempt(chance)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return Outcomes(subject.counts, subject.crashes, subject.slowest_seconds, subject.slowest)


def _fuzz_cases(mutations: int, seed: int, workers: int) -> tuple[list[Case], list[str]]:
    codes = installed()
    parts = max(1, workers)
    each = max(1, mutations // (len(codes) * parts))
    found = {code: Outcomes() for code in codes}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [
            (code, pool.submit(fuzz, code, each, f"{seed}/{part}")) for part in range(parts) for code in codes
        ]
        for code, job in jobs:
            found[code].add(job.result())
    cases, crashes = [], []
    for code, outcomes in found.items():
        tried = outcomes.counts.total()
        shares = ", ".join(
            f"{share} {100 * count / tried:.0f} %" for share, count in sorted(outcomes.counts.items())
        )
        cases.append(
            Case(
                f"{code}: {tried:,} mutations: {shares}",
                outcomes.counts["crash"],
                "crashes",
                target=0,
                at_most=True,
            )
        )
        cases.append(Case(f"{code}: the slowest message", 1_000 * outcomes.slowest_seconds, "ms of CPU"))
        crashes += [f"{code}: {crash}" for crash in outcomes.crashes]
    return cases, crashes


def _microseconds(call: Callable[[], Any], values: int, rounds: int) -> float:
    """Of one value, in the best of five runs; of this thread's CPU, so that others at work count little."""
    best = float("inf")
    for _ in range(5):
        began = thread_time()
        for _ in range(rounds):
            call()
        best = min(best, thread_time() - began)
    return 1e6 * best / (rounds * values)


def _speed_cases(rounds: int) -> list[Case]:
    feed, many = gtfs(VEHICLES), sparkplug("NDATA")
    bare: dict[str, tuple[Sample, int, Callable[[bytes], Any] | None]] = {
        "native": (SAMPLES["native"][0], len(VALUES), orjson.loads),
        "senml": (SAMPLES["senml"][0], len(VALUES), orjson.loads),
        "senml_cbor": (SAMPLES["senml_cbor"][0], len(VALUES), cbor2.loads),
        "sparkplug_b": (many, len(VALUES), Payload.FromString),
        "gtfs_realtime": (Sample(feed), 6 * VEHICLES, gtfs_realtime_pb2.FeedMessage.FromString),
        "raw_bytes": (SAMPLES["raw_bytes"][0], 15, None),
    }
    cases = []
    for code in installed():
        if code not in bare:
            continue
        sample, values, parse = bare[code]
        decoder, memory = find_decoder(code), Kept()
        assert decoder is not None
        if code == "sparkplug_b":
            birth = sparkplug("NBIRTH")
            decoder.decode(Arrival(birth.topic, birth.payload, memory, received=NOW))
        arrival = Arrival(sample.topic, sample.payload, memory, codec=sample.codec or None, received=NOW)
        times = max(1, rounds * 5 // values)
        ours = _microseconds(lambda decode=decoder.decode, arrival=arrival: decode(arrival), values, times)  # type: ignore[misc]  # bound now
        if parse is None:
            cases.append(Case(f"{code}: a value", ours, "µs"))
            continue
        theirs = _microseconds(lambda parse=parse, sample=sample: parse(sample.payload), values, times)  # type: ignore[misc]
        cases.append(Case(f"{code}: a value, beside {_BARE_NAMES[code]}", ours, "µs", theirs, ours / theirs))
    return cases


def _check_cases(rounds: int) -> list[Case]:
    """Resolving, checking and flagging of values whose datastreams declare tests of quality, without decoding them."""
    known = observed_properties()
    datastreams = {
        code: Datastream(
            number,
            known[code].unit,
            Family.MEASUREMENT,
            "keep_first",
            *bounds_in(known[code].unit, known[code].unit, known[code].lower_bound, known[code].upper_bound),
            quality_tests=read_tests(known[code].quality_tests),
        )
        for number, code in enumerate(CHECKED)
    }
    thing, count = Thing(False, None, False, datastreams), 400
    received = [
        Received(
            "falaj/v1/s/t",
            encode(NOW + timedelta(seconds=second), dict.fromkeys(CHECKED, 20.0 + second % 7 / 10)),
            int((NOW + timedelta(hours=1)).timestamp() * 1e6),
            False,
            (0, 0),
        )
        for second in range(count)
    ]
    settings, values = IngestSettings(), count * len(CHECKED)
    times = max(1, rounds * 5 // values)
    decoding = _microseconds(lambda: [decode_native(each.payload, 10) for each in received], values, times)
    checking = _microseconds(
        lambda: Checker({"falaj/v1/s/t": thing}, settings).check(received), values, times
    )
    checked = Checker({"falaj/v1/s/t": thing}, settings).check(received)
    rows = checked.rows[Family.MEASUREMENT]
    flagging = _microseconds(lambda: evaluate(rows, checked.quality_tests, {}), values, times)
    return [
        Case("checks of a value", checking - decoding, "µs", target=2.0, at_most=True),
        Case("tests of quality of a value", flagging, "µs", target=2.0, at_most=True),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench decoders")
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--mutations", type=int, default=100_000, help="of all decoders together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    found, crashes = _fuzz_cases(options.mutations, options.seed, options.workers)
    speed = [*_speed_cases(options.rounds), *_check_cases(options.rounds)]
    report("decoders", [*speed, *found], options.json)
    for crash in crashes:
        print(crash)  # noqa: T201 -- what is needed to have it again
    return 1 if crashes else 0
