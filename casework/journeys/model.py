"""Journeys as values, and what nouns register so that things of theirs can be passed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Machine
from casework.workflow.wording import Label
from citycore.language import Language


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A thing that can be passed; ``kind`` is that of its :class:`Passage`."""

    kind: str
    object_id: UUID


@dataclass(frozen=True, slots=True)
class Link:
    """The first has led on to the second."""

    first: Node
    second: Node


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing as the actor may see it: how it is called and stands, why it ended, and its page in the portal.

    ``path`` is "" of what has no page.
    """

    titles: Names
    state: Label | None
    path: str
    at: datetime
    outcome: Label | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody who was heard about a thing, and how to write to them.

    ``key`` is the same each time (a person's, or ``case:<uuid>``), so that nobody is told twice; ``path`` is where they follow it.
    Whoever left an address to be told, and was not heard themselves, takes it back at ``stop_path``.
    """

    key: str
    email: str
    language: Language
    path: str
    stop_path: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """For texts about an object, or for those that are named; no more than ``rows``."""

    rows: int
    about: UUID | None = None
    named: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident wrote in public, as other nouns take it up; ``about`` is the object of one of those, if any.

    ``is_open``: others can still support it; ``is_over``: it goes nowhere any more.
    """

    node: Node
    title: str
    body: str
    about: UUID | None
    is_open: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """What a noun registers of a kind of its things: they are passed on journeys, and can be grounds of decisions.

    The text ``passage.<kind>`` of ``package`` is what one is called; of what leads on to something ``place`` is smaller.
    ``see`` gives those that exist for the actor, ``heard`` those who were heard there. Somebody who follows a
    thing without an account reads it at ``followed_at``, in which ``{}`` is its identifier; at a kiosk it is answered at
    ``answered_at``, if it can be. ``said`` gives what residents wrote in public, the newest first, where things are such texts;
    ``subjects`` things that such texts can be about.
    """

    kind: str
    package: str
    place: int
    see: Callable[[Session, Collection[UUID]], Mapping[UUID, Seen]]
    heard: Callable[[Session, UUID], Iterable[Heard]] | None = None
    followed_at: str = ""
    answered_at: str = ""
    said: Callable[[Session, Asked], list[Said]] | None = None
    subjects: Callable[[Session], Mapping[UUID, Names]] | None = None

    @property
    def label(self) -> Label:
        return Label(self.package, f"passage.{self.kind}")


@dataclass(frozen=True, slots=True)
class Step:
    """A node as the reader may see it."""

    node: Node
    label: Label
    seen: Seen
    is_here: bool = False


def each(look: Callable[[Session, UUID], Seen]) -> Callable[[Session, Collection[UUID]], Mapping[UUID, Seen]]:
    """For things of which there are few: they are looked at by themselves, and those that are refused do not exist."""

    def see(session: Session, object_ids: Collection[UUID]) -> Mapping[UUID, Seen]:
        seen: dict[UUID, Seen] = {}
        for object_id in object_ids:
            try:
                seen[object_id] = look(session, object_id)
            except (NoSuchObject, NotAllowed):
                continue
        return seen

    return see


def seen_by(
    machine: Machine[Any], titles: Names, found: Any, path: str, *, tells_outcome: bool = False
) -> Seen:
    """Under the label that everybody may know: who decides sees more on its own page.

    ``tells_outcome`` where whoever sees it may know why it ended.
    """
    is_told = tells_outcome and machine.state(found.state).is_terminal
    ended = found.state_reason if is_told else None
    outcome = None if ended is None else machine.label("reason", ended)
    return Seen(titles, machine.public_label(found.state), path, found.state_changed_at, outcome)
