"""A client that a program writes from the hub's OpenAPI document: whole, and beside ours."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

import falaj_client
from tests.clients.conftest import Run

#: Run in the folder of the generated package.
ASK = """
import sys
from falaj_open_data_client import Client
from falaj_open_data_client.api.datasets import datasets, bulk
from falaj_open_data_client.api.hub import status
from falaj_open_data_client.api.things import things
with Client(sys.argv[1]) as client:
    listed = things.sync(client=client)
    assert [one.thing for one in listed.data] == ["air-01", "bus-01", "weather-01"], listed
    assert {one.dataset for one in datasets.sync(client=client).data} == {"recorded", "simulator"}
    assert bulk.sync(client=client).data == []
    assert status.sync(client=client).data.components.database.state is not None
"""


def test_a_package_is_written_without_a_warning_and_reads_the_hub(
    hub_url: str, foreign: Run, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"post_hooks": []}), "utf-8")
    run = foreign(
        "openapi-python-client", "generate", "--url", f"{hub_url}/openapi.json", "--output-path", str(tmp_path / "written"),
        "--fail-on-warning", "--config", str(config),
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "arning" not in run.stdout + run.stderr
    package = tmp_path / "written" / "falaj_open_data_client"
    tags = {tag["name"] for tag in httpx.get(f"{hub_url}/openapi.json").json()["tags"]}
    assert tags == {one.name for one in (package / "api").iterdir() if one.is_dir()}
    assert package.name != falaj_client.__name__
    asked = foreign("python", "-c", ASK, hub_url, cwd=package.parent)
    assert asked.returncode == 0, asked.stderr
