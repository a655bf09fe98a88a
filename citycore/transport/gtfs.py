"""A GTFS feed as a schedule: every row is checked, and a feed with a fault is no schedule at all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from citycore.transport.files import Faults, FeedFiles, Row, read_files
from citycore.transport.model import Feed, Point, Route, Stop, Trip
from citycore.transport.settings import FeedSettings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: A service day has no more than a week: later times are slips.
SECONDS_MAX = 7 * 86_400
#: Of a route's or stop's identifier: questions, links and cursors carry them.
ID_BYTES_MAX = 63
Made = TypeVar("Made")


class _Wrong(Exception):
    """A field that cannot be used; ``code`` and ``details`` as those of a fault."""

    def __init__(self, code: str, **details: object) -> None:
        self.code, self.details = code, details
        super().__init__(code)


def read_feed(path: Path, settings: FeedSettings) -> Feed:
    """The schedule in a ZIP file or folder. :class:`citycore.transport.errors.FeedInvalid` tells all that is wrong in it."""
    files = read_files(path, settings)
    feed = _Reader(files).read()
    files.faults.check()
    return feed


def seconds_of(text: str) -> int:
    """``HH:MM:SS``, also above 24 hours, as seconds. ``ValueError``."""
    hours, minutes, seconds = text.split(":")
    if not (
        len(minutes) == len(seconds) == 2 and 1 <= len(hours) <= 3 and (hours + minutes + seconds).isascii()
    ):
        raise ValueError(text)
    if not (hours + minutes + seconds).isdigit() or int(minutes) > 59 or int(seconds) > 59:
        raise ValueError(text)
    return int(hours) * 3_600 + int(minutes) * 60 + int(seconds)


@dataclass(slots=True)
class _StopTime:
    line: int
    sequence: int
    stop: str
    arrival: int | None
    departure: int | None
    is_timepoint: bool


class _Reader:
    def __init__(self, files: FeedFiles) -> None:
        self._files = files
        self._faults: Faults = files.faults
        self._services: set[str] = set()
        self._names: dict[tuple[str, str, str, str], str] = {}

    def read(self) -> Feed:
        for line, _ in self._files.rows("frequencies.txt", ()):
            self._faults.add("frequencies.txt", line, "frequencies")
            break
        agency, zone, language = self._agency()
        self._translations()
        routes = self._all(
            "routes.txt", ("route_id", "route_type"), "route_id", lambda row: self._route(row, language)
        )
        stops = self._all("stops.txt", ("stop_id",), "stop_id", lambda row: self._stop(row, language))
        days = self._days()
        shapes = self._shapes()
        services = {service for some in days.values() for service in some}
        trips = self._trips(routes, services | self._services, shapes, self._stop_times(stops))
        if not days and not self._faults.count:
            self._faults.add("calendar.txt", None, "no_days")
        used = {trip.shape for trip in trips}
        return Feed(
            agency=agency,
            zone=zone,
            digest=self._files.digest,
            routes=tuple(routes.values()),
            stops=tuple(stops.values()),
            trips=trips,
            shapes={code: points for code, points in shapes.items() if code in used},
            days=days,
        )

    def _each(
        self, file: str, needed: Sequence[str], make: Callable[[Row], Made]
    ) -> Iterator[tuple[int, Made]]:
        """What each row becomes; the fault of one that becomes nothing is told, and the others go on."""
        for line, row in self._files.rows(file, needed):
            try:
                made = make(row)
            except _Wrong as wrong:
                self._faults.add(file, line, wrong.code, **wrong.details)
                continue
            yield line, made

    def _all(
        self, file: str, needed: Sequence[str], key: str, make: Callable[[Row], Made]
    ) -> dict[str, Made]:
        found: dict[str, Made] = {}
        for line, (code, made) in self._each(file, needed, lambda row: (_text(row, key), make(row))):
            if code in found:
                self._faults.add(file, line, "twice", value=code)
            found[code] = made
        if not found and not self._faults.count:
            self._faults.add(file, None, "no_rows")
        return found

    def _agency(self) -> tuple[str, str, str]:
        """Name, zone and language of the first; GTFS wants one zone for a feed."""

        def agency(row: Row) -> tuple[str, str, str]:
            zone = _text(row, "agency_timezone")
            try:
                ZoneInfo(zone)
            except (OSError, ValueError, KeyError):
                raise _Wrong("bad_zone", value=zone) from None
            return row.get("agency_name", ""), zone, row.get("agency_lang", "")[:2].lower()

        found = [made for _, made in self._each("agency.txt", ("agency_name", "agency_timezone"), agency)]
        if not found and not self._faults.count:
            self._faults.add("agency.txt", None, "no_rows")
        return found[0] if found else ("", "UTC", "")

    def _translations(self) -> None:
        needed = ("table_name", "field_name", "language", "translation")
        for _, row in self._files.rows("translations.txt", needed):
            of_what = row.get("record_id") or "=" + row.get("field_value", "")
            self._names[row["table_name"], row["field_name"], of_what, row["language"][:2].lower()] = row[
                "translation"
            ]

    def _named(self, table: str, field: str, record: str, name: str, language: str) -> tuple[str, str]:
        """In English and Arabic: as translated, else as the feed says it."""

        def told(wanted: str) -> str:
            if wanted == language:
                return name
            return self._names.get((table, field, record, wanted)) or self._names.get(
                (table, field, f"={name}", wanted), name
            )

        return told("en"), told("ar")

    def _route(self, row: Row, language: str) -> Route:
        code, short = _identifier(row, "route_id"), row.get("route_short_name", "")
        name = row.get("route_long_name") or short or code
        return Route(
            code,
            short or code,
            *self._named("routes", "route_long_name", code, name, language),
            int(_number(row, "route_type", 0, 2_000)),
        )

    def _stop(self, row: Row, language: str) -> Stop:
        code = _identifier(row, "stop_id")
        name = row.get("stop_name") or code
        # Places within stations (location_type 3 and 4) may stand nowhere; no trip calls there.
        is_somewhere = row.get("location_type", "") not in {"3", "4"} or bool(row.get("stop_lon"))
        return Stop(
            code,
            *self._named("stops", "stop_name", code, name, language),
            _number(row, "stop_lon", -180, 180) if is_somewhere else 0.0,
            _number(row, "stop_lat", -90, 90) if is_somewhere else 0.0,
        )

    def _days(self) -> dict[date, frozenset[str]]:
        days: dict[date, set[str]] = defaultdict(set)
        most = self._faults.settings.days_max

        def span(row: Row) -> tuple[str, date, date, list[bool]]:
            runs = [_number(row, name, 0, 1) == 1 for name in WEEKDAYS]
            return _text(row, "service_id"), _date(row, "start_date"), _date(row, "end_date"), runs

        needed = ("service_id", "start_date", "end_date", *WEEKDAYS)
        for line, (service, first, last, runs) in self._each("calendar.txt", needed, span):
            self._services.add(service)
            if (last - first).days >= most:
                self._faults.add(
                    "calendar.txt", line, "too_many", maximum=most, setting="FALAJ_GTFS_DAYS_MAX"
                )
                continue
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                if runs[day.weekday()]:
                    days[day].add(service)

        def exception(row: Row) -> tuple[str, date, bool]:
            return _text(row, "service_id"), _date(row, "date"), _number(row, "exception_type", 1, 2) == 1

        columns = ("service_id", "date", "exception_type")
        for _, (service, day, is_added) in self._each("calendar_dates.txt", columns, exception):
            self._services.add(service)
            (days[day].add if is_added else days[day].discard)(service)
        running = {day: frozenset(some) for day, some in sorted(days.items()) if some}
        if len(running) > most:
            self._faults.add("calendar.txt", None, "too_many", maximum=most, setting="FALAJ_GTFS_DAYS_MAX")
        return running

    def _shapes(self) -> dict[str, list[Point]]:
        def point(row: Row) -> tuple[str, float, Point]:
            at = (_number(row, "shape_pt_lon", -180, 180), _number(row, "shape_pt_lat", -90, 90))
            return _text(row, "shape_id"), _number(row, "shape_pt_sequence", 0, 2**31), at

        found: dict[str, list[tuple[float, Point]]] = defaultdict(list)
        needed = ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
        for _, (shape, sequence, at) in self._each("shapes.txt", needed, point):
            found[shape].append((sequence, at))
        return {shape: [at for _, at in sorted(points)] for shape, points in found.items()}

    def _stop_times(self, stops: Mapping[str, Stop]) -> dict[str, list[_StopTime]]:
        def stop_time(row: Row) -> tuple[str, _StopTime]:
            stop = _text(row, "stop_id")
            if stop not in stops:
                raise _Wrong("unknown", column="stop_id", value=stop, other="stops.txt")
            arrival, departure = _time(row, "arrival_time"), _time(row, "departure_time")
            sequence = int(_number(row, "stop_sequence", 0, 2**31))
            # Without the column every stop that has a time is one at which it is kept.
            is_timepoint = row.get("timepoint", "") != "0" and (arrival, departure) != (None, None)
            arrival = departure if arrival is None else arrival
            return _text(row, "trip_id"), _StopTime(
                0, sequence, stop, arrival, arrival if departure is None else departure, is_timepoint
            )

        found: dict[str, list[_StopTime]] = defaultdict(list)
        needed = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
        for line, (trip, made) in self._each("stop_times.txt", needed, stop_time):
            made.line = line
            found[trip].append(made)
        return found

    def _trips(
        self,
        routes: Mapping[str, Route],
        services: Iterable[str],
        shapes: Mapping[str, Sequence[Point]],
        stop_times: Mapping[str, list[_StopTime]],
    ) -> tuple[Trip, ...]:
        known = {
            "route_id": (routes, "routes.txt"),
            "service_id": (set(services), "calendar.txt"),
            "shape_id": (shapes, "shapes.txt"),
        }

        def trip(row: Row) -> Row:
            _text(row, "trip_id")
            for column, (there, other) in known.items():
                value = row.get(column, "")
                if (value or column != "shape_id") and value not in there:
                    raise _Wrong("unknown", column=column, value=value, other=other)
            return row

        rows = self._all("trips.txt", ("route_id", "service_id", "trip_id"), "trip_id", trip)
        for name, times in stop_times.items():
            if name not in rows:
                self._faults.add(
                    "stop_times.txt",
                    times[0].line,
                    "unknown",
                    column="trip_id",
                    value=name,
                    other="trips.txt",
                )
        made = (self._trip(name, row, stop_times.get(name, [])) for name, row in rows.items())
        return tuple(one for one in made if one is not None)

    def _trip(self, name: str, row: Row, times: list[_StopTime]) -> Trip | None:
        times.sort(key=lambda each: each.sequence)
        if len(times) < 2:
            self._faults.add("stop_times.txt", times[0].line if times else None, "few_stops", value=name)
            return None
        if times[0].arrival is None or times[-1].arrival is None:
            self._faults.add("stop_times.txt", times[0].line, "no_times", value=name)
            return None
        _fill(times)
        clock = 0
        for each in times:
            assert each.arrival is not None
            assert each.departure is not None
            if not clock <= each.arrival <= each.departure:
                self._faults.add("stop_times.txt", each.line, "out_of_order", value=name)
                return None
            clock = each.departure
        return Trip(
            trip=name,
            route=row["route_id"],
            service=row["service_id"],
            direction=1 if row.get("direction_id") == "1" else 0,
            block=row.get("block_id") or None,
            shape=row.get("shape_id") or None,
            stops=tuple(each.stop for each in times),
            arrivals=tuple(each.arrival or 0 for each in times),
            departures=tuple(each.departure or 0 for each in times),
            timepoints=tuple(each.is_timepoint for each in times),
        )


def _fill(times: Sequence[_StopTime]) -> None:
    """Stops without a time lie evenly between those that have one."""
    known = [number for number, each in enumerate(times) if each.arrival is not None]
    for before, after in pairwise(known):
        begin, end = times[before].departure or 0, times[after].arrival or 0
        for number in range(before + 1, after):
            share = (number - before) / (after - before)
            times[number].arrival = times[number].departure = round(begin + share * (end - begin))


def _text(row: Row, column: str) -> str:
    value = row.get(column, "")
    if not value:
        raise _Wrong("empty", column=column)
    return value


def _identifier(row: Row, column: str) -> str:
    value = _text(row, column)
    if len(value.encode()) > ID_BYTES_MAX:
        raise _Wrong("too_long", column=column, maximum=ID_BYTES_MAX)
    return value


def _number(row: Row, column: str, low: float, high: float) -> float:
    text = row.get(column, "")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise _Wrong("bad_number", column=column, value=text, low=low, high=high)
    return number


def _time(row: Row, column: str) -> int | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        seconds = seconds_of(text)
    except ValueError:
        seconds = SECONDS_MAX + 1
    if seconds > SECONDS_MAX:
        raise _Wrong("bad_time", column=column, value=text)
    return seconds


def _date(row: Row, column: str) -> date:
    text = row.get(column, "")
    try:
        return date.fromisoformat(text if text.isdecimal() else "")
    except ValueError:
        raise _Wrong("bad_date", column=column, value=text) from None
