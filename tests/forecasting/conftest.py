"""Series made for a purpose, and a database that has hours in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from citycore.intervals import HOUR
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.connections import Connection
from citycore.store.registry import register
from forecasting.model import FloatArray, HourlySeries

SUNDAY = datetime(2026, 8, 2, tzinfo=UTC)


@pytest.fixture
def weekly() -> Callable[..., HourlySeries]:
    """A series that repeats each week exactly, plus noise if asked for. Never below 20."""

    def make(weeks: float = 8, noise: float = 0.0, seed: int = 1) -> HourlySeries:
        hours = np.arange(round(weeks * 168))
        week = np.random.default_rng(0).uniform(20, 200, 168)
        values = week[hours % 168] + noise * np.random.default_rng(seed).standard_normal(len(hours))
        return HourlySeries(SUNDAY, np.maximum(values, 1.0))

    return make


@pytest.fixture
def add_thing(source_code: str) -> Callable[..., int]:
    """Register a thing with one datastream; gives the datastream's id."""

    def add(
        connection: Connection,
        kind: SourceKind = SourceKind.SIMULATED,
        observed_property: str = "vehicle_flow",
        zone: str | None = None,
        unit: str | None = None,
    ) -> int:
        code = f"{source_code}-{kind}-{observed_property}".replace("_", "-")
        register(
            connection,
            SourceDescription(code=code, kind=kind, name_en="Test", name_ar="اختبار"),
            [
                ThingDescription(
                    code=f"{code}-1",
                    kind="counter",
                    name_en="Counter",
                    name_ar="عداد",
                    datastreams=(DatastreamDescription(observed_property=observed_property, unit=unit),),
                )
            ],
        )
        # By hand, for the registry refuses a zone that is none.
        connection.execute("UPDATE sources SET zone = %s WHERE code = %s", [zone, code])
        row = connection.execute(
            "SELECT datastream_id FROM datastreams JOIN things USING (thing_id) WHERE code = %s",
            [f"{code}-1"],
        ).fetchone()
        assert row is not None
        return int(row[0])

    return add


@pytest.fixture
def add_hours() -> Callable[[Connection, int, datetime, FloatArray], None]:
    """Write hourly means that end with the hour before ``end``, as a roll-up would leave them."""

    def add(connection: Connection, datastream_id: int, end: datetime, values: FloatArray) -> None:
        start = end - len(values) * HOUR
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, "
                "good_count, not_evaluated_count, suspect_count, bad_count) "
                "VALUES (%s, %s, 1, %s, 1, 0, 0, 0) ON CONFLICT (datastream_id, bucket_start) "
                "DO UPDATE SET mean = EXCLUDED.mean",
                [
                    (datastream_id, start + ahead * HOUR, float(value))
                    for ahead, value in enumerate(values)
                    if np.isfinite(value)
                ],
            )

    return add
