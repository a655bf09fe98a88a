"""What a noun says about whom its objects wait for, and what waits for one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.access.model import Role
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.model import Machine
from casework.workflow.wording import Label

#: Of whoever the object is about: the statement asks for the person.
SELF = frozenset({Role.PERSON})


@dataclass(frozen=True, slots=True)
class Watched:
    """What waits and is moved by no machine of ours, as alerts are by their sensors. It names its states and texts as a machine does."""

    name: str
    package: str

    def label(self, table: str, name: str) -> Label:
        return Label(self.package, f"{self.name}.{table}.{name}")


@dataclass(frozen=True, slots=True)
class Wait:
    """What objects in these states wait for, and of whom: whoever has one of the roles in a scope of theirs.

    The noun's ``noun.sql`` has rows of the ``step`` and gets its states as ``%(step)s``, empty for whoever has none of the
    roles, and as ``%(step_of)s`` the identifiers in whose scope the person has one, NULL where that is the whole hub.
    """

    machine: Machine[Any] | Watched
    step: str
    states: tuple[str, ...]
    roles: frozenset[Role]

    @property
    def kind(self) -> str:
        """Its name among those of all nouns."""
        return f"{self.machine.name}.{self.step}"

    @property
    def label(self) -> Label:
        """What there is to do, in the words of the noun."""
        return self.machine.label("task", self.step)


@dataclass(frozen=True, slots=True)
class Rest:
    """States in which nothing waits for anybody, and why, although somebody could take a step."""

    machine: Machine[Any]
    states: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Tasks:
    """Of a noun. ``package`` has ``noun.sql`` if anything waits; ``also`` gives more values for its statement."""

    package: str
    waits: tuple[Wait, ...] = ()
    rests: tuple[Rest, ...] = ()
    also: Callable[[Session], Mapping[str, object]] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: a row of a noun's statement, and where it is done in the portal.

    ``titles`` is None where the page must be opened to learn whom it is about. ``number`` is how many objects the row
    stands for, ``total`` that of all rows of its kind.
    """

    kind: str
    object_id: UUID
    titles: Names | None
    state: str
    due: datetime | None
    since: datetime
    path: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person, the most urgent first; not ``is_complete`` where a noun could not be asked."""

    tasks: tuple[Task, ...] = ()
    is_complete: bool = True

    @property
    def counts(self) -> dict[str, int]:
        """How many objects there are of each kind, those that are not among the tasks too; most urgent kind first."""
        return {task.kind: task.total for task in self.tasks}

    def of_kind(self, kind: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.kind == kind)
