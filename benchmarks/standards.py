"""What the standards cost beside bare ceilings of the same run: SensorThings, OGC API, GTFS Realtime, and exports as files."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import exports, gtfs_realtime, ogc, sensorthings, sensorthings_writing
from benchmarks.reading.servers import Stage, stage
from benchmarks.report import Case, report

Part = Callable[[Stage, bool], list[Case]]
PARTS: Mapping[str, Part] = {
    "reading": lambda running, is_quick: sensorthings.cases(running, is_quick=is_quick),
    "writing": lambda running, is_quick: sensorthings_writing.cases(running, is_quick=is_quick),
    "ogc": lambda running, is_quick: ogc.cases(
        running, rounds=1 if is_quick else 5, seconds=0.3 if is_quick else 1.5
    ),
    "transit": lambda _, is_quick: gtfs_realtime.cases(rounds=5 if is_quick else 20),
    "exports": lambda running, is_quick: exports.cases(running, 3 if is_quick else 15),
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench standards", description=__doc__)
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS), help="of them; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: whether it works")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    found: list[Case] = []
    for name in options.parts:
        with tempfile.TemporaryDirectory(prefix="falaj-bench-") as folder, stage(Path(folder)) as running:
            found += PARTS[name](running, options.quick)
    report("standards", found, options.json)
    return 0 if all(case.meets is not False for case in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
