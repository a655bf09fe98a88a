"""What the documents of this room say is so."""

from __future__ import annotations

import re
from pathlib import Path

from simulators.city import KINDS, build_city
from simulators.faults import FAULT_NAMES
from simulators.mapping import MAPPINGS, load_mapping
from simulators.recording import rows

DOCS = Path(__file__).parents[2] / "docs"


def test_the_documented_mappings_are_some(tmp_path: Path) -> None:
    text = (DOCS / "recordings.md").read_text("utf-8")
    whole, wide = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "map.toml").write_text(whole, "utf-8")
    file = tmp_path / "counts_1.csv"
    lines = ("تقرير", "", "when;counter;flow;temp;sky;remark", "2018-11-04 01:00;North gate;5,5;-999;NA;x")
    file.write_text("\n".join(lines), "windows-1256")
    (row,) = rows(file, load_mapping(file, tmp_path / "map.toml"))
    assert row.results == {"vehicle_flow": 5.5}
    assert row.phenomenon_time.isoformat() == "2018-11-04T06:00:00+00:00"
    assert not row.is_certain
    (tmp_path / "map.toml").write_text(wide, "utf-8")
    file.write_text("day,hour,North PM2.5,North PM2.5 (new)\n2024-01-01,5,1,2\n", "utf-8")
    (row,) = rows(file, load_mapping(file, tmp_path / "map.toml"))
    assert row.results == {"pm2_5": 1.0, "pm2_5/sds011": 2.0}


def test_the_documented_recordings_ship() -> None:
    text = (DOCS / "recordings.md").read_text("utf-8")
    for name in re.findall(r"simulators/recordings/(\S+\.gz|\S+\.md)", text):
        assert (MAPPINGS.parent / name).is_file()


def test_the_documented_city_is_the_one_that_plays() -> None:
    text = (DOCS / "simulation.md").read_text("utf-8")
    rows_of_kinds = re.findall(r"^\| ([a-z -]+) \| (\d+) \| (\d+) s \|", text, re.MULTILINE)
    things = build_city().things
    documented = {
        kind.replace("-", "_").replace(" ", "_"): (int(count), int(step))
        for kind, count, step in rows_of_kinds
    }
    assert documented == {
        kind: (sum(thing.description.kind == kind for thing in things), step)
        for kind, (_, step) in KINDS.items()
    }
    assert re.findall(r"^\| `([a-z_]+)` \| ", text.split("## Faults")[1], re.MULTILINE) == list(FAULT_NAMES)
