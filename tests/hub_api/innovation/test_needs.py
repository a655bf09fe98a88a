"""``/v1/innovation/needs``: what is published and what came of it; nothing that is prepared, and nothing of a response."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from casework.taxonomy.model import Sector
from hackathon.market.needs.machine import NEED
from tests.hackathon.need_stage import ABOUT, DAY, NeedStage
from tests.hub_api.conftest import Api, City, open_city, standing


@pytest.fixture(scope="module")
def needs(postgres: Any, city_template: Any) -> Iterator[tuple[City, NeedStage, dict[str, UUID]]]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            stage = NeedStage(portal, owner)
            secret = replace(ABOUT, title_en="SECRET", title_ar="SECRET", problem_en="SECRET")
            stage.draft(secret)
            given_up = stage.draft(secret)
            stage.move(given_up, "cancel", stage.officer, "not_needed")
            awarded = stage.published(replace(ABOUT, is_budget_public=True, title_en="Awarded"))
            first = stage.hand_in(awarded)
            second = stage.hand_in(awarded, stage.rival)
            stage.opened(awarded)
            for response_id, fit in ((first.response_id, "9"), (second.response_id, "6")):
                stage.accept(response_id)
                stage.mark(response_id, fit)
            stage.prepare(awarded, first.response_id)
            stage.move(awarded, "announce", stage.officer)
            stage.watch.at += 10 * DAY
            stage.move(awarded, "award", stage.officer)
            later = NeedStage(portal, owner)
            evaluated = later.published(replace(ABOUT, title_en="Evaluated"))
            only = later.hand_in(evaluated)
            later.opened(evaluated)
            later.accept(only.response_id)
            later.mark(only.response_id, "9")
            later.prepare(evaluated, only.response_id)
            newest = NeedStage(portal, owner)
            ids = {
                "awarded": awarded, "evaluated": evaluated,
                "open": newest.published(replace(ABOUT, title_en="Open", sector=Sector.TRANSPORT, is_sealed=False, criteria=())),
            }  # fmt: skip
            yield city, newest, ids


@pytest.fixture
def api(needs: Any) -> Iterator[Api]:
    with standing(needs[0]) as api:
        yield api


def told(api: Api, query: str = "") -> dict[str, dict[str, Any]]:
    answer = api.get(f"/v1/innovation/needs{query}")
    assert answer.status_code == 200, answer.text
    # One that every seeded city has is not of this play.
    return {one["name"]["en"]: one for one in answer.json()["data"] if one["need"] != "leaks-1"}


def test_what_is_published_is_told_and_nothing_that_is_prepared(api: Api):
    found = told(api)
    assert set(found) == {"Awarded", "Evaluated", "Open"}
    whole = api.get("/v1/innovation/needs").text
    for secret in ("SECRET", "Told", "وصف", "Tiqniya", "19500"):
        assert secret not in whole
    assert found["Awarded"]["awarded_to"]["en"] == "Hulul"
    assert found["Awarded"]["budget"] == "25000.000"
    assert (found["Evaluated"]["awarded_to"], found["Evaluated"]["budget"]) == (None, None)
    assert found["Open"]["capabilities"] == ["leak_detection"]
    assert [one["deadline"] for one in found["Awarded"]["deadlines"]] == list(NEED.deadlines)


def test_states_are_those_that_are_public(api: Api):
    assert set(told(api, "?state=awarded")) == {"Awarded"}
    assert told(api, "?governorate=OM-MU") == {}
    assert api.get("/v1/innovation/needs?governorate=OM-MA").json()["data"][0]["budget"] == "25000.000"
    assert api.get("/v1/innovation/needs?state=draft").status_code == 422


def test_needs_are_found_by_their_sector(api: Api):
    assert set(told(api, "?sector=water")) == {"Awarded", "Evaluated"}
    assert set(told(api, "?sector=transport")) == {"Open"}
    assert set(told(api, "?sector=water&state=awarded")) == {"Awarded"}
    assert api.get("/v1/innovation/needs?sector=health").json()["data"] == []
    refused = api.get("/v1/innovation/needs?sector=boats")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_one_of")


def test_one_of_them_and_none(api: Api, needs: Any):
    _, stage, ids = needs
    need = stage.need(ids["open"])
    answer = api.get(f"/v1/innovation/needs/{need.code}")
    assert answer.json()["data"]["need"] == need.code
    assert api.get("/v1/innovation/needs/none").status_code == 404
    again = api.get(f"/v1/innovation/needs/{need.code}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_as_a_table(api: Api):
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/innovation/needs.csv").text.lstrip("\ufeff"))))
    assert {row["name_en"] for row in rows} == {"Awarded", "Evaluated", "Open", "Finding leaks"}


def test_the_api_reads_nothing_behind_the_view(needs: Any):
    city, *_ = needs
    with city.database.connect("read") as connection:
        for table in ("needs", "responses", "response_contents", "need_questions"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM innovation.{table}".encode())
