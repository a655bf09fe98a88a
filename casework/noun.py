"""What a noun says about itself, so that everything which goes through all of them finds it.

A room has its value in ``noun.py``; a programme lists the nouns in its registry. The clockwork and the worker, the
outbox, the following of lists, export and erasure, and the papers read them from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from pydantic_settings import BaseSettings

from casework.attachments.model import Sweep
from casework.counting.model import Counter
from casework.following.model import Kind
from casework.journeys.model import Passage
from casework.people.holders import Holder
from casework.programme import Programme
from casework.search.model import Findable
from casework.tasks.model import Tasks
from casework.workflow.model import Binding, Machine

Facts = TypeVar("Facts")
#: Says that the process ends: a job ends after what it has in hand.
Stopping = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker does from time to time, in transactions of the job's own; ``run`` says how much it was."""

    name: str
    run: Callable[[Programme, Stopping], int]


@dataclass(frozen=True, slots=True)
class Noun:
    """``name`` is that of its room, and part of the codes of its mails; ``package`` holds its texts.

    ``jobs`` run every few seconds after the clockwork, ``sweeps`` now and then, and so is swept what ``stores`` hold that
    nothing names; ``counters`` say how what takes long is counted in a process of its own. A noun with a workflow has a
    ``holder``, or says in ``holds_nothing`` why it holds nothing about people that no other exports and erases; in
    ``tasks`` it says whom its objects wait for, in ``passages`` how they are seen on journeys and as grounds of decisions, in
    ``findables`` what everybody finds of them.
    """

    name: str
    package: str
    bindings: tuple[Binding[Any], ...] = ()
    holder: Holder | None = None
    holds_nothing: str = ""
    jobs: tuple[Job, ...] = ()
    sweeps: tuple[Job, ...] = ()
    stores: tuple[Sweep, ...] = ()
    counters: tuple[Counter[Any], ...] = ()
    kinds: tuple[Kind, ...] = ()
    tasks: Tasks | None = None
    passages: tuple[Passage, ...] = ()
    findables: tuple[Findable, ...] = ()


class Nouns:
    """All of a programme. Erasure goes through them from the last to the first: those that find what is theirs by a
    person's address stand after the one that holds it.
    """

    def __init__(self, nouns: Iterable[Noun]) -> None:
        self._nouns = tuple(nouns)

    def __iter__(self) -> Iterator[Noun]:
        return iter(self._nouns)

    @cached_property
    def bindings(self) -> tuple[Binding[Any], ...]:
        return tuple(binding for noun in self for binding in noun.bindings)

    @cached_property
    def machines(self) -> tuple[Machine[Any], ...]:
        return tuple(binding.machine for binding in self.bindings)

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        return tuple(noun.holder for noun in self if noun.holder is not None)

    @cached_property
    def stores(self) -> tuple[Sweep, ...]:
        """Every store of files."""
        return tuple(store for noun in self for store in noun.stores)

    @cached_property
    def counters(self) -> Mapping[str, Counter[Any]]:
        """How what somebody asks for is counted, by kind."""
        return {counter.kind: counter for noun in self for counter in noun.counters}

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """Where the texts of a noun's mails stand, by its name."""
        return {noun.name: noun.package for noun in self}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The lists that can be searched and followed, by name."""
        return {kind.name: kind for noun in self for kind in noun.kinds}

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """What journeys pass and decisions stand on, by kind."""
        return {passage.kind: passage for noun in self for passage in noun.passages}

    @cached_property
    def findables(self) -> Mapping[str, Findable]:
        """What everybody can find, by kind."""
        return {findable.kind: findable for noun in self for findable in noun.findables}

    @cached_property
    def limits(self) -> tuple[type[BaseSettings], ...]:
        """The settings of every noun, which stand in its ``settings.py``."""
        names = (f"{noun.package}.settings" for noun in self if find_spec(f"{noun.package}.settings"))
        return tuple(
            kind
            for name in names
            for kind in vars(import_module(name)).values()
            if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == name
        )

    def binding(self, machine: Machine[Facts]) -> Binding[Facts]:
        return next(binding for binding in self.bindings if binding.machine is machine)
