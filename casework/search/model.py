"""What nouns contribute to the search, what somebody asks it, and what it answers, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from casework.people.model import Names
from casework.workflow.wording import Label

PACKAGE: Final = "casework.search"


@dataclass(frozen=True, slots=True)
class Findable:
    """A kind of things that everybody can find.

    ``noun.sql`` of ``package`` has a statement of this name over the open views: ``key, titles_ar, titles_en, texts_ar, texts_en,
    codes, governorates, places, at, path``. Whoever is in ``codes`` is called by ``label``; governorates that are not known by code are
    those in whose name, or a wilayat's, something stands among ``places``. The text ``find.<kind>`` of ``package`` is what many are called.
    Steps of ``machines`` change one of the things, by identifier; steps of ``follows`` any of them. ``weight`` is above 1 for what people
    mostly look for.
    """

    kind: str
    package: str
    machines: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    label: Callable[[str], Label] | None = None
    is_named_by_code: bool = False
    weight: float = 1.0

    @property
    def many(self) -> Label:
        return Label(self.package, f"find.{self.kind}")


@dataclass(frozen=True, slots=True)
class Thing:
    """A row of a noun's statement: something public as it is now."""

    key: UUID | str
    titles: Names
    texts: Names
    codes: tuple[str, ...]
    governorates: tuple[str, ...]
    places: tuple[str, ...]
    at: datetime | None
    path: str


@dataclass(frozen=True, slots=True)
class Row:
    """The same with what it is compared by."""

    thing: Thing
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index keeps of a thing. ``terms`` is text of a ``tsvector``, ``digest`` that of the row it was made from."""

    key: str
    governorates: tuple[str, ...]
    at: datetime | None
    terms: str
    title_words: int
    digest: str


class Known(NamedTuple):
    """A stem, and in how many rows it stands."""

    word: str
    number: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a question: the stems that stand for it, each with what it counts.

    What was typed stands for itself; if nothing has it, what resembles it does.
    """

    stems: Mapping[str, float]
    number: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How the index is asked: for rows with all words in their title (``titled``), with all somewhere (``together``), with a rare one.

    ``queries`` are what counts in a row, ``weights`` how much, ``titles`` whether it is of the title.
    """

    titled: str
    together: str
    rare: str
    queries: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    titles: tuple[bool, ...] = ()
