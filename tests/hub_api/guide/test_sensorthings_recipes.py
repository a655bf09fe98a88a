"""Recipes of OGC SensorThings, each run as a reader would."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hub_api.guide.conftest import Block, bash, needs_node, node, of, python


def test_sensorthings(blocks: list[Block], folder: Path) -> None:
    first, second = bash(of(blocks, "sensorthings", "bash"), folder).split("]}{")
    newest = {
        thing["name"]: [one["result"] for stream in thing["Datastreams"] for one in stream["Observations"]]
        for thing in json.loads(first + "]}")["value"]
    }
    assert newest["Ruwi"] == [149.75]
    (group,) = json.loads("{" + second)["value"]
    assert group["dataArray@iot.count"] == 100
    assert "1000 of" in python(of(blocks, "sensorthings", "python"), folder)


@needs_node
def test_sensorthings_in_javascript(blocks: list[Block], folder: Path) -> None:
    assert "149.75 µg/m³" in node(of(blocks, "sensorthings", "javascript"), folder)
