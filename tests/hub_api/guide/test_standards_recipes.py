"""Recipes of standards of other programs, each run as a reader would."""

from __future__ import annotations

import json
from pathlib import Path

from google.transit import gtfs_realtime_pb2

from tests.hub_api.guide.conftest import Block, bash, needs_node, node, of, python


def test_transit(blocks: list[Block], folder: Path) -> None:
    # The bus of this hub was seen a week ago: it is left out, and counted.
    said = json.loads(bash(of(blocks, "transit", "bash"), folder))
    assert (said["entity"], said["left_out"]) == ([], {"stale": 1})
    feed = gtfs_realtime_pb2.FeedMessage.FromString((folder / "vehicle-positions.pb").read_bytes())
    assert feed.header.incrementality == gtfs_realtime_pb2.FeedHeader.FULL_DATASET
    assert "GTFS Realtime 2.0 with 0 vehicles" in python(of(blocks, "transit", "python"), folder)


@needs_node
def test_transit_in_javascript(blocks: list[Block], folder: Path) -> None:
    assert "0 vehicles { stale: 1 }" in node(of(blocks, "transit", "javascript"), folder)


def test_entities(blocks: list[Block], folder: Path) -> None:
    first, second = bash(of(blocks, "entities", "bash"), folder).split("][")
    assert [one["pm2_5"] for one in json.loads(f"{first}]") if one["id"].endswith("air-01")] == [149.75]
    values = {one["id"]: one["pm2_5"]["values"] for one in json.loads(f"[{second}")}
    assert values["urn:ngsi-ld:AirQualityObserved:air-01"][0] == [149.75, "2026-11-24T09:59:00Z"]
    said = python(of(blocks, "entities", "python"), folder)
    assert "1 entities" in said
    assert "urn:ngsi-ld:AirQualityObserved:air-01 149.75 GQ 2026-11-24T09:59:00Z 1" in said
