"""What forecasts promise, what came true, and what they come to together: asked of the API."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from citycore.forecasts.joint import Dependence
from tests.hub_api.conftest import START, Api, City

BLOCK = {
    "first_hour": 1, "last_hour": 6, "scored_hours": 336, "mae": 2.0, "mase": 0.7, "skill": 0.4, "pinball": 0.9, "crps": 1.5,
    "winkler": {"50": 5.0, "80": 9.0, "95": None}, "coverage": {"50": 0.5, "80": 0.81, "95": 0.94},
}  # fmt: skip
LATER = {**BLOCK, "first_hour": 7, "last_hour": 24}
CHOICE = {
    "model": "prophet", "reason": "candidate_best", "skill": 0.5, "runner_up": "lightgbm", "runner_up_skill": 0.4,
    "parts": [["prophet", 1.0]],
}  # fmt: skip
LEVEL = {"level": 80, "coverage": 0.7, "scored_hours": 100, "verdict": "too_narrow"}


def test_promised_and_come_true(api: Api, city: City) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with city.database.superuser() as connection:
        connection.execute(
            "UPDATE forecasts SET blocks = %s, choice = %s, levels = %s",
            [Jsonb([BLOCK, LATER]), Jsonb(CHOICE), Jsonb([LEVEL])],
        )
        for day, error in (("2026-11-20", 6.0), ("2026-11-21", 3.0)):
            connection.execute(
                "INSERT INTO forecast_outcomes VALUES (%s, %s, 1, 6, 'prophet', 6, %s, 5, %s, 9, 3, 5, 6)",
                [number, day, error, error],
            )
    first, second = api.get(f"/v1/forecasts/skill?datastream={number}").json()["data"]
    assert (first["first_hour"], first["last_hour"], second["first_hour"]) == (1, 6, 7)
    assert first["promised"]["coverage"] == BLOCK["coverage"]
    assert (first["promised"]["mase"], first["promised"]["winkler"]["95"]) == (0.7, None)
    true = first["came_true"]
    assert (true["since"], true["days"], true["hours"]) == ("2026-11-20", 2, 12)
    assert [true["mae"], true["baseline_mae"], true["skill"]] == pytest.approx([0.75, 1.8, 0.5])
    assert true["coverage"] == {"50": 0.5, "80": pytest.approx(10 / 12), "95": 1.0}
    assert (second["came_true"]["since"], second["came_true"]["mae"]) == (None, None)
    (later, _) = api.get("/v1/forecasts/skill?since=2026-11-21").json()["data"]
    assert (later["came_true"]["days"], later["came_true"]["mae"]) == (1, 0.5)
    page = api.get("/v1/forecasts/skill?limit=1").json()
    assert api.get(f"/v1/forecasts/skill?limit=1&cursor={page['next']}").json()["data"] == [second]
    (row, _) = csv.DictReader(io.StringIO(api.get("/v1/forecasts/skill.csv").text))
    assert (row["promised_mae"], row["came_true_since"], row["came_true_hours"]) == (
        "2.0",
        "2026-11-20",
        "12",
    )
    (told,) = api.get(f"/v1/forecasts?datastream={number}").json()["data"]
    assert told["choice"]["parts"] == [{"model": "prophet", "weight": 1.0}]
    assert "erred 50 % less than seasonal_naive" in told["explanation"]["en"].replace("\u2066", "").replace(
        "\u2069", ""
    )
    assert "70 % of the hours" in told["explanation"]["en"]
    assert told["explanation"]["ar"]


def test_any_issue(api: Api, city: City) -> None:
    number = city.datastreams["air-01.pm2_5"]
    (newest,) = api.get(f"/v1/forecasts?datastream={number}").json()["data"]
    (earlier,) = api.get(f"/v1/forecasts?issue={newest['issue'] - 1}").json()["data"]
    assert (earlier["model"], earlier["values"][0]["phenomenon_time"]) == (
        "seasonal_naive",
        earlier["origin"],
    )
    by_then = (START + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    (listed,) = api.get(f"/v1/forecasts?issued_by={by_then}").json()["data"]
    assert listed["issue"] == earlier["issue"]
    assert api.get("/v1/forecasts?issue=4711").status_code == 404
    assert api.get(f"/v1/forecasts?issue={2**70}").status_code == 422


def test_a_place_together(api: Api, city: City) -> None:
    """Two series of one place whose errors went against each other are sure together, and wide where they went along."""
    url = "/v1/forecasts/scenario?place=matrah&observed_property=pm2_5"
    with city.database.superuser() as connection:
        (thing,) = connection.execute("SELECT thing_id FROM things WHERE code = 'air-01'").fetchone() or (0,)
        own = city.datastreams["air-01.pm2_5"]
        connection.execute(
            "INSERT INTO things (code, source_id, kind, name_en, name_ar, place_code)"
            " SELECT 'air-91', source_id, kind, name_en, name_ar, place_code FROM things WHERE thing_id = %s",
            [thing],
        )
        (other,) = connection.execute(
            "INSERT INTO datastreams (thing_id, observed_property_code, unit, result_type, interval_seconds)"
            " SELECT (SELECT thing_id FROM things WHERE code = 'air-91'), observed_property_code, unit, result_type,"
            " interval_seconds FROM datastreams WHERE datastream_id = %s RETURNING datastream_id",
            [own],
        ).fetchone() or (0,)
        connection.execute(
            "WITH issue AS (INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline,"
            " backtest_origins, training_start, training_hours, data_digest, candidates)"
            " SELECT %s, issued_at, origin, horizon_hours, model, baseline, 5, training_start, 400, 'x', candidates"
            " FROM forecasts WHERE datastream_id = %s ORDER BY issued_at DESC LIMIT 1 RETURNING forecast_id)"
            " INSERT INTO forecast_values SELECT issue.forecast_id, phenomenon_time, median, lower_50, upper_50, lower_80,"
            " upper_80, lower_95, upper_95 FROM issue, forecast_values JOIN forecasts USING (forecast_id)"
            " WHERE model = 'prophet' AND datastream_id = %s",
            [other, own, own],
        )
        widths = {}
        errors = np.random.default_rng(3).standard_normal((40, 24))
        origins = [START - timedelta(hours=25 * back) for back in range(40, 0, -1)]
        for name, second in (("along", errors), ("against", -errors)):
            for number, some in ((own, errors), (other, second)):
                study = {"dependence": Dependence.of_errors(origins, some).to_json()}
                connection.execute(
                    "INSERT INTO forecast_studies VALUES (%(d)s, 'p', %(t)s, %(t)s, 'x', false, %(s)s)"
                    " ON CONFLICT (datastream_id) DO UPDATE SET study = EXCLUDED.study",
                    {"d": number, "t": START, "s": Jsonb(study)},
                )
            hours = api.get(f"{url}&above=0").json()["data"]
            widths[name] = hours[0]["upper_80"] - hours[0]["lower_80"]
    assert (hours[0]["series"], hours[0]["method"], hours[0]["days"]) == (2, "joint_errors", 40)
    assert len(hours) == 3
    assert widths["along"] == pytest.approx(8, rel=0.15)
    assert widths["against"] < 2
    assert hours[0]["probability"] == pytest.approx(0.5, abs=0.15)
    (row, *_) = csv.DictReader(io.StringIO(api.get(f"{url}&combine=highest&f=csv").text))
    assert (row["combine"], row["probability"]) == ("highest", "")
    assert api.get(f"{url}&combine=best").status_code == 422
    assert api.get(url.replace("matrah", "atlantis")).status_code == 404
