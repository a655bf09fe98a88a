"""Air quality as open data: by thing and by place, at an instant and over a window, in every format."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from ingest.air_quality.service import keep_air_quality
from ingest.air_quality.settings import AirQualitySettings
from tests.hub_api.conftest import NOW, START, Api, City

#: In the same place as air-01, cleaner in the morning and dustier at noon.
SECOND = ThingDescription(
    code="air-09", kind="air_quality_station", name_en="Corniche", name_ar="الكورنيش", longitude=58.55, latitude=23.61,
    datastreams=(DatastreamDescription(observed_property="pm2_5", interval_seconds=60),),
)  # fmt: skip


@pytest.fixture
def judged(city: City) -> City:
    """air-01 has an hour n with n µg/m³ from the city's story; air-09 has 20 from the fifth on."""
    with city.database.connect("owner") as connection:
        source = SourceDescription(
            code="simulator", kind=SourceKind.SIMULATED, name_en="Simulator", name_ar="محاكٍ"
        )
        register(connection, source, [SECOND])
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations_hourly SELECT datastream_id, %s::timestamptz + n * interval '1 hour', 60, 60, 20, 20,"
            " 20, 0, 20, 20, 20, 60, 0, 0, 0 FROM datastreams JOIN things USING (thing_id), generate_series(5, 9) AS n"
            " WHERE things.code = 'air-09' AND observed_property_code = 'pm2_5'",
            [START],
        )
        connection.execute(
            "INSERT INTO latest (datastream_id, phenomenon_time, result, quality, batch_id)"
            " SELECT datastream_id, %s::timestamptz + interval '9 hours 59 minutes', 20, 1, 1 FROM datastreams"
            " JOIN things USING (thing_id) WHERE things.code = 'air-09' AND observed_property_code = 'pm2_5'",
            [START],
        )
        connection.execute(
            "INSERT INTO air_quality_notes (thing_id, bucket_start) SELECT DISTINCT thing_id, bucket_start"
            " FROM observations_hourly JOIN datastreams USING (datastream_id)"
        )
    with city.database.connect("worker") as connection:
        connection.autocommit = True
        assert keep_air_quality(connection, AirQualitySettings(), NOW)
    return city


def ask(api: Api, question: str = "") -> list[dict[str, Any]]:
    answer = api.get(f"/v1/air-quality{question}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_the_newest_hour_of_each_thing(api: Api, judged: City) -> None:
    first, second = ask(api)
    assert (first["thing"], second["thing"]) == ("air-01", "air-09")
    # Ten hours 0 … 9, newest first, w = 1/2: 9 + 8/2 + 7/4 + … = 16.004 over 1.998: 8.01, cut to 8.0.
    assert (first["value"], first["level"], first["method"], first["averaging"]) == (
        44,
        "good",
        "nowcast",
        "PT12H",
    )
    assert (first["start"], first["end"]) == ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z")
    assert first["level_name"] == {"en": "Good", "ar": "جيد"}
    assert {each["group"] for each in first["advice"]} == {
        "general",
        "sensitive",
        "children",
        "outdoor_workers",
    }
    (part,) = first["parts"]
    assert (part["concentration"], part["unit"], part["coverage"]) == (8.00978, "ug/m3", 0.833333)
    assert (second["value"], second["simulated"], second["thing_name"]["ar"]) == (71, True, "الكورنيش")
    assert ask(api, "?at=2026-11-24T14:00:00Z") == [], "nothing of the last three hours"
    early = ask(api, "?at=2026-11-24T05:30:00Z")
    assert [(one["thing"], one["start"]) for one in early] == [("air-01", "2026-11-24T04:00:00Z")]


def test_of_a_place_its_worst_thing(api: Api, judged: City) -> None:
    (one,) = ask(api, "?by=place")
    assert (one["place"], one["thing"], one["thing_count"], one["value"]) == ("matrah", "air-09", 2, 71)
    assert one["place_name"]["ar"] == "مطرح"
    hours = ask(api, "?by=place&place=matrah&start=2026-11-24T03:00:00Z&end=2026-11-24T07:00:00Z&index=eu")
    assert [(hour["start"][11:13], hour["thing"], hour["level"], hour["value"]) for hour in hours] == [
        ("03", "air-01", "good", None),
        ("04", "air-01", "good", None),
        ("05", "air-09", "moderate", None),
        ("06", "air-09", "moderate", None),
    ]


def test_guidelines_with_too_little_say_how_much_there_was(api: Api, judged: City) -> None:
    (one,) = ask(api, "?index=who&thing=air-01")
    assert (one["level"], one["advice"], one["colour"], one["coverage"]) == (None, [], None, None)
    assert (one["parts"][0]["averaging"], one["parts"][0]["coverage"]) == ("PT24H", 0.416667)


def test_a_window_in_pages_and_formats(api: Api, judged: City) -> None:
    window = "?start=2026-11-24T00:00:00Z"
    whole = ask(api, window)
    assert len(whole) == 15
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/air-quality{window}&limit=4{cursor and '&cursor=' + cursor}").json()
        found += page["data"]
        cursor = page["next"]
    assert found == whole
    rows = list(csv.DictReader(io.StringIO(api.get(f"/v1/air-quality.csv{window}&thing=air-01").text)))
    assert (rows[-1]["pm2_5_pt12h"], rows[-1]["value"], rows[-1]["method"]) == ("8.00978", "44", "nowcast")
    features = api.get("/v1/air-quality.geojson?by=place").json()["features"]
    assert features[0]["geometry"]["coordinates"] == [58.55, 23.61]
    assert len(api.get(f"/v1/air-quality.ndjson{window}").text.splitlines()) == 15
    assert api.get(f"/v1/air-quality.parquet{window}").content[:4] == b"PAR1"


def test_an_export_is_new_when_the_air_was_judged_again(api: Api, judged: City) -> None:
    first = api.get("/v1/air-quality.csv").headers["ETag"]
    assert api.get("/v1/air-quality.csv").headers["ETag"] == first
    with judged.database.superuser() as connection:
        connection.execute("UPDATE observations_hourly SET mean = 50")
        connection.execute(
            "INSERT INTO air_quality_notes (thing_id, bucket_start) SELECT thing_id, %s FROM things",
            [NOW - timedelta(hours=3)],
        )
    with judged.database.connect("worker") as connection:
        connection.autocommit = True
        keep_air_quality(connection, AirQualitySettings(), NOW)
    assert api.get("/v1/air-quality.csv").headers["ETag"] != first


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("?thing=air-1", 404),
        ("?place=ruwi", 404),
        ("?index=cn", 422),
        ("?by=city", 422),
        ("?at=2026-11-24T00:00:00Z&start=2026-11-23T00:00:00Z", 409),
        ("?start=2026-11-24T00:00:00Z&end=2026-11-24T00:00:00Z", 409),
        ("?at=2026-11-24T00:00:00", 422),
        ("?cursor=xyz", 409),
    ],
)
def test_wrong_questions(api: Api, question: str, status: int) -> None:
    assert api.get(f"/v1/air-quality{question}").status_code == status
