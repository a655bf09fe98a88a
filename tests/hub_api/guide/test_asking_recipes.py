"""Recipes of how to ask: to the end, only for what is new, when something is wrong, under which licence."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hub_api.conftest import City, serving_process
from tests.hub_api.guide.conftest import (
    Block,
    bash,
    needs_node,
    needs_r,
    node,
    of,
    python,
    r,
)


def test_pages(blocks: list[Block], folder: Path) -> None:
    assert "840 rows" in python(of(blocks, "pages", "python"), folder)
    assert bash(of(blocks, "pages", "bash"), folder) == "840\n"
    pages = [json.loads(line) for line in (folder / "pages.ndjson").read_text("utf-8").splitlines()]
    assert [len(page["data"]) for page in pages] == [200, 200, 200, 200, 40]


@needs_node
def test_pages_in_javascript(blocks: list[Block], folder: Path) -> None:
    assert "840 rows" in node(of(blocks, "pages", "javascript"), folder)


def test_conditional(blocks: list[Block], folder: Path) -> None:
    assert bash(of(blocks, "conditional", "bash"), folder).split() == ["200", "304"]
    assert len(json.loads((folder / "day.json").read_text("utf-8"))["data"]) == 840
    assert re.fullmatch(
        r"200 \d{4,} bytes, then 304 0 bytes\n", python(of(blocks, "conditional", "python"), folder)
    )


def test_problems(blocks: list[Block], folder: Path) -> None:
    problem = json.loads(bash(of(blocks, "problems", "bash"), folder))
    assert (problem["code"], problem["hint_url"][-8:]) == ("invalid_parameter", "&limit=1")
    said = python(of(blocks, "problems", "python", "httpx"), folder)
    assert "invalid_parameter: Parameter" in said
    assert "2 sources" in said
    said = python(of(blocks, "problems", "python", "falaj_client"), folder)
    assert "not_found There is no thing named" in said


@needs_node
def test_problems_in_javascript(blocks: list[Block], folder: Path) -> None:
    said = node(of(blocks, "problems", "javascript"), folder)
    assert "not_found: There is no thing named “air-01x”" in said
    assert f"{said.splitlines()[-1]}" == "2 sources"


def test_who_asks_too_often_waits_as_long_as_the_hub_says(
    city: City, blocks: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"FALAJ_LIMITS_FREE_NETWORKS": "", "FALAJ_LIMITS_ANONYMOUS_REQUESTS_PER_MINUTE": "3"}
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    names: dict[str, Any] = {"__name__": "guide"}
    python(of(blocks, "problems", "python", "httpx"), tmp_path, names)
    monkeypatch.undo()
    with serving_process(city.database, tmp_path / "api.log", **limits) as (url, _):
        monkeypatch.setattr(time, "sleep", pauses.append)
        with pytest.raises(RuntimeError, match="limit_reached"):
            insist(names["ask"], f"{url}/v1/sources")
        monkeypatch.undo()
    assert pauses
    assert all(1 <= pause <= 60 for pause in pauses)


def insist(ask: Callable[[str], object], url: str) -> None:
    """More often than two minutes allow, since a new one may begin meanwhile."""
    for _ in range(10):
        ask(url)


def test_licence(blocks: list[Block], folder: Path) -> None:
    said = python(of(blocks, "licence", "python"), folder)
    assert re.search(
        r"^Recorded: .*, https://creativecommons.org/licenses/by/4.0/\nmeasured$", said, re.MULTILINE
    )
    assert re.search(r"^Simulator: .*\nsimulated$", said, re.MULTILINE)
    assert bash(of(blocks, "licence", "bash"), folder).startswith("#")


@needs_r
def test_licence_in_r(blocks: list[Block], folder: Path) -> None:
    said = r(of(blocks, "licence", "r"), folder)
    assert said.startswith("#")
    assert "149.75" in said
