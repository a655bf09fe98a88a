"""What hot paths cost beside bare steps of the same run, held to the table of ``benchmarks/guard.toml``.

More than 1.15 times what the table says of a step fails, once that step was measured again. ``--write`` writes the table instead. What is
printed is Markdown: whoever hands something in quotes it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import structlog

from benchmarks.guarded import decoding, paging, reading, storing
from benchmarks.guarded.measuring import Step, measure
from benchmarks.guarded.table import FILE, Cost, Finding, Table, judge, markdown, read_table, table_text
from benchmarks.ingest import Bench
from benchmarks.reading.servers import Stage, stage
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.processes import ROOT

ROUNDS = 7
NO_TABLE = Table("–", {})


@dataclass(frozen=True, slots=True)
class Scene:
    """What the parts are set up on."""

    running: Stage
    folder: Path

    def decoding(self) -> AbstractContextManager[list[Step]]:
        return nullcontext(decoding.steps())

    def reading(self) -> AbstractContextManager[list[Step]]:
        return nullcontext(reading.steps(self.running))

    def paging(self) -> AbstractContextManager[list[Step]]:
        return paging.serving(self.running.postgres, self.folder)

    @contextmanager
    def ingesting(self) -> Iterator[list[Step]]:
        with self._bench() as bench, storing.ingesting(bench) as steps:
            yield steps

    @contextmanager
    def rolling_up(self) -> Iterator[list[Step]]:
        with self._bench() as bench:
            yield storing.rolling_up(bench)

    @contextmanager
    def _bench(self) -> Iterator[Bench]:
        broker = PrivateBroker(self.folder / f"broker-{free_port()}", free_port())
        broker.start()
        try:
            yield Bench(self.running.postgres, broker, self.folder)
        finally:
            broker.stop()


#: The steps of each part, in the order in which they are measured.
PARTS = {
    Scene.decoding: decoding.STEPS,
    Scene.reading: reading.STEPS,
    Scene.paging: tuple(paging.PAGES),
    Scene.ingesting: (storing.INGEST,),
    Scene.rolling_up: (storing.HOURS,),
}
STEPS = tuple(step for steps in PARTS.values() for step in steps)


def measure_all(scene: Scene, wanted: Sequence[str], rounds: int, table: Table) -> dict[str, Cost]:
    """What each wanted step costs; nothing is set up that none of them needs."""
    found: dict[str, Cost] = {}
    for part, names in PARTS.items():
        if not set(names).isdisjoint(wanted):
            with part(scene) as steps:
                found |= {step.name: _measure(step, rounds, table) for step in steps if step.name in wanted}
    return found


def _measure(step: Step, rounds: int, table: Table) -> Cost:
    """What is more than the table allows is measured again for longer, and the lower counts: neighbours only ever add."""
    cost = measure(step, rounds)
    [verdict] = judge({step.name: cost}, table, [step.name])
    if verdict.finding is not Finding.MORE:
        return cost
    return min(cost, measure(step, 2 * rounds), key=lambda one: one.ratio)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench guard", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write what is measured into the table")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=STEPS, metavar="STEP", help="some steps")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each step")
    parser.add_argument("--table", type=Path, default=FILE, help="the file of the table")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    table = read_table(options.table.read_text("utf-8")) if options.table.exists() else NO_TABLE
    with tempfile.TemporaryDirectory(prefix="falaj-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with stage(folder) as running:
            found = measure_all(Scene(running, folder), options.only, options.rounds, table)
    verdicts = judge(found, table, options.only)
    sys.stdout.write(markdown(verdicts, table.commit) + "\n")
    if options.write:
        kept = {**table.costs, **found}
        ordered = {step: kept[step] for step in STEPS if step in kept}
        options.table.write_text(table_text(Table(_commit(), ordered)), "utf-8")
        return 0
    return int(any(verdict.fails for verdict in verdicts))


def _commit() -> str:
    """The newest one of the checkout; what is not committed yet is measured, too."""
    words = ["git", "rev-parse", "--short=8", "HEAD"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
