"""``docs/api.md`` names every path and every parameter, and its examples are what the API answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hub_api.developers.documentation.problems import DOCUMENTED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")


def rows() -> dict[str, str]:
    found = {}
    for line in PAGE.splitlines():
        for path in re.findall(r"`(/[a-z0-9/.-]+)`", line.split("|")[1] if line.startswith("| `/") else ""):
            found[path] = line
    return found


def test_every_path_and_parameter_is_on_the_page(standing_api: Any) -> None:
    paths = standing_api.get("/openapi.json").json()["paths"]
    listed = rows()
    for path, methods in paths.items():
        if "{" in path:
            continue
        for parameter in next(iter(methods.values())).get("parameters", []):
            if parameter["name"] != "lang":
                assert f"`{parameter['name']}" in listed[path].split("|")[2], (path, parameter["name"])


def test_the_keys_on_the_page_are_those_of_the_answers(standing_api: Any, standing_city: Any) -> None:
    number = standing_city.datastreams["air-01.pm2_5"]
    urls = {
        "/v1/things": "", "/v1/datastreams": "", "/v1/observed-properties": "", "/v1/sources": "", "/v1/datasets": "",
        "/v1/latest": "", "/v1/forecasts": f"?datastream={number}",
    }  # fmt: skip
    for path, query in urls.items():
        written = set(re.findall(r'"(\w+)"', rows()[path].split("|")[3]))
        answered = standing_api.get(path + query).json()["data"][0].keys()
        assert set(answered) <= written, path
    written = set(re.findall(r'"(\w+)"', rows()["/v1/ledger"]))
    assert set(standing_api.get("/v1/ledger").json()["data"]) <= written


def test_the_problem_on_the_page_is_the_real_one(standing_api: Any) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(blocks[-1]) == standing_api.get("/v1/things?limit=0").json()


def test_every_problem_is_on_the_page() -> None:
    assert {code for code in DOCUMENTED if f"`{code}`" not in PAGE} == {"malformed_request"}
