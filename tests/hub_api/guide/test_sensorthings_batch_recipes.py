"""The recipe of SensorThings' batches, run as a reader would."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hub_api.guide.conftest import Block, bash, of


def test_batch(blocks: list[Block], folder: Path) -> None:
    answers = json.loads(bash(of(blocks, "batches", "bash"), folder))["responses"]
    assert [(each["id"], each["status"]) for each in answers] == [("things", 200), ("newest", 200)]
    assert answers[1]["body"]["value"][0]["result"] == 149.75
