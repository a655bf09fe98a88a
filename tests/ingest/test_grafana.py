"""The shipped Grafana dashboard asks only for what ingest and the API really tell."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingest.dead_letters import tidy_dead_letters
from ingest.model import Account
from ingest.settings import IngestSettings
from tests.conftest import Database
from tests.hub_api.conftest import serving_process
from tests.ingest.conftest import ROOT, IngestProcess, Publisher, settle

DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "falaj-ingest.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
ARABIC = re.compile(r"[\u0621-\u064a]")


def queried(expression: str) -> set[str]:
    return set(re.findall(r"\bfalaj_\w+", expression))


@pytest.fixture
def told(
    database: Database, ingest_process: IngestProcess, publisher: Publisher, tmp_path: Path,
    ledger: Callable[[], Account],
) -> dict[str, set[str]]:  # fmt: skip
    """Sample names with their labels, of an ingest and an API that have both seen something."""
    ingest_process.start()
    publisher.publish("unknown-1", [b'{"results": {"pm2_5": 1}}'])
    settle(ledger, 1)
    with database.connect("worker") as connection:
        tidy_dead_letters(connection, IngestSettings(), datetime.now(UTC))
        tidy_dead_letters(connection, IngestSettings(letters_rows_max=0), datetime.now(UTC))
    publisher.publish("unknown-1", [b'{"results": {"pm2_5": 2}}'])
    settle(ledger, 2)
    with database.connect("worker") as connection:
        tidy_dead_letters(connection, IngestSettings(), datetime.now(UTC))
    return samples(ingest_process.metrics()) | samples(api_metrics(database, tmp_path))


def api_metrics(database: Database, folder: Path) -> str:
    with (
        serving_process(database, folder / "api.log") as (url, _),
        urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer,
    ):
        return str(answer.read().decode())


def samples(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_the_dashboard_asks_for_what_is_told_and_for_all_that_ingest_tells(told: dict[str, set[str]]) -> None:
    asked = set().union(*map(queried, EXPRESSIONS))
    assert asked - told.keys() == set()
    scraped = {"job", "instance"}  # given by Prometheus
    for expression in EXPRESSIONS:
        known = set().union(*(told[name] for name in queried(expression))) | scraped
        grouped = {
            label for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(", ")
        }
        matched = set(re.findall(r'[{,]\s*(\w+)(?:=~|=)"', expression))
        assert grouped | matched <= known, expression
    ours = {
        name for name in told if name.startswith(("falaj_ingest_", "falaj_broker_", "falaj_dead_letters"))
    }
    derived = ("_created", "_count", "_sum")  # beside counters and histograms
    assert {name for name in ours - asked if not name.endswith(derived)} == set()


def test_titles_are_in_both_languages_and_parts_fit_together() -> None:
    titled: list[dict[str, Any]] = [DASHBOARD, *DASHBOARD["panels"]]
    for panel in titled:
        english, _, arabic = panel["title"].partition(" · ")
        assert english, panel["title"]
        assert ARABIC.search(arabic), panel["title"]
        assert not ARABIC.search(english), panel["title"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    for panel in PANELS:
        assert panel["datasource"]["uid"] == "${datasource}"
        for target in panel["targets"]:
            used = set(re.findall(r"\$(\w+)", target["expr"])) - {"__rate_interval"}
            assert used <= variables, target["expr"]
            assert target["expr"].count("(") == target["expr"].count(")")
            assert target["expr"].count("{") == target["expr"].count("}")


def test_no_two_panels_lie_on_each_other() -> None:
    cells: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        own = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not own & cells, panel["title"]
        assert at["x"] + at["w"] <= 24
        cells |= own
