"""The report as the JSON of ``/v1/status``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from citycore.model import SourceKind
from hub_api.city.status.model import Feed, Readings
from hub_api.city.status.rules import feed_state, is_taken_over
from hub_api.city.status.service import Report
from hub_api.city.status.settings import StatusSettings
from hub_api.serving.answers import age_seconds, freshness
from hub_api.serving.shapes import names

RULES = (
    "late_intervals",
    "silent_intervals",
    "interval_seconds_default",
    "ingest_quiet_seconds_max",
    "worker_lag_seconds_max",
    "account_seconds_max",
    "stalled_seconds_max",
    "waiting_messages_max",
)


def status_content(report: Report, version: str, settings: StatusSettings) -> dict[str, Any]:
    readings = report.readings
    data = {
        "state": report.state,
        "version": version,
        "components": {
            part.name: {
                "state": part.state,
                "age_seconds": part.age_seconds,
                "account_age_seconds": part.account_age_seconds,
                "waiting_messages": part.waiting_messages,
                "stalled_seconds": part.stalled_seconds,
            }
            for part in report.components
        },
        "last_batch": None if readings is None else _last_batch(readings),
        "session": None if readings is None else _session(readings, settings),
        "dead_letters": None if readings is None else _dead_letters(readings),
        "set_aside": None if readings is None else asdict(readings.set_aside),
        "credentials": None if readings is None else asdict(readings.credentials),
        "archive": None if readings is None else asdict(readings.archive),
        "failures": None if readings is None else [asdict(one) for one in readings.failures],
        "listeners": report.listeners,
        "feeds": None
        if readings is None
        else [feed_element(one, readings.as_of) for one in readings.feeds.shown],
        "feed_count": None if readings is None else readings.feeds.count,
        "rules": settings.model_dump(include=set(RULES)),
    }
    return {"data": data, "meta": freshness(report.as_of, _newest(readings))}


def feed_element(feed: Feed, now: datetime) -> dict[str, Any]:
    return {
        "source": feed.source,
        "source_kind": feed.source_kind,
        "source_name": names(*feed.source_names),
        "simulated": feed.source_kind is SourceKind.SIMULATED,
        "observed_property": feed.observed_property,
        "name": names(*feed.property_names),
        "state": feed_state(feed),
        "datastream_count": feed.datastreams,
        "interval_seconds": [feed.interval_seconds_min, feed.interval_seconds_max],
        "newest_phenomenon_time": feed.newest_at,
        "newest_age_seconds": _age(feed.newest_at, now),
        "median_age_seconds": _age(feed.median_at, now),
        "worst_age_seconds": _age(feed.oldest_at, now),
        "fresh_count": feed.fresh,
        "late_count": feed.late,
        "silent_count": feed.silent,
        "never_count": feed.never,
    }


def _last_batch(readings: Readings) -> dict[str, Any]:
    return {"committed_at": readings.ingest.committed_at, "lag_seconds": readings.ingest.lag_seconds}


def _session(readings: Readings, settings: StatusSettings) -> dict[str, Any]:
    ingest = readings.ingest
    return {
        "is_taken_over": is_taken_over(ingest, readings.as_of, settings),
        "taken_over_count": ingest.taken_over_count,
        "taken_over_at": ingest.taken_over_at,
    }


def _dead_letters(readings: Readings) -> dict[str, Any]:
    letters = readings.dead_letters
    return {"open_count": letters.open_count, "counted_at": letters.counted_at}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else age_seconds(now, moment)


def _newest(readings: Readings | None) -> datetime | None:
    return None if readings is None else readings.feeds.newest_at
