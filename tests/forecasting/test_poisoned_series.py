"""Whatever stands in a series stops no other, and is not tried again and again."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.service import Report
from tests.forecasting.test_service import LAST_END, issue, noisy, study


def hours_of(kind, good):
    """Four weeks of hourly means, spoiled."""
    values = good.copy()
    if kind == "huge":
        values[-300:-200:7] = 1.7976931348623157e308
    elif kind == "both ends":
        values[::2], values[1::2] = 1.7976931348623157e308, -1.7976931348623157e308
    elif kind == "just below the bound":
        values[::5] = 9.9e99
    elif kind == "tiny":
        values[:] = 5e-324
    elif kind == "constant":
        values[:] = 7.0
    elif kind == "negative":
        values = -values
    elif kind == "one spike":
        values[-30] = 1e99
    return values


@pytest.mark.parametrize(
    "kind",
    ["huge", "both ends", "just below the bound", "tiny", "constant", "negative", "one spike", "infinite", "nan",
     "one point", "antiquity", "far away"],
)  # fmt: skip
def test_whatever_stands_in_a_series_stops_no_other_and_is_tried_in_peace(
    database, weekly, add_thing, add_hours, kind
):
    with database.connect() as owner, database.connect("worker") as worker:
        poisoned = add_thing(owner)
        sound = add_thing(owner, observed_property="pedestrian_flow")
        values = hours_of(kind, noisy(weekly))
        add_hours(owner, poisoned, LAST_END, values[:1] if kind == "one point" else values)
        add_hours(owner, sound, LAST_END, weekly(1.5).values)
        if kind in {"infinite", "nan"}:
            owner.execute(
                "UPDATE observations_hourly SET mean = %s WHERE datastream_id = %s",
                [np.inf if kind == "infinite" else np.nan, poisoned],
            )
        if kind in {"antiquity", "far away"}:
            day = "4713-11-25 BC" if kind == "antiquity" else "294246-12-30"
            owner.execute("DELETE FROM observations_hourly WHERE datastream_id = %s", [poisoned])
            owner.execute(
                "INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean,"
                " good_count, not_evaluated_count, suspect_count, bad_count)"
                " SELECT %s, %s::timestamptz + n * interval '1 hour', 1, 1, 1, 0, 0, 0"
                " FROM generate_series(1, 20) AS n",
                [poisoned, day],
            )
        report = study(worker)
        assert report.studied + report.failed <= 2
        report = issue(worker)
        assert report.issued + report.failed <= 2
        issued = worker.execute("SELECT datastream_id FROM forecasts").fetchall()
        assert (sound,) in issued
        assert (issue(worker), study(worker)) == (Report(), Report()), "no tight loop"
        for number in worker.execute("SELECT median, lower_95, upper_95 FROM forecast_values").fetchall():
            assert np.isfinite(number).all()
        figures = worker.execute(
            "SELECT coalesce(mae, 0), coalesce(baseline_mae, 0), coalesce(skill, 0) FROM forecasts"
        ).fetchall()
        assert np.isfinite(np.array(figures, dtype=float)).all()
