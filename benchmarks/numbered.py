"""Observations that carry their number, so that whoever hears them can say which are missing or doubled.

Observation n is of thing n mod 20, and is observed n milliseconds after the beginning: its phenomenon time
says its number. ``python -m benchmarks.numbered PORT COUNT RATE BEGAN_MS`` publishes them, one a message.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.load import publisher
from citycore.model import (
    DatastreamDescription,
    PlaceDescription,
    SourceDescription,
    SourceKind,
    ThingDescription,
)
from citycore.wire import encode

SOURCE = "bench"
THINGS = 20
PLACES = 4
PROPERTIES = ("pm2_5", "pm10", "no2", "o3", "air_temperature")
WEST, SOUTH, SIDE = 58.0, 23.0, 0.25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def describe() -> tuple[SourceDescription, list[PlaceDescription], list[ThingDescription]]:
    """Twenty things with five datastreams each, in four places."""
    source = SourceDescription(code=SOURCE, kind=SourceKind.SIMULATED, name_en="Benchmark", name_ar="قياس")
    datastreams = tuple(DatastreamDescription(observed_property=code) for code in PROPERTIES)
    things = [
        ThingDescription(
            code=f"t{n}",
            kind="bench",
            name_en="t",
            name_ar="t",
            datastreams=datastreams,
            longitude=WEST + (n % PLACES + 0.5) * SIDE,
            latitude=SOUTH + SIDE / 2,
        )
        for n in range(THINGS)
    ]
    return source, [_square(n) for n in range(PLACES)], things


def _square(number: int) -> PlaceDescription:
    west, east, north = WEST + number * SIDE, WEST + (number + 1) * SIDE, SOUTH + SIDE
    ring = [[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]
    return PlaceDescription(
        code=f"p{number}",
        kind="wilayat",
        parent_code=None,
        name_en="p",
        name_ar="p",
        provenance="a benchmark",
        geometry={"type": "Polygon", "coordinates": [ring]},
    )


def facts(number: int) -> dict[str, str]:
    """What a filter may ask of an observation."""
    thing, moment = number % THINGS, number // THINGS
    return {
        "thing": f"t{thing}",
        "observed_property": PROPERTIES[moment % len(PROPERTIES)],
        "place": f"p{thing % PLACES}",
        "source": SOURCE,
    }


def fitting(numbers: Sequence[int], filters: Mapping[str, str]) -> list[int]:
    """Those of the numbers that a listener with these filters must hear."""
    return [number for number in numbers if filters.items() <= facts(number).items()]


def instant(number: int, began_ms: int) -> datetime:
    return EPOCH + (began_ms + number) * MILLISECOND


def number_of(phenomenon_time: datetime, began_ms: int) -> int:
    """The number of the observation of this instant."""
    return (phenomenon_time - EPOCH) // MILLISECOND - began_ms


def publish(port: int, count: int, rate: float, began_ms: int) -> None:
    """Publish at a steady rate; one that falls behind catches up."""
    with publisher(port) as publish_one:
        began = time.perf_counter()
        for number in range(count):
            while (wait := began + number / rate - time.perf_counter()) > 0:
                time.sleep(wait)
            told = facts(number)
            topic = f"falaj/v1/{SOURCE}/{told['thing']}"
            publish_one(topic, encode(instant(number, began_ms), {told["observed_property"]: 20.0}))


def main() -> int:
    port, count, rate, began_ms = (int(word) for word in sys.argv[1:])
    publish(port, count, rate, began_ms)
    return 0


if __name__ == "__main__":
    sys.exit(main())
