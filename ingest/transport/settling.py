"""Whether what changes has come to rest. Pure.

A past that is read in touches each day of a vehicle again and again, hour by hour, and a day is matched as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Settling:
    """Looked at from time to time; ``seconds_max`` is how long changes that go on are waited for."""

    seconds_max: float
    _newest: int | None = field(default=None, init=False)
    #: When the first change was seen that is waited for.
    _since: float | None = field(default=None, init=False)

    def is_over(self, newest: int | None, now: float) -> bool:
        """Whether nothing has come since the last look, or it is waited for long enough; ``newest`` numbers the newest change."""
        is_still = newest is None or newest == self._newest
        since = now if self._since is None else self._since
        self._newest = newest
        if is_still or now - since >= self.seconds_max:
            self._since = None
            return True
        self._since = since
        return False
