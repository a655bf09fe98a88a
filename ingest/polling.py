"""Addresses that are asked at an interval, for what does not send of its own accord (GTFS Realtime, public APIs).

A :class:`Poller` runs in a thread of its own and hands on each new answer to ``deliver``. It asks for nothing that has not changed
(ETag, Last-Modified), waits longer after each failure, and never holds more than one answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import Literal

import httpx
import structlog

from ingest.settings import IngestSettings

logger = structlog.get_logger()

#: What it hands on: the topic that the source declares for it, the bytes of the answer, and what is to be called once they are stored.
Deliver = Callable[[str, bytes, Callable[[], None]], None]
Outcome = Literal["delivered", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Poll:
    """What is asked, and under which topic the answer goes on."""

    url: str
    seconds: float
    topic: str

    def __post_init__(self) -> None:
        """``ValueError`` if the address cannot be asked."""
        try:
            address = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise ValueError(f"{self.url!r} is no address") from error
        if address.scheme not in {"http", "https"} or not address.host:
            raise ValueError(f"{self.url!r} is no address of http or https")
        if not self.seconds > 0:
            raise ValueError(f"an interval of {self.seconds} seconds is none")


class PollFailed(Exception):
    """The address gave no answer that can be handed on; says why."""


class Poller:
    """Asks one address at its interval until it is stopped."""

    def __init__(
        self,
        poll: Poll,
        deliver: Deliver,
        settings: IngestSettings,
        *,
        client: httpx.Client | None = None,
    ) -> None:
        self._poll = poll
        self._deliver = deliver
        self._settings = settings
        self._client = client or httpx.Client(
            timeout=settings.poll_timeout_seconds, follow_redirects=False, trust_env=False
        )
        self._validators: dict[str, str] = {}
        self._failures = 0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"poll-{poll.topic[:50]}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the answer that is under way, within its time-outs."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(self._settings.poll_timeout_seconds + self._settings.poll_answer_seconds_max)
        self._client.close()

    def ask(self) -> Outcome:
        """Ask once. What ``deliver`` raises counts as a failure, so that the answer is asked for again."""
        try:
            outcome = self._ask()
        except Exception as error:
            self._failures += 1
            known = isinstance(error, PollFailed | httpx.HTTPError)
            logger.warning(
                "poll_failed",
                topic=self._poll.topic,
                host=httpx.URL(self._poll.url).host,  # the rest of an address may hold a key
                reason=str(error) or type(error).__name__,
                failures=self._failures,
                exc_info=not known,
            )
            return "failed"
        self._failures = 0
        return outcome

    def wait_seconds(self) -> float:
        """Until it is asked again: the interval, doubled with each failure in a row, up to the longest wait."""
        seconds = max(self._poll.seconds, self._settings.poll_seconds_min)
        if not self._failures:
            return seconds
        longest = max(self._settings.poll_retry_seconds_max, seconds)
        return min(longest, seconds * 2.0 ** min(self._failures, 30))

    def _run(self) -> None:
        # Many pollers that start at once do not ask at once.
        wait = random.uniform(0, min(1.0, self._poll.seconds))  # noqa: S311 -- no secret
        while not self._stopping.wait(wait):
            begun = monotonic()
            self.ask()
            wait = max(0.0, self.wait_seconds() - (monotonic() - begun))

    def _ask(self) -> Outcome:
        with self._client.stream(
            "GET", self._poll.url, headers={"Accept-Encoding": "identity", **self._validators}
        ) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return "unchanged"
            if answer.status_code != httpx.codes.OK:
                raise PollFailed(f"answered {answer.status_code}")
            body = self._body(answer)
        stated = {"If-None-Match": answer.headers.get("ETag")}
        stated["If-Modified-Since"] = answer.headers.get("Last-Modified")
        # An answer that is not stored is asked for again, even where it has not changed.
        self._validators = {}
        self._deliver(self._poll.topic, body, partial(self._keep, {k: v for k, v in stated.items() if v}))
        return "delivered"

    def _keep(self, validators: dict[str, str]) -> None:
        """What the newest answer that is stored said of itself; called from the thread that stores it."""
        self._validators = validators

    def _body(self, answer: httpx.Response) -> bytes:
        limit, deadline = self._settings.poll_bytes_max, monotonic() + self._settings.poll_answer_seconds_max
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > limit:
                raise PollFailed(f"the answer has more than {limit} bytes")
            if monotonic() > deadline:
                raise PollFailed(f"the answer took more than {self._settings.poll_answer_seconds_max:g} s")
            parts.append(part)
        return b"".join(parts)
