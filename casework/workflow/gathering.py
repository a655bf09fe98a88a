"""Steps of many objects in one transaction, in few statements: they are locked and read before the first, and what is written
about them (lines of the log, words, mails) is gathered and written after the last.

What a step does to its object is written at once, so that whatever reads it afterwards finds it. A refusal takes back what was
gathered since its part of the transaction began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from casework.audit.model import Line
from casework.audit.service import append
from casework.outbox.model import Mail
from casework.outbox.repository import Written
from casework.outbox.service import store
from casework.workflow import repository
from casework.workflow.model import Binding, Moved, Standing
from casework.workflow.repository import StepWords, Undoable
from citycore.store.connections import Connection

Caller = TypeVar("Caller")
#: What follows from steps that were taken together.
Follow: TypeAlias = Callable[[Caller, Sequence[Moved]], None]
#: The mails about them, by the step.
Notices: TypeAlias = Callable[[Caller, Sequence[Moved]], Iterable[tuple[Moved, Iterable[Mail]]]]


@dataclass(slots=True)
class Gathered:
    """``standings`` are of objects that are locked and have not been asked for since, ``deadlines`` are held by the object whose they are."""

    lines: list[Line] = field(default_factory=list)
    words: list[StepWords] = field(default_factory=list)
    undoable: list[Undoable] = field(default_factory=list)
    mails: list[Written] = field(default_factory=list)
    following: list[tuple[Follow[Any], Moved]] = field(default_factory=list)
    standings: dict[tuple[str, UUID], Standing[Any]] = field(default_factory=dict)
    deadlines: dict[UUID, dict[str, datetime]] = field(default_factory=dict)

    @contextmanager
    def part(self) -> Iterator[None]:
        """What is gathered meanwhile is gone if it ends with an error, and what was taken is there again."""
        gathered: tuple[list[Any], ...] = (self.lines, self.words, self.undoable, self.mails, self.following)
        before = [len(one) for one in gathered]
        standings, deadlines = dict(self.standings), dict(self.deadlines)
        try:
            yield
        except BaseException:
            self.standings, self.deadlines = standings, deadlines
            for one, length in zip(gathered, before, strict=True):
                del one[length:]
            raise

    def take_following(self) -> list[tuple[Follow[Any], list[Moved]]]:
        """What is to be done still, each with the steps that it follows from, in the order in which it was asked for."""
        steps: dict[Follow[Any], list[Moved]] = {}
        for follow, moved in self.following:
            steps.setdefault(follow, []).append(moved)
        self.following.clear()
        return list(steps.items())

    def write(self, connection: Connection) -> None:
        """All of it. The chains of the log come last: others wait for them."""
        repository.remember_steps(connection, *self.undoable)
        repository.add_words(connection, *self.words)
        store(connection, self.mails)
        append(connection, *self.lines)

    def hold(
        self,
        binding: Binding[Any],
        standings: dict[UUID, Standing[Any]],
        deadlines: dict[UUID, dict[str, datetime]],
    ) -> None:
        """Objects that are locked, as they stand, and the deadlines that they follow, which are held."""
        self.standings |= {(binding.machine.name, one): standing for one, standing in standings.items()}
        self.deadlines |= deadlines

    def take_standing(self, binding: Binding[Any], object_id: UUID) -> Standing[Any] | None:
        """Once: whoever asks again asks what became of it."""
        return self.standings.pop((binding.machine.name, object_id), None)
