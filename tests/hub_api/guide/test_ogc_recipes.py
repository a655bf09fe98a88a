"""The recipes of OGC API: GDAL in this environment, OWSLib in that of foreign clients."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.hub_api.guide.conftest import Block, bash, command, of, python

CLIENTS = Path(__file__).resolve().parents[3] / ".venv-clients" / "bin" / "python"


def test_features_by_curl_and_gdal(blocks: list[Block], folder: Path) -> None:
    page = json.loads(bash(of(blocks, "ogc", "bash"), folder))
    assert {one["properties"]["observed_property"] for one in page["features"]} == {"pm2_5"}
    assert page["numberMatched"] == 2
    said = python(of(blocks, "ogc", "python", "pyogrio"), folder)
    assert re.search(r"air-01 +149\.75\d* +ug/m3 +POINT \(58\.54 23\.6\)", said)


@pytest.mark.skipif(
    not CLIENTS.exists(), reason="there is no environment of clients (requirements-clients.txt)"
)
def test_a_series_by_owslib(blocks: list[Block], folder: Path) -> None:
    said = command([str(CLIENTS), "-W", "ignore", "-c"], of(blocks, "ogc", "python", "OWSLib"), folder)
    assert said.splitlines()[-1] == "2026-11-24T09:59:00Z 149.75"
