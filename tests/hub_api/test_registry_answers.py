"""Counts over the registry are remembered, and asked for again once any row of it has changed."""

from __future__ import annotations

from typing import Any

VERSION = "SELECT sum(changes)::int FROM registry_changes"


def counts(api: Any) -> dict[str, int]:
    rows = api.get("/v1/observed-properties").json()["data"]
    return {row["observed_property"]: row["datastream_count"] for row in rows}


def things(api: Any) -> dict[str, int]:
    features = api.get("/v1/places").json()["features"]
    return {one["id"]: one["properties"]["thing_count"] for one in features}


def test_a_new_datastream_and_a_thing_that_moves_count_at_once(api: Any, city: Any, database: Any) -> None:
    before, standing = counts(api), things(api)
    assert (counts(api), things(api)) == (before, standing)
    with database.connect("owner") as owner, owner.transaction():
        owner.execute(
            "INSERT INTO datastreams (thing_id, observed_property_code, unit, result_type)"
            " SELECT thing_id, 'air_temperature', 'Cel', 'measurement' FROM things WHERE code = 'air-01'"
        )
        assert counts(api) == before, "what is not committed does not count"
    assert counts(api) == before | {"air_temperature": before["air_temperature"] + 1}
    with database.connect("owner") as owner:
        owner.execute("UPDATE things SET place_code = 'seeb' WHERE code = 'air-01'")
    assert things(api) == standing | {
        "matrah": standing["matrah"] - 1,
        "seeb": standing["seeb"] + 1,
    }


def test_transactions_at_once_count_each_and_wait_for_none(city: Any, database: Any) -> None:
    change = "UPDATE things SET name_en = name_en WHERE code = %s"
    with (
        database.connect("owner") as first,
        database.connect("owner") as second,
        database.connect("read") as reader,
    ):
        reader.autocommit = True
        (before,) = reader.execute(VERSION).fetchone()
        second.execute("SET lock_timeout = '2s'")
        with first.transaction():
            first.execute(change, ["air-01"])
            second.execute(change, ["weather-01"])
            (between,) = reader.execute(VERSION).fetchone()
        (after,) = reader.execute(VERSION).fetchone()
    assert (between - before, after - between) == (1, 1)
