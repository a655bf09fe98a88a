"""``falaj load``: a file of history with a bar and a rate, then what became of its rows."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from citycore.log import configure_logging
from stack.stopping import INTERRUPTED, Stop
from stack.texts import text

if TYPE_CHECKING:
    from ingest.load.model import Report


def load_history(file: Path, *, source: str | None, outcomes: Path | None, again: bool, as_json: bool) -> int:
    """Load the file; 0 when all of it is accounted for, 130 if interrupted.

    :class:`InvalidFile`, :class:`StoreUnavailable` or :class:`LoadRunning` otherwise.
    """
    from ingest.load.service import Load

    configure_logging("load")
    console = Console(highlight=False, stderr=True)
    with Stop() as stop, _Bar(console, file) as bar:
        load = Load(
            file, source=source, outcomes=outcomes, stopping=lambda: stop.requested, on_progress=bar.show
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
