"""Replay of recordings through MQTT: at a multiple of real time, or as fast as it is accepted.

Everything ``falaj replay`` needs is reachable from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from citycore.errors import BrokerUnavailable
from citycore.recordings.errors import InvalidRecording
from citycore.recordings.mapping import Mapping
from citycore.settings import BrokerSettings
from simulators.mapping import load_mapping
from simulators.publisher import Publisher
from simulators.recording import OnRefused, TimedMessage, count_values, describe_recording, messages, rows
from simulators.settings import SimulatorsSettings

__all__ = [
    "Mapping",
    "ReplayReport",
    "TimedMessage",
    "count_values",
    "describe_recording",
    "load_mapping",
    "messages",
    "replay",
]

#: Messages acknowledged, and all messages of the file.
Progress = Callable[[int, int | None], None]
PROGRESS_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What was published and acknowledged; ``seconds`` is the time of publishing alone.

    ``refused`` lines were left out; the first of them with their reasons are ``refused_first``.
    """

    messages: int
    values: int
    seconds: float
    refused: int = 0
    refused_first: tuple[InvalidRecording, ...] = ()


def replay(  # noqa: PLR0913  # keyword-only options of one command
    path: Path,
    mapping: Mapping,
    broker_settings: BrokerSettings,
    *,
    speed: float | None = None,
    on_progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
    limits: SimulatorsSettings | None = None,
) -> ReplayReport:
    """Publish a recording; returns when the broker has acknowledged every message.

    ``speed`` is a multiple of real time by the recording's own times, None is as fast as
    accepted. The whole file is checked before the first message leaves. Raises
    :class:`~citycore.recordings.errors.InvalidRecording`, :class:`BrokerUnavailable`, or
    :class:`~simulators.publisher.Stopped` when ``stopping`` said so.
    """
    limits = limits or SimulatorsSettings()
    refused: list[InvalidRecording] = []
    total, values = _size(path, mapping, refused.append)
    report = on_progress or (lambda _done, _total: None)
    with Publisher(broker_settings, limits, stopping=stopping) as publisher:
        started = time.monotonic()
        _publish_all(publisher, path, mapping, _Pace(speed), lambda: report(publisher.acknowledged, total))
        publisher.drain()
        seconds = time.monotonic() - started
    report(publisher.acknowledged, total)
    if publisher.refused:
        where = f"{broker_settings.host}:{broker_settings.port}"
        raise BrokerUnavailable(where=where, reason=f"it refused {publisher.refused} messages")
    first = tuple(refused[: limits.refused_lines_told_max])
    return ReplayReport(publisher.acknowledged, values, seconds, len(refused), first)


def _publish_all(
    publisher: Publisher, path: Path, mapping: Mapping, pace: _Pace, report: Callable[[], None]
) -> None:
    for number, message in enumerate(messages(path, mapping)):
        wait = pace.due_seconds(message) - time.monotonic()
        while wait > 0:
            report()
            publisher.wait(min(wait, 1.0))
            wait = pace.due_seconds(message) - time.monotonic()
        publisher.publish(message.topic, message.payload)
        if number % PROGRESS_MESSAGES == 0:
            report()


def _size(path: Path, mapping: Mapping, on_refused: OnRefused) -> tuple[int, int]:
    count = values = 0
    for row in rows(path, mapping, on_refused):
        count += 1
        values += len(row.results)
    return count, values


class _Pace:
    """When a message is due. Steps back in time (files sorted by thing) cost no time."""

    def __init__(self, speed: float | None) -> None:
        self.speed = speed
        self.due = time.monotonic()
        self.previous: TimedMessage | None = None

    def due_seconds(self, message: TimedMessage) -> float:
        """The due time on the monotonic clock; asked again for the same message it stays."""
        if self.previous is not None and self.speed is not None and message is not self.previous:
            step = (message.phenomenon_time - self.previous.phenomenon_time).total_seconds()
            self.due += max(0.0, step) / self.speed
        self.previous = message
        return self.due
