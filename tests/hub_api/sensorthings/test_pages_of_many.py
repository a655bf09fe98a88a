"""Pages of SensorThings read what they show, however large the registry is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from citycore.store.connections import connect
from hub_api.standards.sensorthings.model import QUERIES
from tests.hub_api.conftest import City

LISTED = QUERIES["listed_observed_properties"].replace("{e}", "e")
#: Statements of first pages, and the table of which they read only some rows.
PAGES = {
    "locations": (
        "SELECT * FROM sta_locations AS e ORDER BY (e.location_id < 0), e.location_id LIMIT 3",
        "locations",
    ),
    "observed properties": (
        f"SELECT * FROM sta_observed_properties AS e WHERE {LISTED} ORDER BY e.observed_property_id LIMIT 3",
        "datastreams",
    ),
}
#: Ways to stop reading once the page is full, or after one row.
BOUNDED = ("Limit", "Merge Append")


def readers(node: dict[str, Any], table: str) -> Iterator[tuple[str, str]]:
    """The kind of each node that reads a table, behind that of the node above."""
    for inner in node.get("Plans", ()):
        if inner.get("Relation Name") == table:
            yield node["Node Type"], inner["Node Type"]
        yield from readers(inner, table)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_not_read_a_whole_table(rich_city: City, name: str) -> None:
    statement, table = PAGES[name]
    settings = rich_city.database.settings()
    with connect(settings.read_url, settings, "test", autocommit=True) as connection:
        # Of a few rows the planner would read all, whatever the statement is.
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        explained = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}").fetchone()
    assert explained is not None
    found = [pair for pair in readers(explained[0][0]["Plan"], table) if pair[0] != "Nested Loop"]
    assert found
    assert {above for above, _ in found} <= set(BOUNDED)
    assert {own for _, own in found} <= {"Index Scan", "Index Only Scan"}
