"""Decoders beside the bare parse of the same bytes, as ``falaj bench decoders`` has them."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time
from typing import Any

import orjson

from benchmarks.decoder_messages import SAMPLES, VALUES
from benchmarks.decoders import NOW, Kept
from benchmarks.guarded.measuring import Run, Step
from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival

#: The least of so many goes of so many messages: what neighbours add to a loop of calls is never part of it.
GOES, TIMES = 7, 1_500
DECODED = {"decoding native messages": "native", "decoding SenML": "senml"}
STEPS = tuple(DECODED)


def steps() -> list[Step]:
    return [
        Step(
            name,
            "value",
            _decoding(code),
            "orjson",
            _of_a_value(orjson.loads, SAMPLES[code][0].payload),
            warming=1,
        )
        for name, code in DECODED.items()
    ]


def _decoding(code: str) -> Run:
    decoder, sample = find_decoder(code), SAMPLES[code][0]
    assert decoder is not None
    arrival = Arrival(sample.topic, sample.payload, Kept(), codec=sample.codec or None, received=NOW)
    return _of_a_value(decoder.decode, arrival)


def _of_a_value(call: Callable[[Any], object], argument: object) -> Run:
    def go() -> float:
        began = thread_time()
        for _ in range(TIMES):
            call(argument)
        return (thread_time() - began) / (TIMES * len(VALUES))

    return lambda: min(go() for _ in range(GOES))
