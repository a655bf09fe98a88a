"""Judges hours of things again whose roll-ups have changed, and sets aside what cannot be judged.

The roll-up of an hour notes it (:mod:`ingest.rollups`). An index looks back for up to 24 hours, so that hour and the
23 after it are judged, once they are over and if anything was observed in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from psycopg.types.json import Jsonb

from citycore.air_quality.model import HOURS_MAX, AirQuality, Hour, Index, Part, Series
from citycore.air_quality.rules import POLLUTANTS, TABLES, air_quality
from citycore.gases import celsius_of
from citycore.limits.model import LimitTable
from citycore.limits.service import tables_of
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from ingest.air_quality.settings import AirQualitySettings
from ingest.isolation import isolate

QUERIES = load_queries("ingest.air_quality")
HOUR = timedelta(hours=1)
_DIGITS = 6
log = structlog.get_logger()


@dataclass(slots=True)
class _Pollutant:
    """One datastream of a thing as it was read."""

    unit: str
    hours: dict[datetime, tuple[Hour, str | None]] = field(default_factory=dict)


def keep_air_quality(connection: Connection, settings: AirQualitySettings, now: datetime) -> int:
    """Judge what has changed and is over; the number of hours of things, 0 when nothing is due.

    Gives 0 as well while another process does it.
    """
    judged = 0
    for _ in range(settings.rounds_max):
        done = _round(connection, settings, now)
        judged += done
        if not done:
            break
    return judged


def _round(connection: Connection, settings: AirQualitySettings, now: datetime) -> int:
    limits = {"now": now, "notes_max": settings.notes_max, "retry_seconds": settings.retry_seconds}
    with connection.transaction():
        (is_ours,) = connection.execute(QUERIES["lock"]).fetchone() or (False,)
        if not is_ours:
            return 0
        due = _following(connection.execute(QUERIES["take_notes"], limits).fetchall(), now)
        for thing_id, hour in connection.execute(QUERIES["due_set_aside"], limits).fetchall():
            due[thing_id].add(hour)
        if not due:
            return 0
        known = tables_of(connection)
        tables = {index: known[code] for index, code in TABLES.items()}
        for thing_id, hours in sorted(due.items()):
            _judge_thing(connection, tables, thing_id, sorted(hours))
    return sum(map(len, due.values()))


def _following(notes: Iterable[tuple[int, datetime]], now: datetime) -> dict[int, set[datetime]]:
    """Which hours of which things a change touches."""
    due: dict[int, set[datetime]] = defaultdict(set)
    for thing_id, start in notes:
        for hours in range(HOURS_MAX):
            hour = start + hours * HOUR
            if hour + HOUR <= now:
                due[thing_id].add(hour)
    return due


def _judge_thing(
    connection: Connection, tables: Mapping[Index, LimitTable], thing_id: int, hours: Sequence[datetime]
) -> None:
    span = {"thing_id": thing_id, "hours": list(hours), "first": hours[0], "last": hours[-1]}
    connection.execute(QUERIES["take_up"], span)
    pollutants = _read(connection, span)
    there = {hour for one in pollutants.values() for hour in one.hours}
    gone, reasons, rows = [hour for hour in hours if hour not in there], {}, {}
    for hour in hours:
        if hour in there:
            try:
                rows[hour] = [_row(thing_id, hour, each) for each in _judge(tables, pollutants, hour)]
            except (ArithmeticError, ValueError) as error:
                reasons[hour] = f"{type(error).__name__}: {error}"

    def keep(some: Sequence[datetime]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(QUERIES["keep"], [row for hour in some for row in rows[hour]])

    for hour in isolate(connection, keep, list(rows)):
        reasons[hour] = "the database refuses it"
    connection.execute(QUERIES["forget"], {**span, "hours": [*gone, *reasons]})
    for hour, reason in reasons.items():
        connection.execute(
            QUERIES["set_aside"], {"thing_id": thing_id, "bucket_start": hour, "reason": reason}
        )
        log.warning("air_quality_set_aside", thing=thing_id, hour=hour.isoformat(), reason=reason)


def _read(connection: Connection, span: Mapping[str, object]) -> dict[str, _Pollutant]:
    """By observed property; of two datastreams of one the older counts."""
    found: dict[str, _Pollutant] = {}
    parameters = {**span, "pollutants": list(POLLUTANTS)}
    for code, unit, convention, start, *figures in connection.execute(
        QUERIES["hours"], parameters
    ).fetchall():
        one = found.setdefault(code, _Pollutant(unit))
        if one.unit != unit:
            one = found[code] = _Pollutant(unit)
        one.hours[start] = (Hour(*figures), convention)
    return found


def _judge(
    tables: Mapping[Index, LimitTable], pollutants: Mapping[str, _Pollutant], hour: datetime
) -> Iterator[AirQuality]:
    moments = [hour - back * HOUR for back in reversed(range(HOURS_MAX))]
    series = []
    for code, one in pollutants.items():
        known = [one.hours.get(moment, (None, None)) for moment in moments]
        convention = next((made for found, made in reversed(known) if found is not None), None)
        hours = [found for found, _ in known]
        if any(hours):
            series.append(
                Series(
                    observed_property=code,
                    unit=one.unit,
                    made_at_celsius=celsius_of(convention),
                    hours=hours,
                )
            )
    return (air_quality(index, table, series) for index, table in tables.items())


def _row(thing_id: int, hour: datetime, judged: AirQuality) -> dict[str, Any]:
    worst = judged.worst
    grade = None if worst is None else worst.grade
    return {
        "thing_id": thing_id,
        "bucket_start": hour,
        "index": judged.index.value,
        "value": None if grade is None else grade.index,
        "is_beyond": grade is not None and grade.is_beyond,
        "level": None if grade is None else grade.level.code,
        "level_rank": None if grade is None else grade.level.rank,
        "observed_property": None if worst is None else worst.measure.observed_property,
        "span": None if worst is None else worst.measure.span,
        "method": None if worst is None else worst.measure.method,
        "coverage": None if worst is None else round(worst.coverage, _DIGITS),
        "parts": Jsonb([_part(part) for part in judged.parts]),
    }


def _part(part: Part) -> dict[str, Any]:
    grade = part.grade
    return {
        "observed_property": part.measure.observed_property,
        "averaging": part.measure.span,
        "method": part.measure.method,
        "concentration": None if part.concentration is None else float(f"{part.concentration:.{_DIGITS}g}"),
        "unit": part.unit,
        "value": None if grade is None else grade.index,
        "beyond": grade is not None and grade.is_beyond,
        "level": None if grade is None else grade.level.code,
        "coverage": round(part.coverage, _DIGITS),
        "conversion": part.conversion,
    }
