"""``falaj replay``: register what a recording speaks of, then publish it with a bar and a rate."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from citycore.settings import BrokerSettings
from stack.stopping import Stop
from stack.texts import choose_language, text


def replay_file(file: Path, *, source: str | None, speed: float | None, mapping: Path | None) -> bool:
    """Publish a whole recording; False if it was interrupted.

    :class:`InvalidFile`, :class:`StoreUnavailable` or :class:`BrokerUnavailable` otherwise.
    """
    from citycore.clock import system_clock
    from citycore.recordings.registering import document_of
    from citycore.registry.service import apply
    from simulators.publisher import Stopped
    from simulators.replay import describe_recording, load_mapping, replay
    from stack.joining import hub_connection

    plan = load_mapping(file, mapping, source)
    describe_recording(file, plan)  # a file that does not fit its mapping registers nothing
    with hub_connection(lambda store: store.registry_url, "falaj-replay") as connection:
        apply(connection, document_of(plan), system_clock())
    console = Console(markup=False, highlight=False)
    with Stop() as stop, _Bar(console, file) as bar:
        try:
            report = replay(
                file,
                plan,
                BrokerSettings(),
                speed=speed,
                on_progress=bar.show,
                stopping=lambda: stop.requested,
            )
        except Stopped:
            return False
    rate = report.values / report.seconds if report.seconds else 0.0
    console.print(
        text(
            "replay.done",
            file=file.name,
            messages=f"{report.messages:,}",
            values=f"{report.values:,}",
            seconds=f"{report.seconds:.1f}",
            rate=f"{rate:,.0f}",
        ),
        soft_wrap=True,
    )
    if report.refused:
        console.print(text("replay.refused", count=f"{report.refused:,}"), soft_wrap=True)
        for line in report.refused_first:
            console.print(line.text(choose_language(os.environ)), soft_wrap=True)
    return True


class _Bar:
    """A progress bar of messages, with their rate since the start."""

    def __init__(self, console: Console, file: Path) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(f"{{task.fields[rate]:>7,.0f}} {text('replay.rate')}"),
            console=console,
        )
        self.task = self.progress.add_task(file.name, total=None, rate=0.0)
        self.started: float | None = None

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def show(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        self.started = self.started or now
        rate = done / (now - self.started) if now > self.started else 0.0
        self.progress.update(self.task, completed=done, total=total, rate=rate)
