"""Whether a process that runs also lives: rules that are pure, and questions asked beside the supervisor.

A frozen process keeps its connections and accepts new ones, for the kernel does that; only an answer
shows that it lives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

#: One look at a process adds at most so much to its silence. Whoever looks may have been stopped or
#: asleep in between, and the process with it; that is no silence of the process.
LOOK_SECONDS_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """How long a process has been silent while somebody listened. Instants are of one steady clock."""

    looked: float
    silent_seconds: float = 0.0
    has_answered: bool = False

    def after(self, now: float, *, answered: bool) -> Pulse:
        """The pulse after another look."""
        if answered:
            return Pulse(now, 0.0, has_answered=True)
        passed = min(max(0.0, now - self.looked), LOOK_SECONDS_MAX)
        return Pulse(now, self.silent_seconds + passed, self.has_answered)

    def is_frozen(self, silent_seconds_max: float, start_seconds_max: float) -> bool:
        """Whether it has been silent too long. One that has not answered yet may still be starting."""
        return self.silent_seconds >= (silent_seconds_max if self.has_answered else start_seconds_max)


@dataclass(slots=True, eq=False)
class Asker:
    """Asks one process one question, time and again, in a thread of its own: a question may take long.

    ``answers`` counts. Start a new one for a new process, so that late answers of the old one are none of it.
    """

    question: Callable[[], bool]
    every_seconds: float
    answers: int = field(default=0, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def start(self) -> None:
        threading.Thread(target=self._run, name="asker", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self.question():
                self.answers += 1
            self._stopping.wait(self.every_seconds)


@dataclass(slots=True, eq=False)
class Watch:
    """One process under observation, from its start to its end."""

    asker: Asker
    pulse: Pulse
    #: How long the kernel has kept it stopped: no work, however much, looks like that, so that less patience is needed.
    stillness: Pulse
    _seen: int = field(default=0, init=False)

    def look(self, now: float, *, is_stopped: bool) -> None:
        answers = self.asker.answers
        self.pulse = self.pulse.after(now, answered=answers > self._seen)
        self._seen = answers
        self.stillness = self.stillness.after(now, answered=not is_stopped)

    @property
    def silent_seconds(self) -> float:
        """Since its last answer, or since it was stopped."""
        return max(self.pulse.silent_seconds, self.stillness.silent_seconds)


def watch(question: Callable[[], bool], every_seconds: float, now: float) -> Watch:
    """Ask from now on."""
    asker = Asker(question, every_seconds)
    asker.start()
    return Watch(asker, Pulse(now), Pulse(now))
