"""The addresses that sources declare to be asked (``codec: {"poll": {"url": …, "seconds": …, "topic": …}}``).

Only operators may declare one, because it is asked from where the hub runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import structlog

from citycore.topics import PREFIX
from ingest.inbox import Inbox
from ingest.model import Received, Source
from ingest.outcomes import Outcome, Post
from ingest.polling import Poll, Poller
from ingest.settings import IngestSettings

log = structlog.get_logger()


class Polled(Post):
    """An answer of an address on its way into the store. Once it is there it need not be asked for again.

    One of which nothing could be read is asked for once more: what it lacked may be registered meanwhile.
    """

    def __init__(self, keep: Callable[[], None]) -> None:
        super().__init__()
        self._keep = keep

    def tell(self, outcome: Outcome | None) -> None:
        super().tell(outcome)
        if outcome is not None and (outcome.received == 0 or outcome.quarantined < outcome.received):
            self._keep()


class Polls:
    """One poller for each source that declares an address, as the registry has it now."""

    def __init__(self, inbox: Callable[[], Inbox | None], settings: IngestSettings) -> None:
        self._inbox = inbox
        self._settings = settings
        self._pollers: dict[Poll, Poller] = {}

    def tend(self, sources: Iterable[Source]) -> None:
        """Begin to ask what is declared since, and stop asking what is not any more."""
        wanted = {poll for source in sources if (poll := self._poll(source)) is not None}
        for poll in self._pollers.keys() - wanted:
            self._pollers.pop(poll).stop()
        for poll in wanted - self._pollers.keys():
            if len(self._pollers) >= self._settings.polls_max:
                log.warning("too_many_polls", limit=self._settings.polls_max, topic=poll.topic)
                return
            self._pollers[poll] = Poller(poll, self._deliver, self._settings)
            self._pollers[poll].start()

    def stop(self) -> None:
        self.tend(())

    def _deliver(self, topic: str, payload: bytes, keep: Callable[[], None]) -> None:
        inbox = self._inbox()
        if inbox is None or inbox.payload_bytes + len(payload) > self._settings.inbox_bytes_max:
            raise BufferError("there is no room in the inbox")
        post = Polled(keep)
        inbox.put(Received(topic, payload, time.time_ns() // 1000, retained=False, ticket=(0, 0), post=post))

    @staticmethod
    def _poll(source: Source) -> Poll | None:
        declared = (source.codec or {}).get("poll")
        if not isinstance(declared, Mapping):
            return None
        below = str(declared.get("topic", "")).strip("/")
        try:
            return Poll(
                str(declared.get("url")),
                float(declared.get("seconds", 60)),
                f"{PREFIX}/{source.code}/{below}".rstrip("/"),
            )
        except (
            TypeError,
            ValueError,
        ) as error:  # the registry refuses such; one source must not stop the others
            log.warning("poll_unreadable", source=source.code, reason=str(error))
            return None
