"""How probably forecasts exceed limits: figures by hand, and asked of the API."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from citycore.limits.service import shipped_tables
from hub_api.city.forecasts.rules import Odds, Series, odds_of, probability_above
from tests.hub_api.conftest import Api, City

MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TENS = (10, 15, 20, 25, 30, 35, 40)


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        (9, (0.975, "at_least")),
        (10, (0.975, "about")),
        (12.5, (0.9375, "about")),
        (25, (0.5, "about")),
        (39, (0.04, "about")),
        (40, (0.025, "at_most")),
        (1e9, (0.025, "at_most")),
    ],
)
def test_the_outermost_quantiles_bound_what_is_said(edge: float, said: tuple[float, str]) -> None:
    assert probability_above(TENS, edge) == said
    assert probability_above(TENS[::-1], edge) == said


def odds(
    table: str, observed_property: str, unit: str, *bounds: float | None, at: datetime = MOMENT
) -> list[Odds]:
    series = Series(
        observed_property=observed_property, unit=unit, convention=None, issued_at=at, hours=[(at, bounds)]
    )
    return odds_of(shipped_tables()[table], series)


def test_a_gas_is_judged_in_the_unit_of_its_limit() -> None:
    """200 µg/m³ of NO₂ at 25 Cel are 106.36 ppb: halfway between the median and the 75 % quantile."""
    hour, *rest = odds("who_2021", "no2", "[ppb]", 70, 75, 80, 97.36, 115.36, 120, 125)
    assert [hour.threshold, hour.probability] == pytest.approx([106.36, 0.375], abs=0.01)
    assert (hour.band and hour.band.level.code, hour.relation) == ("above", "about")
    assert {one.not_judged for one in rest} == {"averaging"}


def test_steps_and_a_first_band_that_is_not_the_best() -> None:
    """0.125 ppm of ozone is unhealthy for some; above 0.164 begins the next level, which 0.1649 is not."""
    first, second, *_ = odds("us_aqi_2024", "o3", "[ppm]", 0.1, 0.11, 0.12, 0.125, 0.16, 0.1649, 0.17)
    assert [first.threshold, first.probability] == pytest.approx([0.125, 0.5])
    assert second.threshold == pytest.approx(0.164)
    assert second.probability == pytest.approx(0.0985, abs=1e-3)


def test_what_is_not_judged_is_said() -> None:
    assert {one.not_judged for one in odds("who_2021", "pm2_5", "ug/m3", *TENS)} == {"averaging"}
    assert {one.not_judged for one in odds("eu_aqi_2024", "pm2_5", "Cel", *TENS)} == {"unit"}
    assert {one.not_judged for one in odds("eu_aqi_2024", "pm2_5", "ug/m3", None, *TENS[1:])} == {"value"}
    assert odds("eu_aqi_2024", "vehicle_flow", "{vehicles}/h", *TENS) == []
    assert odds("who_2021", "no2", "ug/m3", *TENS, at=datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_asked_of_the_api(api: Api, city: City) -> None:
    with city.database.superuser() as connection:  # the median is 5, 6, 7, and each step of a band one unit
        connection.execute(
            "UPDATE forecast_values SET median = median + 5, lower_50 = lower_50 + 5, upper_50 = upper_50 + 5,"
            " lower_80 = lower_80 + 5, upper_80 = upper_80 + 5, lower_95 = lower_95 + 5, upper_95 = upper_95 + 5"
        )
    url = f"/v1/forecasts/exceedance?datastream={city.datastreams['air-01.pm2_5']}&limits=eu_aqi_2024"
    rows = api.get(url).json()["data"]
    assert [one["probability"] for one in rows if one["level"] == "fair"] == [0.5, 0.75, 0.9]
    assert {(one["probability"], one["relation"]) for one in rows if one["level"] == "moderate"} == {
        (0.025, "at_most")
    }
    assert rows[0]["table_name"]["ar"]
    assert rows[0]["level_name"]["ar"]
    assert (rows[0]["bound"], rows[0]["threshold"], rows[0]["method"]) == (5, 5, "linear_between_quantiles")
    read = csv.DictReader(io.StringIO(api.get(f"{url}&f=csv").text))
    assert [row["probability"] for row in read] == [str(one["probability"]) for one in rows]
    page = api.get(f"{url}&limit=4").json()
    assert [*page["data"], *api.get(f"{url}&limit=100&cursor={page['next']}").json()["data"]] == rows
    assert api.get(url.replace("eu_aqi", "eu_aqu")).status_code == 404
    assert api.get("/v1/forecasts/exceedance").status_code == 409
