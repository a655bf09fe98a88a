"""Tables of limits as open data, and at the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stack.cli import app
from tests.citycore.test_limits import NATIONAL
from tests.hub_api.conftest import Api, City


def test_limits_in_both_languages_and_all_formats(api: Api) -> None:
    answer = api.get("/v1/limits?observed_property=pm2_5&table=who_2021&averaging=PT24H")
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["data"]
    assert (one["unit"], one["statistic"], one["since"]) == ("ug/m3", "percentile_99", "2021-09-22")
    assert one["authority"]["ar"] == "منظمة الصحة العالمية"
    assert [band["up_to"] for band in one["bands"]] == [15, 25, 37.5, 50, 75, None]
    assert one["bands"][0]["name"] == {"en": "Within the guideline", "ar": "ضمن القيمة الإرشادية"}
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/limits.csv?table=us_aqi_2024").text)))
    fine = [row for row in rows if row["observed_property"] == "pm2_5"]
    assert [row["index_to"] for row in fine] == ["50", "100", "150", "200", "300", "500", ""]
    assert fine[0]["advice_ar"]
    early = api.get("/v1/limits?observed_property=pm2_5&at=2022-01-01T00:00:00Z").json()["data"]
    assert {each["table"] for each in early} == {"who_2021", "eu_2008_50"}


def test_limits_are_paged_and_wrong_names_are_told(api: Api) -> None:
    whole = api.get("/v1/limits").json()["data"]
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/limits?limit=7{cursor and '&cursor=' + cursor}").json()
        found += page["data"]
        cursor = page["next"]
    assert found == whole
    assert api.get("/v1/limits?table=who_2022").status_code == 404
    assert "who_2021" in api.get("/v1/limits?table=who_2022").json()["detail"]
    assert api.get("/v1/limits?observed_property=pm25").status_code == 404
    assert api.get("/v1/limits?averaging=PT3H").status_code == 422
    assert api.get("/v1/limits?table=om_md_41_2017").json()["data"] == []


def test_an_operator_fills_in_the_national_table(
    api: Api, city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FALAJ_STORE_OWNER_URL", city.database.url("owner"))
    monkeypatch.setenv("FALAJ_STORE_REGISTRY_URL", city.database.url("registry"))
    file = tmp_path / "national.toml"

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["limits", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    exported = run("export", "om_md_41_2017")
    assert "Ministerial Decision 41/2017" in exported
    file.write_text(NATIONAL, "utf-8")
    assert "om_md_41_2017" in run("load", str(file))
    assert run("export", "om_md_41_2017") == NATIONAL
    assert "om_md_41_2017\tPT1H\tmean\tug/m3\t7" in run("list", "--property", "no2")
    told: dict[str, Any] = api.get("/v1/limits?table=om_md_41_2017").json()["data"][0]
    assert (told["shipped"], told["table_name"]["en"], told["until"]) == (False, "Test", "2027-01-01")
    run("remove", "om_md_41_2017")
    assert api.get("/v1/limits?table=om_md_41_2017").json()["data"] == []
