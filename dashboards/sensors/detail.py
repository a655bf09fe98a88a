"""One sensor in detail: what each of its datastreams said last, when nothing came and why, and what the tests flagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import falaj_client as api
from citycore.clock import CITY_ZONE, day_start
from dashboards import client
from dashboards.model import Datastream, Latest, Thing
from dashboards.period import Period
from dashboards.row import View
from dashboards.sensors import client as own
from dashboards.sensors.settings import sensor_settings

SETTINGS = sensor_settings()


@dataclass(frozen=True, slots=True)
class Stream:
    """A datastream with its newest value, its local days, its gaps (cut at local days), and its flags."""

    datastream: Datastream
    latest: Latest | None
    days: Mapping[date, api.Statistics]
    gaps: Sequence[api.DatastreamGap]
    flags: Sequence[api.ObservationFlag]

    def missing(self, now: datetime) -> timedelta:
        """How long nothing came, over the period."""
        return sum(((gap.end or now) - gap.start for gap in self.gaps), timedelta())

    def completeness(self) -> float | None:
        """Of the days that have one, the mean; None without any."""
        known = [day.completeness for day in self.days.values() if day.completeness is not None]
        return sum(known) / len(known) if known else None

    def flagged(self) -> int:
        """Values that are suspect or bad, by the counts of the days."""
        return sum(day.suspect_count + day.bad_count for day in self.days.values())


@dataclass(frozen=True, slots=True)
class Detail:
    """``left_out`` datastreams are not looked at."""

    thing: Thing
    period: Period
    streams: Sequence[Stream]
    left_out: int
    calls: Sequence[str]

    def reasons(self, now: datetime) -> dict[tuple[date, str], timedelta]:
        """How long nothing came by local day and reason, all datastreams together."""
        told: dict[tuple[date, str], timedelta] = {}
        for stream in self.streams:
            for gap in stream.gaps:
                key = (gap.local_date, gap.reason)
                told[key] = told.get(key, timedelta()) + ((gap.end or now) - gap.start)
        return dict(sorted(told.items(), reverse=True))

    def tests(self) -> Counter[tuple[str, str]]:
        """How many values each test flagged, by observed property and test."""
        return Counter(
            (stream.datastream.observed_property, flag.test)
            for stream in self.streams
            for flag in stream.flags
        )


def period(now: datetime) -> Period:
    """So many last local days, today included; it ends at the next minute, so that answers can be kept."""
    first = now.astimezone(CITY_ZONE).date() - timedelta(days=SETTINGS.days - 1)
    return Period(day_start(first, CITY_ZONE), now.replace(second=0, microsecond=0) + timedelta(minutes=1))


def load(view: View, code: str) -> Detail | None:
    thing = view.city.thing(code)
    if thing is None:
        return None
    every = [one for one in client.datastreams() if one.thing == code]
    looked_at, within = every[: SETTINGS.datastreams_max], period(view.now)
    start, end = within.start, within.end
    days = own.days(code, start, day_start(end.astimezone(CITY_ZONE).date(), CITY_ZONE) + timedelta(days=1))
    newest = {row.datastream: row for row in view.city.latest if row.thing == code}
    streams = [
        Stream(
            one,
            newest.get(one.number),
            {local_date(day): day for day in days if day.datastream == one.number},
            own.gaps(one.number, start, end),
            own.flags(one.number, start, end),
        )
        for one in looked_at
    ]
    calls = [own.days_url(code, start, end)]
    for one in looked_at:
        calls += [own.gaps_url(one.number, start, end), own.flags_url(one.number, start, end)]
    return Detail(thing, within, streams, len(every) - len(looked_at), calls)


def local_date(day: api.Statistics) -> date:
    """The day that a bucket is of; older hubs do not say it."""
    return day.local_date or day.bucket_start.astimezone(CITY_ZONE).date()
