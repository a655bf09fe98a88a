"""Kept searches as values, and what a noun has to offer so that its lists can be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from casework.people.model import Names
from casework.programme import Session
from casework.workflow.wording import Label

PACKAGE = "casework.following"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words, and codes by the names of filters, as the list's own page has them in its address."""

    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Something public that is new; ``path`` leads to it on the portal, without its mount."""

    titles: Names
    path: str


#: What fits and came to be public after the one instant and not after the other, so many at most.
FindNew: TypeAlias = Callable[[Session, Wanted, datetime, datetime, int], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A list that can be searched and kept.

    ``path`` is its page, ``filters`` are the names that its address knows beside ``q``. ``check`` raises
    ``ValueError`` for codes that no page offers. ``find_new`` asks the noun's own list for what everybody sees.
    """

    name: str
    path: str
    filters: frozenset[str]
    check: Callable[[Wanted], object]
    find_new: FindNew

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"kind.{self.name}")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody keeps under a name of theirs; what was public at ``seen_until`` is no news any more."""

    search_id: UUID
    person_id: UUID
    kind: str
    name: str
    wanted: Wanted
    created_at: datetime
    seen_until: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who keeps searches, and whether they get mail: ``stop_token`` ends it, whoever has it."""

    person_id: UUID
    stop_token: str
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a search; ``has_more``: than is told."""

    search: Search
    found: tuple[Found, ...]
    has_more: bool
