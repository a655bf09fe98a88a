"""A change of the API, as those who use it are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID, uuid5

from citycore.clock import CITY_ZONE
from citycore.language import Language

#: Ids of feeds and entries are made within this name space; it never changes.
NAMESPACE = UUID("0c1f2f5e-6a5b-4d53-9d0e-5a0f3e6f8b11")


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """``slug`` names it for ever. ``sunset`` is the day from which deprecated paths may be gone."""

    slug: str
    day: date
    kind: Kind
    paths: tuple[str, ...]
    words: Mapping[Language, Words]
    sunset: date | None = None

    @property
    def urn(self) -> str:
        """The id in feeds, the same on every hub and in every language."""
        return urn_of(self.slug)

    @property
    def moment(self) -> datetime:
        return midnight(self.day)


def midnight(day: date) -> datetime:
    """The beginning of a day of the city."""
    return datetime.combine(day, time(), CITY_ZONE)


def urn_of(slug: str) -> str:
    return uuid5(NAMESPACE, slug).urn
