"""The city, its places and every shipped mapping are accepted by the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from citycore.places import read_places
from citycore.recordings.mapping import read_mapping
from citycore.store.registry import register, store_places, store_vocabulary
from simulators.city import describe_city
from simulators.mapping import MAPPINGS

OUTLINES = Path(__file__).parents[2] / "simulators" / "places" / "muscat.geojson"


def test_everything_registers_twice_without_change(database: Any) -> None:
    store_vocabulary(database.url("owner"))
    mappings = [read_mapping(path) for path in sorted(MAPPINGS.glob("*.toml"))]
    counts = []
    with database.connect() as connection:
        for _ in range(2):
            assert store_places(connection, read_places(OUTLINES)) == 7
            streams = register(connection, *describe_city())
            for mapping in mappings:
                streams += register(connection, mapping.source, tuple(mapping.things.values()))
            counts.append(streams)
        stored = connection.execute("SELECT count(*) FROM datastreams").fetchone()
        things = connection.execute(
            """SELECT place_code, count(*) FROM things JOIN sources USING (source_id)
               WHERE sources.code = 'muscat-sim' AND things.kind <> 'bus' GROUP BY place_code"""
        ).fetchall()
    assert stored is not None
    assert counts == [stored[0], stored[0]]
    assert {place for place, _ in things} == {"muscat", "muttrah", "bawshar", "seeb", "amerat", "qurayyat"}
    assert sum(count for _, count in things) == 96
