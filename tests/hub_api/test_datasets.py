"""Datasets: what a catalogue needs to know, and that every way to the data that they name is one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from citycore.licences import known_licences
from hub_api.city.datasets.schemas import PAGE_DATASETS_MAX, DatasetList
from hub_api.serving.formats import MEDIA_TYPES
from tests.hub_api.conftest import MINUTES, START

BY_CC = known_licences()["CC-BY-4.0"]


@pytest.fixture
def datasets(api: Any, city: Any) -> dict[str, Any]:
    with city.database.connect("owner") as owner:
        owner.execute(
            "UPDATE sources SET description_en = 'Sky.', description_ar = 'سماء.', provider_en = 'Observatory',"
            " homepage = 'https://example.org/', attribution = 'The observatory' WHERE code = 'recorded'"
        )
        owner.execute(
            "INSERT INTO dataset_days (source_id, local_date) SELECT source_id, day FROM sources,"
            " unnest(%s::date[]) AS day WHERE code = 'recorded'",
            [[date(2026, 11, 24), date(2026, 11, 20)]],
        )
    answer = api.get("/v1/datasets")
    DatasetList.model_validate(answer.json())
    return {one["dataset"]: one for one in answer.json()["data"]}


def test_a_dataset_says_what_it_is_and_whose(datasets: dict[str, Any]) -> None:
    assert set(datasets) == {"recorded", "simulator"}
    one = datasets["recorded"]
    assert (one["kind"], one["simulated"], one["name"]["ar"]) == ("recorded", False, "مسجّل")
    assert one["description"] == {"en": "Sky.", "ar": "سماء."}
    assert one["provider"] == {
        "name": {"en": "Observatory", "ar": "Observatory"}, "homepage": "https://example.org/",
    }  # fmt: skip
    assert one["licence"] == {
        "id": "CC-BY-4.0", "name": {"en": BY_CC.name_en, "ar": BY_CC.name_ar}, "url": BY_CC.url,
    }  # fmt: skip
    assert one["attribution"] == "The observatory"
    other = datasets["simulator"]
    assert (other["simulated"], other["licence"], other["description"]) == (True, None, None)


def test_it_says_from_when_to_when_and_where(datasets: dict[str, Any], api: Any) -> None:
    one, other = datasets["recorded"], datasets["simulator"]
    assert one["temporal"] == {
        "start": "2026-11-19T20:00:00Z", "end": "2026-11-24T09:00:00Z", "zone": "Asia/Muscat",
    }  # fmt: skip
    assert one["spatial"] == {"bbox": [58.18, 23.67, 58.18, 23.67], "places": ["seeb"]}
    assert other["spatial"]["bbox"] == [58.509, 23.6, 58.54, 23.6], "a bus stands where it was seen last"
    assert other["interval_seconds"] == 60
    newest = START + timedelta(minutes=MINUTES - 1)
    assert other["newest_phenomenon_time"] == f"{newest:%Y-%m-%dT%H:%M:%SZ}"
    assert other["age_seconds"] == 2 * 3600 + 60
    assert (one["day_count"], one["bulk_file_count"], other["day_count"]) == (2, 0, 0)
    assert other["temporal"]["start"] is None


def test_it_says_what_is_observed_and_what_flags_mean(datasets: dict[str, Any]) -> None:
    other = datasets["simulator"]
    assert (other["thing_count"], other["datastream_count"]) == (2, 3)
    properties = {one["observed_property"]: one for one in other["observed_properties"]}
    assert set(properties) == {"pm2_5", "pm10", "location"}
    assert (properties["pm2_5"]["unit"], properties["pm2_5"]["datastream_count"]) == ("ug/m3", 1)
    assert [flag["quality"] for flag in other["quality_flags"]] == [1, 2, 3, 4, 9]
    assert all(flag["meaning"]["en"] != flag["meaning"]["ar"] for flag in other["quality_flags"])


def test_every_distribution_is_a_request_that_is_answered(datasets: dict[str, Any], api: Any) -> None:
    for one in datasets["simulator"]["distributions"]:
        if one["kind"] == "stream":
            continue
        answer = api.get(one["url"])
        assert answer.status_code == 200, one
        assert answer.headers["content-type"].split(";")[0] == one["media_type"], one
    kinds = {one["format"] for one in datasets["simulator"]["distributions"] if one["kind"] == "observations"}
    assert kinds == set(MEDIA_TYPES)


def test_one_dataset_is_the_element_of_the_list(datasets: dict[str, Any], api: Any) -> None:
    assert api.get("/v1/datasets/recorded").json()["data"] == {
        **datasets["recorded"], "challenges": [],
    }  # fmt: skip
    missing = api.get("/v1/datasets/recordet")
    assert (missing.status_code, missing.json()["suggestion"]) == (404, "recorded")
    assert missing.json()["hint_url"] == "/v1/datasets/recorded"


def test_an_unchanged_list_is_not_sent_again(datasets: dict[str, Any], api: Any) -> None:
    etag = api.get("/v1/datasets").headers["etag"]
    assert api.get("/v1/datasets", headers={"If-None-Match": etag}).status_code == 304


def test_datasets_come_in_pages_with_the_way_to_the_same_as_rdf(datasets: dict[str, Any], api: Any) -> None:
    first = api.get("/v1/datasets?limit=1")
    assert [one["dataset"] for one in first.json()["data"]] == ["recorded"]
    assert first.json()["data"] == [datasets["recorded"]]
    assert first.links["alternate"]["url"] == "/catalog"
    second = api.get(first.links["next"]["url"])
    assert [one["dataset"] for one in second.json()["data"]] == ["simulator"]
    assert (second.json()["next"], "next" in second.links) == (None, False)
    by_body = api.get("/v1/datasets", params={"limit": 1, "cursor": first.json()["next"]})
    assert by_body.json()["data"] == second.json()["data"]
    assert by_body.headers["etag"] != first.headers["etag"]
    known = api.get("/v1/datasets?limit=1", headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.links["alternate"]["url"]) == (304, "/catalog")


def test_a_page_of_datasets_has_a_maximum_of_its_own(api: Any) -> None:
    assert api.get(f"/v1/datasets?limit={PAGE_DATASETS_MAX}").status_code == 200
    answer = api.get(f"/v1/datasets?limit={PAGE_DATASETS_MAX + 1}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "limit")
    operation = api.get("/openapi.json").json()["paths"]["/v1/datasets"]["get"]
    (limit,) = [one for one in operation["parameters"] if one["name"] == "limit"]
    assert limit["schema"]["maximum"] == PAGE_DATASETS_MAX


def test_observations_say_their_licence(api: Any, city: Any) -> None:
    one = api.get("/v1/observations?source=recorded").json()["meta"]
    assert (one["licence"]["id"], one["licence"]["url"]) == ("CC-BY-4.0", BY_CC.url)
    assert one["attribution"] is None
    assert "licences" not in one
    several = api.get("/v1/observations?bbox=57,22,60,25").json()["meta"]
    assert "licence" not in several
    assert [(each["source"], each["licence"] and each["licence"]["id"]) for each in several["licences"]] == [
        ("recorded", "CC-BY-4.0"), ("simulator", None),
    ]  # fmt: skip
    told = api.get("/v1/observations?source=recorded&f=geojson").json()["meta"]["sources"]
    assert told[0]["licence_url"] == BY_CC.url
    comments = api.get(
        "/v1/observations?thing=weather-01&observed_property=weather&f=csv&header=metadata"
    ).text
    assert f"# licence_url: {BY_CC.url}" in comments.splitlines()
