"""Answers as they are counted, the shares that weights follow, and what may be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from uuid import UUID

from casework.forms.model import Answers
from casework.people.model import Names
from casework.statistics.releases.model import Figure, PrintedTable
from casework.statistics.statement import Weighed
from casework.statistics.themes import Confusion

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
