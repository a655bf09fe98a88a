"""Rankings, kept in the process: each is made once from the same applications and reviews."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Self

from casework.programme import Programme
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing.deciding.model import Candidate, Panel, Ranking
from hackathon.funding.reviewing.model import Edition, Round
from hackathon.funding.reviewing.settings import ReviewingSettings


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that a ranking depends on. Whoever may not see an application has another round, with other candidates."""

    call: Call
    seen: Round
    candidates: tuple[Candidate, ...]
    edition: Edition
    panel: Panel | None


@dataclass(slots=True)
class Rankings:
    """The rankings that were asked for last. One thread makes a ranking; those that come meanwhile wait for it."""

    kept_max: int
    _lock: Lock = field(default_factory=Lock)
    _kept: OrderedDict[Grounds, Ranking] = field(default_factory=OrderedDict)

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(programme.of(ReviewingSettings).rankings_kept_max)

    def find(self, grounds: Grounds, make: Callable[[], Ranking]) -> Ranking:
        """``grounds`` are read first: what changes while it is made asks for another."""
        with self._lock:
            if grounds not in self._kept:
                self._kept[grounds] = make()
            self._kept.move_to_end(grounds)
            while len(self._kept) > self.kept_max:
                self._kept.popitem(last=False)
            return self._kept[grounds]
