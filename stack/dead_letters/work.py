"""Replaying and discarding many letters: bounded batches, a bar, a rate, and Ctrl-C between two batches."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from citycore.dead_letters import repository, service
from citycore.dead_letters.model import Selection, Span, Tally
from citycore.dead_letters.outlet import Outlet
from citycore.dead_letters.rules import pause_seconds
from citycore.language import translate
from citycore.settings import BrokerSettings, DeadLettersSettings
from citycore.store.connections import Connection
from stack.dead_letters.connection import admin_connection
from stack.stopping import Stop, StopRequested
from stack.texts import choose_language, text


def replay(selection: Selection) -> bool:
    """Send all letters of the selection again; False if interrupted, what was sent stays sent.

    :class:`DeadLetterNotFound`, :class:`StoreUnavailable`, :class:`BrokerUnavailable` or
    :class:`NoSubscriber` otherwise.
    """
    console, total = Console(highlight=False, soft_wrap=True), Tally()
    with Stop() as stop, admin_connection() as connection:
        work = _Replay(connection, DeadLettersSettings(), selection, service.begin(connection, selection))
        with Outlet(BrokerSettings(), work.settings) as outlet, _bar(console) as bar:
            task = bar.add_task(text("dead_letters.working"), total=_expected(connection, selection))
            for total in work.run(outlet, stop):
                bar.update(task, completed=total.handled)
    _report(console, total)
    return work.rest is None


def discard(selection: Selection) -> bool:
    """Set all letters of the selection aside; False if interrupted."""
    settings, total = DeadLettersSettings(), 0
    with Stop() as stop, admin_connection() as connection:
        rest: Span | None = service.begin(connection, selection)
        while rest is not None and not stop.requested:
            some, rest = service.discard_next(connection, selection, rest, settings.discard_letters_max)
            total += some
    Console(highlight=False, soft_wrap=True).print(text("dead_letters.discarded", count=f"{total:,}"))
    return rest is None


@dataclass(slots=True)
class _Replay:
    connection: Connection
    settings: DeadLettersSettings
    selection: Selection
    rest: Span | None

    def run(self, outlet: Outlet, stop: Stop) -> Iterator[Tally]:
        """The tally after each batch, at the pace of the settings, until done or asked to stop."""
        began, total = time.monotonic(), Tally()
        rate = self.settings.replay_letters_per_second_max
        letters_max = min(self.settings.batch_letters_max, math.ceil(rate))  # no burst above a second's worth
        while self.rest is not None and not stop.requested:
            some, self.rest = service.replay_next(
                self.connection, outlet, self.selection, self.rest, letters_max
            )
            total += some
            yield total
            if self.rest is not None:
                with suppress(StopRequested):
                    stop.wait(pause_seconds(total.handled, time.monotonic() - began, rate))


def _report(console: Console, total: Tally) -> None:
    console.print(text("dead_letters.sent", count=f"{total.accepted:,}"))
    language = choose_language(os.environ)
    for hindrance, count in sorted(total.hindered.items()):
        reason = translate(f"hindrance.{hindrance}", language)
        console.print(text("dead_letters.kept", count=f"{count:,}", reason=reason), style="yellow")


def _expected(connection: Connection, selection: Selection) -> int | None:
    """How many letters that will be, where the index knows it."""
    if selection.ids is not None:
        return len(selection.ids)
    if selection.source is not None:
        return None
    return sum(
        count.letters
        for count in repository.find_counts(connection)
        if selection.status in {None, count.status} and selection.reason in {None, count.reason}
    )


def _bar(console: Console) -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
