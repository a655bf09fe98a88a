"""What is released about something that people were asked, or that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from casework.statistics.statement import Facts


class FigureKind(StrEnum):
    SHARE = "share"
    SATISFACTION = "satisfaction"
    NET_PROMOTERS = "net_promoters"
    MEAN = "mean"
    MEDIAN_DAYS = "median_days"
    P90_DAYS = "p90_days"
    LATE_SHARE = "late_share"
    DIFFERENCE = "difference"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the figures are about: ``kind`` is that of its passage, ``chain`` its chain of the log."""

    kind: str
    object_id: UUID
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``code`` is that of the question. Without a value it is hidden: too few answered, or it would give others away."""

    code: str
    kind: FigureKind
    base: int
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    option: str | None = None
    channel: str | None = None
    is_weighted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """Counts with a total at each end, row by row; None where nothing is printed. A table without ``cells`` is
    withheld whole. ``columns`` is empty where there is one dimension.
    """

    code: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[int | None, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be released. ``n`` answers were counted of those that came; ``method`` are codes.

    ``facts`` make the statement; what they say of hidden cells and corrections is taken from the draft itself.
    """

    subject: Subject
    facts: Facts
    n: int
    opened_at: datetime
    closed_at: datetime
    method: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[PrintedTable, ...] = ()
    form_sha256: bytes | None = None
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """``document`` is canonical JSON (RFC 8785), and ``sha256`` its digest, which stands in the log as well."""

    release_id: UUID
    subject_kind: str
    subject_id: UUID
    corrects: UUID | None
    released_at: datetime
    form_sha256: bytes | None
    sampling: str
    n: int
    asked: int | None
    answered: int
    document: str
    sha256: bytes


#: JSON as the document has it.
Json = Mapping[str, object]
