"""Quarters, studies, nowcasts and anomalies between the store and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import structlog
from psycopg.types.json import Jsonb

from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, rows_of
from citycore.units import bounds_in
from forecasting.nowcast.anomalies import Anomaly, State, Step
from forecasting.nowcast.model import (
    BLOCKS,
    DAY_QUARTERS,
    HORIZON,
    LEVELS,
    MODELS,
    QUARTER,
    SLOTS,
    Band,
    FloatArray,
    Nowcast,
    Panel,
    Study,
)
from forecasting.nowcast.settings import NowcastSettings

QUERIES = load_queries("forecasting.nowcast")
log = structlog.get_logger()
#: Datastreams whose quarters are read at once: rows of the store are large before they are arrays.
READ_SERIES = 50
ExpectedBy = Literal["nowcast", "forecast"]


class Run(NamedTuple):
    """Up to when nowcasts were issued and hours compared, and when all was studied last."""

    issued_until: datetime | None
    judged_until: datetime | None
    studied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """A datastream that is nowcast; bounds are in the unit of the property."""

    datastream_id: int
    property_code: str
    zone: str | None
    unit: str
    property_unit: str
    lower_bound: float | None
    upper_bound: float | None

    @property
    def bounds(self) -> tuple[float, float]:
        """In its own unit."""
        return bounds_in(self.unit, self.property_unit, self.lower_bound, self.upper_bound)


@dataclass(frozen=True, slots=True)
class Group:
    """Datastreams of one property and zone, not too many; ``number`` counts those of the same."""

    property_code: str
    zone: str
    number: int
    members: Sequence[Member]

    @property
    def name(self) -> str:
        return f"{self.property_code} {self.zone} {self.number}"

    @property
    def keys(self) -> list[int]:
        return [one.datastream_id for one in self.members]


def try_lock(connection: Connection) -> bool:
    return only_row(connection, bool, QUERIES["lock"])


def unlock(connection: Connection) -> None:
    connection.execute(QUERIES["unlock"])


def read_run(connection: Connection) -> Run:
    return only_row(connection, Run, QUERIES["run"])


def note_run(connection: Connection, run: Run) -> None:
    connection.execute(QUERIES["note_run"], run._asdict())


def has_gone(connection: Connection) -> bool:
    """Whether trees may have learned of what counts no more."""
    return only_row(connection, bool, QUERIES["has_gone"])


def forget_gone(connection: Connection) -> None:
    """Studies of what counts no more."""
    connection.execute(QUERIES["forget_gone"])


def has_calendar_changed(connection: Connection, since: datetime) -> bool:
    return only_row(connection, bool, QUERIES["entries_changed"], {"since": since})


def read_failures_due(connection: Connection, job: str, now: datetime) -> list[str]:
    return rows_of(connection, str, QUERIES["failures_due"], {"job": job, "now": now})


def forget_failures(connection: Connection, job: str, now: datetime) -> None:
    connection.execute(QUERIES["forget_failures"], {"job": job, "now": now})


def read_groups(connection: Connection, settings: NowcastSettings) -> list[Group]:
    """All that is nowcast; of more than ``series_max`` of a property and zone the rest is left out, which the log says."""
    members = rows_of(connection, Member, QUERIES["datastreams"], {"properties": list(settings.properties)})
    found = []
    for (code, zone), of_one in groupby(members, lambda one: (one.property_code, one.zone or CITY_ZONE.key)):
        known = list(of_one)
        if len(known) > settings.series_max:
            log.warning("nowcasts_left_out", observed_property=code, number=len(known) - settings.series_max)
        for number, first in enumerate(range(0, min(len(known), settings.series_max), settings.chunk_series)):
            part = known[first : min(first + settings.chunk_series, settings.series_max)]
            found.append(Group(code, zone, number, part))
    return found


def read_panel(
    connection: Connection, group: Group, end: datetime, quarters: int, settings: NowcastSettings
) -> Panel:
    """The means of the quarters before ``end``. One beyond ``value_max`` is no measurement, and missing."""
    start = end - quarters * QUARTER
    values = np.full((len(group.members), quarters), np.nan)
    places = {key: place for place, key in enumerate(group.keys)}
    for first in range(0, len(group.members), READ_SERIES):
        wanted = {"datastreams": group.keys[first : first + READ_SERIES], "start": start, "end": end}
        for key, bucket_start, mean in connection.execute(QUERIES["quarters"], wanted):
            values[places[key], (bucket_start - start) // QUARTER] = mean
    with np.errstate(invalid="ignore"):
        values[~(np.abs(values) <= settings.value_max)] = np.nan
    bounds = np.array([one.bounds for one in group.members])
    return Panel(group.property_code, group.zone, group.keys, start, values, bounds)


def keep_studies(connection: Connection, studies: Mapping[int, Study], at: datetime) -> None:
    rows = [
        {
            "datastream_id": key,
            "studied_at": at,
            "model": one.model,
            "profile": one.profile.tolist(),
            "spread": one.spread.tolist(),
            "decay": one.decay.tolist(),
            **{f"widths_{level}": one.widths[level].tolist() for level in LEVELS},
            "told": Jsonb(one.told),
        }
        for key, one in studies.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(QUERIES["keep_study"], rows)


def read_studies(connection: Connection, group: Group) -> dict[int, Study]:
    """A study that does not look like one is left out, which the log says."""
    found = {}
    for key, model, *arrays in connection.execute(QUERIES["studies"], {"datastreams": group.keys}):
        profile, spread, decay, *widths = (np.array(one, dtype=np.float64) for one in arrays)
        shapes = [profile.shape, spread.shape, decay.shape, *(one.shape for one in widths)]
        wanted = [(SLOTS,), (DAY_QUARTERS,), (HORIZON,), *[(len(BLOCKS),)] * len(LEVELS)]
        if shapes != wanted or model not in MODELS or not all(np.isfinite(spread) & (spread > 0)):
            log.warning("nowcast_study_unusable", datastream=key)
            continue
        found[key] = Study(model, profile, spread, decay, dict(zip(LEVELS, widths, strict=True)), {})
    return found


def has_unstudied(connection: Connection, group: Group, end: datetime, settings: NowcastSettings) -> bool:
    """Whether any of it has come to have enough of a past: half of the quarters of some days."""
    start = end - 2 * settings.values_min * QUARTER
    wanted = {"datastreams": group.keys, "start": start, "values_min": settings.values_min}
    return connection.execute(QUERIES["unstudied"], wanted).fetchone() is not None


def keep_trees(connection: Connection, group: Group, content: str, at: datetime) -> None:
    values = {"property": group.property_code, "zone": group.zone, "fitted_at": at, "content": content}
    connection.execute(QUERIES["keep_trees"], values)


def read_trees(connection: Connection, group: Group) -> str | None:
    wanted = {"property": group.property_code, "zone": group.zone}
    row = connection.execute(QUERIES["trees"], wanted).fetchone()
    return None if row is None else str(row[0])


def keep_nowcasts(connection: Connection, made: Mapping[int, Nowcast], at: datetime) -> None:
    rows = [
        {
            "datastream_id": key,
            "issued_at": at,
            "origin": one.origin,
            "model": one.model,
            "median": one.median.tolist(),
            **{f"lower_{level}": band.lower.tolist() for level, band in one.bands.items()},
            **{f"upper_{level}": band.upper.tolist() for level, band in one.bands.items()},
            **{f"factor_{level}": factor for level, factor in one.factors.items()},
            "seen": one.seen,
            **{f"inside_{level}": count for level, count in one.inside.items()},
        }
        for key, one in made.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(QUERIES["keep_nowcast"], rows)


def read_nowcasts(connection: Connection, group: Group) -> dict[int, Nowcast]:
    """Those issued last; what has another horizon is of an older hub, and none."""
    found = {}
    for key, origin, model, *rest in connection.execute(QUERIES["nowcasts"], {"datastreams": group.keys}):
        arrays: list[FloatArray] = [np.array(one, dtype=np.float64) for one in rest[:5]]
        if any(one.shape != (HORIZON,) for one in arrays):
            continue
        median, *sides = arrays
        factor_80, factor_95, seen, inside_80, inside_95 = rest[5:]
        found[key] = Nowcast(
            origin.astimezone(UTC),
            model,
            median,
            {80: Band(*sides[:2]), 95: Band(*sides[2:])},
            {80: factor_80, 95: factor_95},
            seen,
            {80: inside_80, 95: inside_95},
        )
    return found


def read_states(connection: Connection, expected_by: ExpectedBy, keys: Sequence[int]) -> dict[int, State]:
    """What cannot be read is forgotten, which the log says."""
    found = {}
    wanted = {"expected_by": expected_by, "datastreams": list(keys)}
    for key, state in connection.execute(QUERIES["states"], wanted):
        try:
            found[key] = msgspec.convert(state, State)
        except msgspec.ValidationError as error:
            log.warning("anomaly_state_unusable", datastream=key, reason=str(error))
    return found


def keep_state(connection: Connection, expected_by: ExpectedBy, key: int, state: State) -> None:
    values = {"datastream_id": key, "expected_by": expected_by}
    if state.is_nothing:
        connection.execute(QUERIES["drop_state"], values)
    else:
        told = Jsonb(msgspec.to_builtins(state))
        connection.execute(QUERIES["keep_state"], {**values, "state": told})


def keep_anomaly(connection: Connection, expected_by: ExpectedBy, key: int, one: Anomaly) -> None:
    worst = one.worst
    connection.execute(
        QUERIES["keep_anomaly"],
        {
            "datastream_id": key,
            "expected_by": expected_by,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "steps": one.steps,
            "worst_at": worst.at,
            "observed": worst.value,
            "expected": worst.expected,
            "lower_95": worst.lower_95,
            "upper_95": worst.upper_95,
            "size": worst.size,
        },
    )


def forget_anomalies(connection: Connection, before: datetime) -> None:
    connection.execute(QUERIES["forget_anomalies"], {"before": before})


def read_judged_hours(
    connection: Connection, start: datetime, end: datetime, settings: NowcastSettings
) -> Iterator[tuple[int, list[Step]]]:
    """Hours from ``start`` until before ``end`` with what forecasts said of them, by datastream and in order of time."""
    wanted = {
        "start": start,
        "end": end,
        "lead": timedelta(hours=settings.forecast_lead_hours),
        "properties": list(settings.properties),
    }
    rows = connection.execute(QUERIES["judged_hours"], wanted).fetchall()
    for key, of_one in groupby(rows, lambda row: row[0]):
        steps = [Step(at.astimezone(UTC), *rest) for _, at, *rest in of_one]
        yield int(key), [one for one in steps if np.isfinite([one.value, one.expected]).all()]
