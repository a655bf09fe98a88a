"""Reading the live stream, without a socket: events from bytes, and when to come back.

The events are server-sent events; the id of one is where the stream goes on after it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from falaj_client import parsing
from falaj_client.errors import ClientError, Gap, NotThisApi, Unreachable
from falaj_client.exchange import Answer, Ask, Broken, Core
from falaj_client.live import StreamEvent
from falaj_client.model import Language
from falaj_client.problems import problem_of
from falaj_client.questions import Flow
from falaj_client.texts import text

MEDIA_TYPE = "text/event-stream"


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event as it was sent."""

    name: str
    data: str
    id: str | None


class EventParser:
    """Server-sent events from bytes that come in any pieces.

    ``OverflowError`` for an event of more than ``event_bytes_max``.
    """

    def __init__(self, event_bytes_max: int) -> None:
        self.retry_seconds = 0.0
        self._event_bytes_max = event_bytes_max
        self._rest = b""
        self._fields: dict[str, str] = {}
        self._bytes = 0

    def feed(self, piece: bytes) -> Iterator[RawEvent]:
        """The events that this piece completes."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._bytes += len(line)
            self._check(self._bytes)
            event = self._take(line.removesuffix(b"\r").decode("utf-8", "replace"))
            if event is not None:
                yield event
        self._check(self._bytes + len(self._rest))

    def _check(self, size: int) -> None:
        if size > self._event_bytes_max:
            raise OverflowError

    def _take(self, line: str) -> RawEvent | None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line and name == "data" and "data" in self._fields:
            self._fields["data"] += f"\n{value}"
        elif line and name:  # a line that begins with a colon is a comment
            self._fields[name] = value
        return None if line else self._complete()

    def _complete(self) -> RawEvent | None:
        fields, self._fields, self._bytes = self._fields, {}, 0
        if fields.get("retry", "").isdecimal():
            self.retry_seconds = int(fields["retry"]) / 1000
        if "data" not in fields:
            return None
        return RawEvent(fields.get("event", "message"), fields["data"], fields.get("id"))


class Listening:
    """One listener: what it asks for, where it is, and whether it comes back.

    ``clock`` counts seconds and never goes back.
    """

    def __init__(self, core: Core, question: Flow, clock: Callable[[], float]) -> None:
        self.last_event_id = question.last_event_id
        self._core = core
        self._question = question
        self._clock = clock
        self._over_at = math.inf if question.seconds is None else clock() + question.seconds
        self._is_over = False
        self._attempt = 0
        self._parser = EventParser(core.options.event_bytes_max)

    @property
    def url(self) -> str:
        return self._core.address(self._question.path, self._question.parameters)

    def ask(self) -> Ask:
        """The request that begins to listen, or goes on."""
        parameters = self._question.parameters
        if self._over_at < math.inf:
            left = max(1, math.ceil(self._over_at - self._clock()))
            parameters = (*parameters, ("seconds", str(left)))
        ask = self._core.ask(self._core.address(self._question.path, parameters), MEDIA_TYPE)
        if self.last_event_id is None:
            return ask
        return Ask(ask.url, {**ask.headers, "last-event-id": self.last_event_id})

    def hear(self, piece: bytes) -> Iterator[StreamEvent]:
        """The events that these bytes complete; :class:`NotThisApi` for what is none."""
        try:
            for raw in self._parser.feed(piece):
                event = parsing.parse_event(raw.name, json.loads(raw.data), raw.id)
                self._attempt = 0
                self.last_event_id = raw.id or self.last_event_id
                self._is_over = event.reason == "time_is_over"
                yield event
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise NotThisApi(self.url, "no_answer_of_ours", self._core.language) from error

    def left(self, failure: Answer | Broken | None) -> float | None:
        """After the stream ended, in order or by a failure: how long to wait before coming back.

        None if it is over; the error if there is no use in coming back.
        """
        if self._is_over or self._clock() >= self._over_at:
            return None
        retry_seconds = min(self._parser.retry_seconds, self._core.options.pause_seconds_max)
        self._parser = EventParser(self._core.options.event_bytes_max)
        self._attempt += 1
        error, pause = self._judged(failure)
        if pause is None:
            raise error
        return max(pause, retry_seconds)

    def _judged(self, failure: Answer | Broken | None) -> tuple[ClientError, float | None]:
        core, attempts_max = self._core, self._core.options.stream_attempts_max
        if isinstance(failure, Answer):
            if failure.status == 200:
                return NotThisApi(self.url, "no_answer_of_ours", core.language), None
            problem = problem_of(self.url, failure.status, failure.headers, failure.body, core.language)
            return problem, core.pause_after(self._attempt, problem, attempts_max)
        reason = text("stream_ended", core.language) if failure is None else failure.reason
        is_hopeless = failure is not None and failure.is_hopeless
        pause = None if is_hopeless else core.pause(self._attempt, None, attempts_max)
        return Unreachable(self.url, reason, core.language), pause


def gap_of(event: StreamEvent, language: Language) -> Gap:
    """The error for an event that says that something was missed."""
    return Gap("" if event.detail is None else event.detail.text(language), event.id)
