"""A line of four stops, a kilometre apart, with trips of known delays: its GTFS files, and what its buses would send."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from citycore.transport.gtfs import read_feed
from citycore.transport.model import Feed, Position
from citycore.transport.settings import FeedSettings

DAY = date(2026, 11, 24)
#: Midnight in Muscat.
BEGIN = datetime(2026, 11, 23, 20, tzinfo=UTC)
STOPS = {"a": (58.40, 23.60), "b": (58.41, 23.60), "c": (58.42, 23.605), "d": (58.43, 23.60)}
#: Seconds to the next stop, and at it.
RIDE, STAND = 120, 30
METRE = 1 / 101_900


def clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"


def times(start: int, stops: int = 4) -> list[tuple[int, int]]:
    """Arrival and departure at each stop of a trip that begins at ``start`` seconds of the day."""
    arrivals = [start + number * (RIDE + STAND) for number in range(stops)]
    return [
        (each, each + (STAND if 0 < number < stops - 1 else 0))
        for number, each in enumerate(_first(arrivals))
    ]


def _first(arrivals: Sequence[int]) -> list[int]:
    # It leaves the first stop when the trip begins.
    return [arrivals[0], *(each - STAND for each in arrivals[1:])]


def feed_files(starts: Mapping[str, int], blocks: Mapping[str, str] | None = None) -> dict[str, str]:
    """The files of a feed whose trips begin at these seconds; trips called ``back…`` go from d to a."""
    rows = []
    for trip, start in starts.items():
        stops = list(STOPS)[::-1] if trip.startswith("back") else list(STOPS)
        rows += [
            f"{trip},{clock(arrival)},{clock(departure)},{stop},{number}"
            for number, (stop, (arrival, departure)) in enumerate(zip(stops, times(start), strict=True), 1)
        ]
    trips = [
        f"r1,daily,{trip},{int(trip.startswith('back'))},{(blocks or {}).get(trip, '')}" for trip in starts
    ]
    return {
        "agency.txt": "agency_name,agency_url,agency_timezone,agency_lang\nInvented,https://example.org,Asia/Muscat,en\n",
        "routes.txt": "route_id,route_short_name,route_long_name,route_type\nr1,1,From a to d,3\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"{code},Stop {code},{y},{x}\n" for code, (x, y) in STOPS.items()),
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "daily,1,1,1,1,1,1,1,20261101,20261231\n",
        "trips.txt": "route_id,service_id,trip_id,direction_id,block_id\n" + "\n".join(trips) + "\n",
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        + "\n".join(rows)
        + "\n",
        "translations.txt": "table_name,field_name,language,translation,record_id\n"
        "routes,route_long_name,ar,من أ إلى د,r1\nstops,stop_name,ar,الموقف أ,a\n",
    }


def write_feed(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def feed_of(folder: Path, files: Mapping[str, str]) -> Feed:
    return read_feed(write_feed(folder, files), FeedSettings())


@dataclass(frozen=True, slots=True)
class Bus:
    """A bus on a trip, with noise (metres) of its positions, every so many seconds."""

    start: int
    is_back: bool = False
    delay: float = 0.0
    every: float = 10.0
    noise: float = 0.0
    #: It stands at its first stop so long before, and at its last so long after.
    waits: float = 60.0

    def truth(self) -> list[tuple[float, float]]:
        """Arrival and departure at each stop, as Unix times."""
        return [
            (BEGIN.timestamp() + arrival + self.delay, BEGIN.timestamp() + departure + self.delay)
            for arrival, departure in times(self.start)
        ]

    def positions(self, chance: random.Random, trip: str | None = None) -> list[Position]:
        stops = list(STOPS.values())[::-1] if self.is_back else list(STOPS.values())
        knots = [(when, place) for both, place in zip(self.truth(), stops, strict=True) for when in both]
        at = np.array([when for when, _ in knots])
        places = np.array([place for _, place in knots])
        found = []
        for moment in np.arange(at[0] - self.waits, at[-1] + self.waits, self.every):
            east, north = chance.gauss(0, self.noise) * METRE, chance.gauss(0, self.noise) * METRE
            longitude = float(np.interp(moment, at, places[:, 0])) + east
            latitude = float(np.interp(moment, at, places[:, 1])) + north
            found.append(Position(float(moment), longitude, latitude, trip))
        return found
