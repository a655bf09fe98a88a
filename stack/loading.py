"""``falaj load``: a file of history with a bar and a rate, then what became of its rows."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from citycore.errors import InvalidFile
from citycore.log import configure_logging
from stack.stopping import INTERRUPTED, Stop
from stack.texts import text

if TYPE_CHECKING:
    from citycore.recordings.mapping import Mapping
    from ingest.load.model import Report


def print_mapping(file: Path, source: str | None, zone: str | None) -> None:
    """A first mapping for a file, to be read and corrected."""
    from citycore.recordings.guessing.writing import guess_mapping

    sys.stdout.write(guess_mapping(file, source, zone))


def print_registry(mapping: Path, source: str | None) -> None:
    """What ``falaj registry import`` takes, so that the things of a mapping are there."""
    from citycore.recordings.mapping import read_mapping
    from citycore.recordings.registering import document_of
    from citycore.registry.document import write_yaml

    sys.stdout.write(write_yaml(document_of(read_mapping(mapping, source))))


def read_plan(file: Path, mapping: Path | None, source: str | None, *, is_registered: bool) -> Mapping | None:
    """The mapping by which a file is loaded, if any; its source and things are registered where that is wanted."""
    if mapping is None:
        if is_registered:
            raise InvalidFile(file=file, line=1, reason=text("load.register_needs_mapping"))
        return None
    from citycore.clock import system_clock
    from citycore.recordings.mapping import read_mapping
    from citycore.recordings.registering import document_of
    from citycore.recordings.table import open_text, read_names
    from citycore.registry.service import Keeper, apply
    from ingest.decoders import known
    from stack.joining import hub_connection

    plan = read_mapping(mapping, source)
    with open_text(file, plan.layout) as lines:
        read_names(file, lines, plan)  # a file that does not fit its mapping registers nothing
    if is_registered:
        with hub_connection(lambda store: store.registry_url, "falaj-registry") as connection:
            apply(connection, document_of(plan), system_clock(), Keeper(decoders=known()))
    return plan


def load_history(  # noqa: PLR0913 -- each is an option of the command
    file: Path,
    *,
    source: str | None,
    mapping: Mapping | None,
    outcomes: Path | None,
    again: bool,
    as_json: bool,
) -> int:
    """Load the file; 0 when all of it is accounted for, 130 if interrupted.

    :class:`InvalidFile`, :class:`StoreUnavailable` or :class:`LoadRunning` otherwise.
    """
    from ingest.load.service import Load

    configure_logging("load")
    console = Console(highlight=False, stderr=True)
    with Stop() as stop, _Bar(console, file) as bar:
        load = Load(
            file,
            source=source,
            mapping=mapping,
            outcomes=outcomes,
            stopping=lambda: stop.requested,
            on_progress=bar.show,
        )
        report = load.run(again=again)
    if as_json:
        Console().print_json(json.dumps(asdict(report)))
    else:
        Console(highlight=False).print("\n".join(_sentences(report, outcomes)), soft_wrap=True)
    return 0 if report.is_complete else INTERRUPTED


def _sentences(report: Report, outcomes: Path | None) -> list[str]:
    name = Path(report.file).name
    total = {key: f"{value:,}" for key, value in asdict(report.total).items()}
    if report.was_complete:
        return [text("load.already", file=name), text("load.total", **total), *_missing(report)]
    rate = report.rows / report.seconds if report.seconds else 0.0
    lines = [
        text(
            "load.done",
            file=name,
            rows=f"{report.rows:,}",
            seconds=f"{report.seconds:.1f}",
            rate=f"{rate:,.0f}",
        ),
        text("load.total", **total),
        *_missing(report),
    ]
    if report.continued_after_line:
        lines.insert(0, text("load.continued", line=f"{report.continued_after_line:,}"))
    if report.total.quarantined > report.dead_letters:
        lines.append(
            text("load.dead_letters", kept=f"{report.dead_letters:,}", quarantined=total["quarantined"])
        )
    if outcomes is not None:
        lines.append(text("load.outcomes", file=outcomes))
    if not report.is_complete:
        lines.append(text("load.interrupted"))
    return lines


def _missing(report: Report) -> list[str]:
    return [text("load.missing", missing=f"{report.missing:,}")] if report.missing else []


class _Bar:
    """How much of the file is read, and the rows a second since the start."""

    def __init__(self, console: Console, file: Path) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn(f"{{task.fields[rate]:>9,.0f}} {text('load.rate')}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.progress.add_task(file.name, total=1.0, rate=0.0)
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def show(self, fraction: float, rows: int) -> None:
        seconds = time.monotonic() - self.began
        self.progress.update(self.task, completed=fraction, rate=rows / seconds if seconds else 0.0)
