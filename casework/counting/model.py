"""Answers as they are counted, the shares that weights follow, and what may be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Generic, TypeVar
from uuid import UUID

from casework.forms.model import Answers
from casework.people.model import Names
from casework.statistics.releases.model import Figure, PrintedTable
from casework.statistics.statement import Weighed
from casework.statistics.themes import Confusion

if TYPE_CHECKING:
    from casework.programme import Session

Found = TypeVar("Found")
PACKAGE: Final = "casework.counting"

#: Rows of a table besides the choices; no choice can be called like this.
NOT_APPLICABLE, BLANK, NO_THEME = "_not_applicable", "_blank", "_no_theme"
#: The channel of answers of kiosks that somebody filled in.
APART: Final = "kiosk_apart"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is counted. ``is_hasty``: less than two seconds a page; ``is_apart``: at a kiosk, in an hour in which
    unusually many came there.
    """

    answer_id: UUID
    channel: str
    answers: Answers
    is_hasty: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """What weights follow: of each question and answer its share of the public (0 to 1), and where these shares are from."""

    source_ar: str
    source_en: str
    shares: Mapping[str, Mapping[str, Decimal]]

    @property
    def sources(self) -> Names:
        return Names(self.source_ar, self.source_en)


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the answers of one channel, by answer, with the mean 1; empty where ``told.refused`` says why there are none."""

    told: Weighed
    of: Mapping[UUID, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """``channels`` are those of which something is told. ``weighed`` says of each whether it could be weighted, if that was asked
    for. ``apart`` and ``marked`` are how many answers were counted apart, and how many were fast or all alike.
    """

    figures: tuple[Figure, ...]
    tables: tuple[PrintedTable, ...]
    themes: Confusion | None
    channels: tuple[str, ...]
    weighed: tuple[Weighed, ...]
    apart: int
    marked: int


@dataclass(frozen=True, slots=True)
class Counter(Generic[Found]):
    """How the objects of a noun are counted, of which ``kind`` is that of the passage.

    ``take`` reads all that is needed in one look and gives what works it out, outside of any transaction; a refusal says that it
    cannot be counted yet, and it is tried again soon. ``keep`` stores what was found, in the transaction in which it is no longer
    wanted; it does nothing where the object has gone on meanwhile.
    """

    kind: str
    take: Callable[[Session, UUID], Callable[[], Found]]
    keep: Callable[[Session, UUID, Found], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be counted. ``begun_at``: when a worker began; ``failed``: how often it did not end well, so that it is tried
    again at ``due_at``; ``turn`` is one more each time somebody asks.
    """

    object_id: UUID
    kind: str
    turn: int
    asked_at: datetime
    begun_at: datetime | None
    failed: int
    due_at: datetime

    @property
    def subject(self) -> str:
        """By which it stands in the list of failures."""
        return f"{self.kind} {self.object_id}"
