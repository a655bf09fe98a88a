"""What may come of something that nobody answers for: so much at once, and so much a second after that."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ingest.model import Excess, Received, Source
from ingest.settings import IngestSettings

#: Why a message of a source that is not accepted was not looked at.
BEYOND_ALLOWANCE = "beyond_allowance"
#: What a message costs beside its payload, so that a flood of empty ones costs something.
MESSAGE_BYTES = 200


class Allowance:
    """So much at once, and so much a second after that."""

    def __init__(self, most: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._per_second = per_second
        self._clock = clock
        self._left = most
        self._at = clock()

    def take(self, cost: float = 1.0) -> bool:
        """Whether there is that much left, which is gone then. What costs more than the most is taken when all of it is there."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < min(cost, self._most):
            return False
        self._left -= cost
        return True


class Weighed(NamedTuple):
    """Numbers of the messages of a batch that are not looked at, and how many that are, by the id of their source."""

    messages: frozenset[int]
    excesses: dict[int, Excess]


NOTHING_BEYOND = Weighed(frozenset(), {})


class Allowances:
    """One for each source that is not accepted. They last as long as the worker, and each worker has its own."""

    def __init__(self, settings: IngestSettings, clock: Callable[[], float] = time.monotonic) -> None:
        def make() -> Allowance:
            return Allowance(settings.unreviewed_bytes_max, settings.unreviewed_bytes_per_second_max, clock)

        self._allowances: dict[int, Allowance] = defaultdict(make)

    def weigh(self, received: Sequence[Received], source_of: Callable[[Received], Source | None]) -> Weighed:
        """Which messages of a batch go beyond what their source may send; ``source_of`` is None for messages of nobody."""
        beyond: list[int] = []
        messages: Counter[int] = Counter()
        payload_bytes: Counter[int] = Counter()
        for number, message in enumerate(received):
            source = source_of(message)
            if source is None or source.is_accepted:
                continue
            size = len(message.payload)
            if not self._allowances[source.source_id].take(MESSAGE_BYTES + size):
                beyond.append(number)
                messages[source.source_id] += 1
                payload_bytes[source.source_id] += size
        if not beyond:
            return NOTHING_BEYOND
        excesses = {
            source_id: Excess(count, payload_bytes[source_id]) for source_id, count in messages.items()
        }
        return Weighed(frozenset(beyond), excesses)
