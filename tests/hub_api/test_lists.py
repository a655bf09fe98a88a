from __future__ import annotations

from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests.hub_api.conftest import SHADE


def names(answer: Any, key: str = "thing") -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [element[key] for element in answer.json()["data"]]


def test_things_with_both_names_their_place_and_datastreams(standing_api: Any, standing_city: Any) -> None:
    element = standing_api.get("/v1/things/air-01").json()["data"]
    assert [one["observed_property"] for one in element.pop("presence")] == ["pm2_5", "pm10"]
    assert element == {
        "thing": "air-01",
        "kind": "air_quality_station",
        "name": {"en": "Ruwi", "ar": "روي"},
        "source": "simulator",
        "simulated": True,
        "reviewed": True,
        "location": {"type": "Point", "coordinates": [58.54, 23.6]},
        "place": "matrah",
        "datastreams": [
            {
                "datastream": standing_city.datastreams[f"air-01.{code}"],
                "observed_property": code,
                "sensor": None,
                "unit": "ug/m3",
                "result_type": "measurement",
            }
            for code in ("pm2_5", "pm10")
        ],
        "challenges": [
            {
                "challenge": SHADE,
                "hackathon": "city-heat",
                "name": {"en": "Bus shade", "ar": "ظل الحافلات"},
                "url": f"/v1/innovation/challenges/{SHADE}",
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["air-01", "bus-01", "weather-01"]),
        ("?source=recorded", ["weather-01"]),
        ("?kind=bus", ["bus-01"]),
        ("?place=seeb", ["weather-01"]),
        ("?observed_property=pm10", ["air-01"]),
        ("?bbox=58.5,23.5,58.6,23.7", ["air-01", "bus-01"]),
        ("?bbox=58.54,23.6,58.6,23.7", ["air-01"]),
        ("?source=simulator&kind=bus", ["bus-01"]),
    ],
)
def test_things_by_filter(standing_api: Any, query: str, expected: list[str]) -> None:
    assert names(standing_api.get(f"/v1/things{query}")) == expected


def test_pages_of_things_by_body_and_by_link(standing_api: Any) -> None:
    first = standing_api.get("/v1/things?limit=2")
    assert names(first) == ["air-01", "bus-01"]
    second = standing_api.get(first.links["next"]["url"])
    assert names(second) == ["weather-01"]
    assert second.json()["next"] is None
    assert "link" not in second.headers
    by_body = standing_api.get("/v1/things", params={"limit": 1, "cursor": first.json()["next"]})
    assert names(by_body) == ["weather-01"]


def test_a_cursor_of_another_question_is_refused(standing_api: Any) -> None:
    cursor = standing_api.get("/v1/things?limit=1").json()["next"]
    assert standing_api.get("/v1/things", params={"cursor": cursor, "kind": "bus"}).status_code == 409
    assert standing_api.get("/v1/latest", params={"cursor": cursor}).status_code == 409


def test_datastreams(standing_api: Any, standing_city: Any) -> None:
    number = standing_city.datastreams["air-01.pm2_5"]
    answer = standing_api.get(f"/v1/datastreams/{number}").json()
    assert answer["data"] == {
        "datastream": number,
        "thing": "air-01",
        "thing_name": {"en": "Ruwi", "ar": "روي"},
        "observed_property": "pm2_5",
        "sensor": None,
        "unit": "ug/m3",
        "result_type": "measurement",
        "interval_seconds": 60,
        "source": "simulator",
        "simulated": True,
        "reviewed": True,
        "place": "matrah",
        "has_forecast": True,
    }
    assert answer["meta"]["newest_phenomenon_time"] == "2026-11-24T09:59:00Z"
    assert names(standing_api.get("/v1/datastreams?thing=air-01"), "observed_property") == ["pm2_5", "pm10"]
    assert names(standing_api.get("/v1/datastreams?place=seeb")) == ["weather-01"]


def test_observed_properties_count_their_datastreams(standing_api: Any) -> None:
    elements = standing_api.get("/v1/observed-properties?sector=air").json()["data"]
    counts = {element["observed_property"]: element["datastream_count"] for element in elements}
    assert counts["pm2_5"] == 1
    assert counts["so2"] == 0
    assert {element["sector"] for element in elements} == {"air"}


def test_sectors_are_those_of_the_database(standing_api: Any) -> None:
    assert {element["sector"] for element in standing_api.get("/v1/observed-properties").json()["data"]} > {
        "parking",
        "device",
    }
    assert standing_api.get("/v1/observed-properties?sector=traffic").json()["data"]
    answer = standing_api.get("/v1/observed-properties?sector=food")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert standing_api.get("/v1/observed-properties?sector=trafic").json()["suggestion"] == "traffic"


def test_sources_say_whether_they_are_simulated(standing_api: Any) -> None:
    elements = standing_api.get("/v1/sources").json()["data"]
    assert [(e["source"], e["simulated"], e["licence"]) for e in elements] == [
        ("recorded", False, "CC-BY-4.0"),
        ("simulator", True, None),
    ]


def test_sources_come_in_pages(standing_api: Any) -> None:
    first = standing_api.get("/v1/sources?limit=1")
    assert names(first, "source") == ["recorded"]
    second = standing_api.get(first.links["next"]["url"])
    assert names(second, "source") == ["simulator"]
    assert (second.json()["next"], "link" in second.headers) == (None, False)
    by_body = standing_api.get("/v1/sources", params={"cursor": first.json()["next"]})
    assert names(by_body, "source") == ["simulator"]
    elsewhere = standing_api.get("/v1/datasets", params={"cursor": first.json()["next"]})
    assert elsewhere.status_code == 409


def test_places_are_geojson_with_counter_clockwise_rings(standing_api: Any) -> None:
    answer = standing_api.get("/v1/places?kind=wilayat")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    assert [f["properties"]["place"] for f in features] == ["matrah", "seeb"]
    assert [f["properties"]["thing_count"] for f in features] == [1, 1]
    for feature in features:
        ring = feature["geometry"]["coordinates"][0]
        area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
        assert area > 0
    assert standing_api.get("/v1/places?kind=governorate").json()["features"] == []


def test_latest_of_every_type_with_age_and_where(standing_api: Any) -> None:
    elements = {element["thing"]: element for element in standing_api.get("/v1/latest").json()["data"]}
    assert {name: element["result"] for name, element in elements.items()} == {
        "air-01": 149.75,
        "weather-01": "clear",
        "bus-01": [58.509, 23.6],
    }
    assert elements["air-01"]["age_seconds"] == 7260.0
    assert elements["bus-01"]["location"] == {"type": "Point", "coordinates": [58.509, 23.6]}
    assert [elements[name]["simulated"] for name in ("air-01", "weather-01")] == [True, False]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("observed_property=pm2_5", ["air-01"]),
        ("place=seeb", ["weather-01"]),
        ("thing=bus-01", ["bus-01"]),
        ("source=recorded", ["weather-01"]),
        ("bbox=58.0,23.5,58.3,23.8", ["weather-01"]),
    ],
)
def test_latest_by_filter(standing_api: Any, query: str, expected: list[str]) -> None:
    assert names(standing_api.get(f"/v1/latest?{query}")) == expected


def test_latest_of_thousands_is_one_fast_question_while_the_registry_stays(
    api: Any, city: Any, database: Any
) -> None:
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO things (code, source_id, kind, name_en, name_ar, longitude, latitude)"
            " SELECT 'many-' || n, 1, 'counter', 'n', 'ن', 58.5, 23.6 FROM generate_series(1, 5000) AS n"
        )
        connection.execute(
            "INSERT INTO datastreams (thing_id, observed_property_code, unit)"
            " SELECT thing_id, 'vehicle_flow', '/h' FROM things WHERE kind = 'counter'"
        )
        connection.execute(
            "INSERT INTO latest SELECT datastream_id, 1, now(), 5, NULL, NULL, NULL, 1 FROM datastreams"
            " WHERE observed_property_code = 'vehicle_flow'"
        )
        connection.execute("ANALYZE")
    question = "/v1/latest?observed_property=vehicle_flow&limit=10000"
    for statements in (2, 1):
        before = _statements(api)
        assert len(names(api.get(question))) == 5000
        assert _statements(api) - before == statements
    with database.superuser() as connection:
        connection.execute("UPDATE things SET name_en = 'Counter' WHERE code = 'many-1'")
        connection.execute(
            "UPDATE latest SET result = 6 FROM datastreams AS d JOIN things AS t USING (thing_id)"
            " WHERE d.datastream_id = latest.datastream_id AND t.code = 'many-2'"
        )
        connection.execute(
            "WITH gone AS (DELETE FROM latest USING datastreams AS d JOIN things AS t USING (thing_id)"
            " WHERE d.datastream_id = latest.datastream_id AND t.code = 'many-3' RETURNING latest.datastream_id)"
            " DELETE FROM datastreams USING gone WHERE datastreams.datastream_id = gone.datastream_id"
        )
    first, second, third, *_ = api.get(question).json()["data"]
    assert (first["thing_name"]["en"], second["result"], third["thing"]) == ("Counter", 6, "many-4")


def _statements(api: Any) -> int:
    return int(api.app.state.hub.database.pool.get_stats().get("requests_num", 0))


def test_the_newest_forecast_of_each_datastream(standing_api: Any, standing_city: Any) -> None:
    number = standing_city.datastreams["air-01.pm2_5"]
    (element,) = standing_api.get("/v1/forecasts").json()["data"]
    assert (element["datastream"], element["model"], element["skill"]) == (number, "prophet", 0.5)
    assert element["coverage"] == {"50": 0.5, "80": 0.8, "95": 0.95}
    assert "values" not in element
    by_number = standing_api.get(f"/v1/forecasts?datastream={number}").json()["data"]
    by_name = standing_api.get("/v1/forecasts?thing=air-01&observed_property=pm2_5").json()["data"]
    assert by_number == by_name
    assert [value["phenomenon_time"] for value in by_number[0]["values"]] == [
        f"2026-11-24T{hour:02}:00:00Z" for hour in (9, 10, 11)
    ]
    assert standing_api.get("/v1/forecasts?thing=air-01&observed_property=pm10").json()["data"] == []


def test_the_ledger_sums_all_workers(api: Any, city: Any, database: Any) -> None:
    ledger = api.get("/v1/ledger").json()["data"]
    assert ledger == {
        "received": 1000, "stored": 700, "duplicate": 100, "conflicting": 100, "quarantined": 100,
        "batches": 100, "lag_seconds": 0.25, "committed_at": "2026-11-24T00:01:40.250000Z", "closes": True,
    }  # fmt: skip
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO ingest_totals VALUES ('other', 2, 4, 4, 4, 0, 0, 0, '2026-11-24T11:59:59Z',"
            " '2026-11-24T12:00:00Z')"
        )
        both = api.get("/v1/ledger").json()["data"]
        assert (both["received"], both["batches"], both["lag_seconds"]) == (1004, 102, 1.0)
        connection.execute("DELETE FROM ingest_totals")
    empty = api.get("/v1/ledger").json()["data"]
    assert (empty["received"], empty["lag_seconds"], empty["closes"]) == (0, None, True)


def test_an_empty_hub_answers_with_empty_lists(make_api: Any) -> None:
    api = make_api()
    for path in ("things", "datastreams", "sources", "latest", "forecasts"):
        body = api.get(f"/v1/{path}").json()
        assert body["data"] == []
        assert body["meta"]["newest_phenomenon_time"] is None
    assert api.get("/v1/ledger").json()["data"]["batches"] == 0


def test_the_read_role_cannot_write(city: Any, database: Any) -> None:
    with database.connect("read") as connection:
        for statement in (
            "DELETE FROM observations",
            "INSERT INTO sources (code, kind, name_en, name_ar) VALUES ('x', 'device', 'x', 'x')",
            "UPDATE latest SET quality = 4",
            "CREATE TABLE mine (a int)",
        ):
            with pytest.raises((psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege)):
                connection.execute(statement)
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM observations")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT payload FROM dead_letters")


def test_places_are_not_sent_again_and_are_geojson_by_name_too(standing_api: Any, standing_city: Any) -> None:
    first = standing_api.get("/v1/places")
    named = standing_api.get("/v1/places?f=geojson")
    assert named.json()["features"] == first.json()["features"]
    known = {"if-none-match": first.headers["etag"]}
    assert standing_api.get("/v1/places", headers=known).status_code == 304
    assert standing_api.get("/v1/places?kind=governorate", headers=known).status_code == 200
    assert standing_api.get("/v1/places?f=csv").status_code == 422
