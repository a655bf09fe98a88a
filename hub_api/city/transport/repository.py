"""Routes, their performance, segments, roads and car parks: from SQL to the elements of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from citycore.store.queries import load_queries
from citycore.transport.measures import Tally, figures
from citycore.transport.parking import mean_search, time_to_find
from hub_api.city.transport.keys import DAY, HOUR, key_of
from hub_api.city.transport.settings import TransportApiSettings
from hub_api.serving.database import Row
from hub_api.serving.lists.model import LOCATION_COLUMNS, Column, Element, Listing, columns, name_columns
from hub_api.serving.shapes import names, point

QUERIES = load_queries("hub_api.city.transport")
SHARE_DIGITS, SECONDS_DIGITS, DIGITS = 4, 1, 2


def rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def _ratio(part: float | None, whole: float | None, digits: int = SHARE_DIGITS) -> float | None:
    return None if part is None or not whole else rounded(part / whole, digits)


def _name(english: str | None, arabic: str | None) -> dict[str, str] | None:
    return None if english is None or arabic is None else names(english, arabic)


def _route(row: Row, _: datetime) -> Element:
    source, route, short_name, english, arabic, kind, agency, simulated, first, last, loaded, trips, stops = (
        row
    )
    return {
        "source": source,
        "route": route,
        "short_name": short_name,
        "name": names(english, arabic),
        "route_type": kind,
        "agency": agency,
        "simulated": simulated,
        "valid_from": first,
        "valid_until": last,
        "loaded_at": loaded,
        "trip_count": trips,
        "stop_count": stops,
    }


def _day(name: str) -> Column:
    return Column(name, "text", (name,), lambda day: day.isoformat())


ROUTES = Listing(
    name="transport-routes",
    key=lambda row: key_of(row[:2]),
    key_type=str,
    element=_route,
    columns=(
        *columns("text", "source", "route", "short_name"),
        *name_columns("name"),
        *columns("whole", "route_type"),
        *columns("text", "agency"),
        *columns("truth", "simulated"),
        _day("valid_from"),
        _day("valid_until"),
        *columns("instant", "loaded_at"),
        *columns("whole", "trip_count", "stop_count"),
    ),
)
_OF_ROUTE = (
    *columns("text", "source"),
    *columns("truth", "simulated"),
    _day("service_date"),
    *columns("instant", "start", "end"),
    *columns("text", "route", "short_name"),
    *name_columns("name"),
    *columns("whole", "direction"),
)


def _of_route(row: Row, bucket: str, name: Row) -> Element:
    """What rows of routes begin with: source, whether it is simulated, service day, start, route and direction."""
    source, simulated, service_date, start, route, direction = row[:6]
    short_name, english, arabic = name
    return {
        "source": source,
        "simulated": simulated,
        "service_date": service_date,
        "start": start,
        "end": start + (HOUR if bucket == "PT1H" else DAY),
        "route": route,
        "short_name": short_name,
        "name": _name(english, arabic),
        "direction": direction,
    }


def performance_listing(bucket: str) -> Listing:
    def element(row: Row, _: datetime) -> Element:
        stop, (english, arabic, longitude, latitude) = row[6], row[10:14]
        tally, (early_max, late_max) = Tally(*row[14:-2]), row[-2:]
        found = figures(tally)
        return {
            **_of_route(row, bucket, row[7:10]),
            "stop": stop,
            "stop_name": _name(english, arabic),
            "location": point(longitude, latitude),
            "scheduled_count": tally.scheduled_count,
            "observed_count": tally.observed_count,
            "cancelled_count": tally.cancelled_count,
            "missed_count": found.missed_count,
            "trip_count": tally.trip_count,
            "missed_trip_count": tally.missed_trip_count,
            "observed_share": rounded(found.observed_share, SHARE_DIGITS),
            "on_time_share": rounded(found.on_time_share, SHARE_DIGITS),
            "early_share": rounded(found.early_share, SHARE_DIGITS),
            "late_share": rounded(found.late_share, SHARE_DIGITS),
            "early_seconds_max": early_max,
            "late_seconds_max": late_max,
            "mean_lateness_seconds": rounded(found.mean_lateness, SECONDS_DIGITS),
            "headway_count": tally.headway_count,
            "scheduled_headway_seconds": rounded(found.scheduled_headway, SECONDS_DIGITS),
            "headway_adherence": rounded(found.headway_adherence, SHARE_DIGITS),
            "mean_wait_seconds": rounded(found.mean_wait, SECONDS_DIGITS),
            "excess_wait_seconds": rounded(found.excess_wait, SECONDS_DIGITS),
            "bunched_share": rounded(found.bunched_share, SHARE_DIGITS),
        }

    def key(row: Row) -> str:
        return key_of([row[3].isoformat(), row[0], row[4], -1 if row[5] is None else row[5], row[6] or ""])

    return Listing(
        name="transport-performance",
        key=key,
        key_type=str,
        element=element,
        columns=(
            *_OF_ROUTE,
            *columns("text", "stop"),
            *name_columns("stop_name"),
            *LOCATION_COLUMNS,
            *columns("whole", "scheduled_count", "observed_count", "cancelled_count", "missed_count"),
            *columns("whole", "trip_count", "missed_trip_count"),
            *columns("number", "observed_share", "on_time_share", "early_share", "late_share"),
            *columns("number", "early_seconds_max", "late_seconds_max", "mean_lateness_seconds"),
            *columns("whole", "headway_count"),
            *columns("number", "scheduled_headway_seconds", "headway_adherence", "mean_wait_seconds"),
            *columns("number", "excess_wait_seconds", "bunched_share"),
        ),
    )


def segments_listing(bucket: str) -> Listing:
    def element(row: Row, _: datetime) -> Element:
        from_stop, to_stop = row[6:8]
        from_en, from_ar, to_en, to_ar, longitude, latitude = row[11:17]
        scheduled, observed, planned, p15, median, p85, free, count = row[17:]
        return {
            **_of_route(row, bucket, row[8:11]),
            "from_stop": from_stop,
            "from_stop_name": _name(from_en, from_ar),
            "to_stop": to_stop,
            "to_stop_name": _name(to_en, to_ar),
            "location": point(longitude, latitude),
            "scheduled_count": scheduled,
            "observed_count": observed,
            "observed_share": _ratio(observed, scheduled),
            "scheduled_seconds": rounded(planned, SECONDS_DIGITS),
            "p15_seconds": rounded(p15, SECONDS_DIGITS),
            "median_seconds": rounded(median, SECONDS_DIGITS),
            "p85_seconds": rounded(p85, SECONDS_DIGITS),
            "free_flow_seconds": rounded(free, SECONDS_DIGITS),
            "free_flow_count": count,
            "delay_ratio": _ratio(median, free, DIGITS),
        }

    return Listing(
        name="transport-segments",
        key=lambda row: key_of([row[3].isoformat(), row[0], *row[4:8]]),
        key_type=str,
        element=element,
        columns=(
            *_OF_ROUTE,
            *columns("text", "from_stop"),
            *name_columns("from_stop_name"),
            *columns("text", "to_stop"),
            *name_columns("to_stop_name"),
            *LOCATION_COLUMNS,
            *columns("whole", "scheduled_count", "observed_count"),
            *columns("number", "observed_share", "scheduled_seconds", "p15_seconds", "median_seconds"),
            *columns("number", "p85_seconds", "free_flow_seconds"),
            *columns("whole", "free_flow_count"),
            *columns("number", "delay_ratio"),
        ),
    )


_OF_THING = (
    *columns("text", "thing"),
    *name_columns("thing_name"),
    *columns("text", "place"),
    *name_columns("place_name"),
    *columns("text", "source"),
    *columns("truth", "simulated"),
    *LOCATION_COLUMNS,
    *columns("instant", "start", "end"),
)


def _of_thing(row: Row) -> Element:
    thing, start, english, arabic, place, place_en, place_ar, source, simulated, longitude, latitude = row[
        :11
    ]
    return {
        "thing": thing,
        "thing_name": names(english, arabic),
        "place": place,
        "place_name": _name(place_en, place_ar),
        "source": source,
        "simulated": simulated,
        "location": point(longitude, latitude),
        "start": start,
        "end": start + HOUR,
    }


def _thing_listing(
    name: str, element: Callable[[Row, datetime], Element], own: tuple[Column, ...]
) -> Listing:
    return Listing(
        name=name,
        key=lambda row: key_of([row[0], row[1].isoformat()]),
        key_type=str,
        element=element,
        columns=(*_OF_THING, *own),
    )


def _road(row: Row, _: datetime) -> Element:
    flow, speed, occupancy, coverage, free, count = row[11:]
    return {
        **_of_thing(row),
        "flow": rounded(flow, DIGITS),
        "speed": rounded(speed, DIGITS),
        "occupancy": rounded(occupancy, DIGITS),
        "density": _ratio(flow, speed, DIGITS),
        "free_flow_speed": rounded(free, DIGITS),
        "free_flow_count": count,
        "speed_ratio": _ratio(speed, free),
        "coverage": rounded(coverage, SHARE_DIGITS),
    }


ROADS = _thing_listing(
    "transport-roads",
    _road,
    (
        *columns("number", "flow", "speed", "occupancy", "density", "free_flow_speed"),
        *columns("whole", "free_flow_count"),
        *columns("number", "speed_ratio", "coverage"),
    ),
)


def parking_listing(settings: TransportApiSettings) -> Listing:
    def element(row: Row, _: datetime) -> Element:
        quarters, coverage, largest = row[11:]
        return {
            **_of_thing(row),
            **parked(quarters, largest, settings),
            "coverage": rounded(coverage, SHARE_DIGITS),
        }

    return _thing_listing(
        "transport-parking",
        element,
        (
            *columns("number", "capacity"),
            *columns("text", "capacity_method"),
            *columns("number", "free", "occupancy", "full_share", "search_seconds"),
            *columns("text", "search_method"),
            *columns("number", "coverage"),
        ),
    )


def parked(
    quarters: list[list[float | None]], largest: float | None, settings: TransportApiSettings
) -> Mapping[str, Any]:
    """What the quarters of an hour say: free, occupied and all spaces, per cent taken, minutes parked, each or None."""
    totals, frees, shares, searches = [], [], [], []
    is_measured = False
    for free, occupied, total, percent, minutes in quarters:
        whole = total if total is not None else None if free is None or occupied is None else free + occupied
        is_measured = is_measured or whole is not None
        whole = largest if whole is None else whole
        left = whole - occupied if free is None and whole is not None and occupied is not None else free
        share = percent / 100 if percent is not None else None
        if share is None and left is not None and whole:
            share = min(1.0, max(0.0, 1.0 - left / whole))
        totals.append(whole)
        frees.append(left)
        shares.append(share)
        searches.append(time_to_find(left, whole, minutes, settings.search_seconds_per_space))
    capacity, free, occupancy = _mean(totals), _mean(frees), _mean(shares)
    full = [share >= 1.0 - settings.full_free_share for share in shares if share is not None]
    search = mean_search(searches)
    return {
        "capacity": rounded(capacity, DIGITS),
        "capacity_method": None if capacity is None else "measured" if is_measured else "estimated",
        "free": rounded(free, DIGITS),
        "occupancy": rounded(occupancy, SHARE_DIGITS),
        "full_share": _ratio(sum(full), len(full)),
        "search_seconds": rounded(search.seconds, SECONDS_DIGITS),
        "search_method": search.method,
    }


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
