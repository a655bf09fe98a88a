"""What the API answers once the store has let go of observations: the same, in every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from ingest.archive.service import Archive
from ingest.archive.settings import ArchiveSettings
from ingest.bulk.service import write_due
from ingest.bulk.settings import BulkSettings
from ingest.rollups import roll_up, roll_up_days, settle_hours
from ingest.settings import IngestSettings
from tests.hub_api.conftest import START, Api, City

FORMATS = ("json", "csv", "ndjson", "geojson", "parquet", "geoparquet", "arrow")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
ROLLED_UP = IngestSettings(rollup_open_day_seconds=0, rollup_ended_hour_seconds=0, rollup_open_hour_seconds=0)
DIRTY = (
    "INSERT INTO dirty_buckets SELECT 7, array_agg(datastream_id), array_agg(hour) FROM (SELECT DISTINCT datastream_id,"
    " floor(extract(epoch FROM phenomenon_time) / 3600)::int AS hour FROM (SELECT datastream_id, phenomenon_time FROM"
    " observations UNION SELECT datastream_id, phenomenon_time FROM observations_category UNION SELECT datastream_id,"
    " phenomenon_time FROM observations_position) AS every) AS hours"
)


@dataclass
class Scene:
    """Days before those of the city, so that its own days may be young or old."""

    city: City
    api: Api
    place: Place
    folder: Path

    def settle(self) -> None:
        with self.city.database.connect("worker") as worker:
            for work in (roll_up, settle_hours, roll_up_days):
                while work(worker, ROLLED_UP):
                    pass
            settings = BulkSettings(quiet_seconds=0, free_mib_min=0)
            write_due(worker, self.folder / "bulk", settings, lambda: LATER)

    def archive(self, keep_days: int) -> Any:
        settings = ArchiveSettings(quiet_seconds=0, keep_days={"*": keep_days}, keep_late_seconds=0)
        now = START + timedelta(days=4)
        with self.city.database.connect("worker") as worker:
            report = Archive(worker, self.place, settings, lambda: now).run()
        assert report.failed == 0
        return report


@pytest.fixture
def scene(city: City, make_api: Callable[..., Api], tmp_path: Path) -> Scene:
    place = ArchivePlaceSettings(url=SecretStr((tmp_path / "archive").as_uri()), answer_rows_max=300)
    scene = Scene(city, make_api(archive=place), Place(place), tmp_path)
    prepare(scene)
    return scene


def prepare(scene: Scene) -> None:
    """Give the city days before its own, all of which can be archived."""
    with scene.city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations SELECT datastream_id, 1 + n %% 3, %s::timestamptz - n * interval '7 minutes',"
            " n / 8.0, n FROM generate_series(1, 500) AS n, datastreams"
            " WHERE result_type = 'measurement' AND datastream_id = ANY(%s)",
            [START, list(scene.city.datastreams.values())],
        )
        connection.execute(
            "INSERT INTO latest SELECT DISTINCT ON (datastream_id) datastream_id, quality, phenomenon_time, result, NULL, NULL, NULL,"
            " batch_id FROM observations ORDER BY datastream_id, phenomenon_time DESC ON CONFLICT DO NOTHING"
        )
        connection.execute(DIRTY)
        connection.execute("UPDATE dataset_days SET changed_at = '2020-01-01'")
    scene.settle()
    with scene.city.database.superuser() as connection:
        connection.execute("UPDATE dataset_days SET changed_at = '2020-01-01'")


def questions(city: City) -> list[str]:
    fine = city.datastreams["air-01.pm2_5"]
    window = "start=2026-11-22T00:00:00Z&end=2026-11-24T09:00:00Z"
    return [
        f"datastream={fine}",
        f"datastream={fine}&order=desc&{window}",
        f"datastream={fine}&quality=good,suspect&{window}",
        f"datastream={city.datastreams['weather-01.weather']}",
        f"datastream={city.datastreams['bus-01.location']}",
        "thing=air-01",
        f"thing=air-01&order=desc&{window}",
        "bbox=57,22,60,25",
    ]


def answers(scene: Scene) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for question in questions(scene.city):
        for chosen in FORMATS:
            answer = scene.api.get(f"/v1/observations?{question}&f={chosen}")
            assert answer.status_code == 200, answer.text
            found[question, chosen] = answer.content
        found[question, "pages"] = pages(scene, question)
        counted = scene.api.get(f"/v1/observations?{question}&limit=1&count=exact").json()
        found[question, "count"] = counted["meta"]["count"]
    return found


def pages(scene: Scene, question: str) -> list[Any]:
    url, found = f"/v1/observations?{question}&limit=170", []
    while url:
        answer = scene.api.get(url)
        found += answer.json()["data"]
        url = answer.links.get("next", {}).get("url", "")
    return found


def test_the_answers_are_the_same(scene: Scene) -> None:
    before = answers(scene)
    for keep_days in (4, 3):
        assert scene.archive(keep_days).let_go > 0
        with scene.city.database.connect("read") as reader:
            left = reader.execute("SELECT count(*) FROM observations").fetchone()
        assert (left[0] == 0) == (keep_days == 3)
        after = answers(scene)
        assert [key for key in before if before[key] != after[key]] == []


def test_what_came_late_is_there_before_it_is_merged(scene: Scene) -> None:
    fine, url = (
        scene.city.datastreams["air-01.pm2_5"],
        "/v1/observations?datastream={}&limit=1000&start=2026-11-24T00:00:00Z",
    )
    scene.archive(3)
    before = scene.api.get(url.format(fine)).json()["data"]
    for policy, is_kept in (("keep_first", True), ("keep_last", False)):
        with scene.city.database.superuser() as connection:
            connection.execute("UPDATE datastreams SET conflict_policy = %s", [policy])
            connection.execute("DELETE FROM observations")
            connection.execute(
                "INSERT INTO observations VALUES (%(d)s, 1, %(t)s, -7, 9), (%(d)s, 1, %(t)s::timestamptz + interval '1 s', -8, 9)",
                {"d": fine, "t": START + timedelta(hours=1)},
            )
        after = scene.api.get(url.format(fine)).json()["data"]
        assert len(after) == len(before) + 1
        results = {row["phenomenon_time"]: row["result"] for row in after}
        assert results["2026-11-24T01:00:01Z"] == -8
        assert (results["2026-11-24T01:00:00Z"] == -7) != is_kept


def test_an_api_that_knows_no_archive_gives_no_shorter_answer(
    scene: Scene, make_api: Callable[..., Api]
) -> None:
    question = f"/v1/observations?datastream={scene.city.datastreams['air-01.pm2_5']}&limit=1000"
    api = make_api(archive=ArchivePlaceSettings(unset_check_seconds=0))
    assert api.get(question).status_code == 200
    scene.archive(3)
    for chosen in FORMATS:
        answer = api.get(f"{question}&f={chosen}")
        assert (answer.status_code, answer.json()["code"]) == (503, "archive_unavailable"), answer.text


def test_a_damaged_file_is_no_shorter_answer(scene: Scene) -> None:
    fine = scene.city.datastreams["air-01.pm2_5"]
    scene.archive(3)
    (scene.folder / "archive/dataset=simulator/sector=air/month=2026-11/2026-11-23.parquet").write_bytes(
        b"PAR1"
    )
    for chosen in FORMATS:
        answer = scene.api.get(f"/v1/observations?datastream={fine}&f={chosen}&limit=1000")
        assert (answer.status_code, answer.json()["code"]) == (503, "archive_file_unreadable"), answer.text
        assert "2026-11-23" in answer.json()["detail"]
    newest = scene.api.get(f"/v1/observations?datastream={fine}&order=desc&limit=100")
    assert (newest.status_code, len(newest.json()["data"])) == (200, 100)
    with scene.city.database.connect("worker") as worker:
        archive = Archive(worker, scene.place, ArchiveSettings(), lambda: LATER)
        assert archive.verify_some() == 1
    status = scene.api.get("/v1/status").json()["data"]
    assert status["archive"]["damaged_count"] == 1
    assert status["archive"]["archive_only_count"] == status["archive"]["part_count"] == 6
    page = scene.api.get("/status?lang=en").text
    assert "Days of damaged archive files: 1." in page
    assert "أيام ملفاتها في الأرشيف تالفة" in scene.api.get("/status?lang=ar").text
