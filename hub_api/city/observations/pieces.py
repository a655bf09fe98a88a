"""A window in pieces: where the store has let go of rows, and where it has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from citycore.archive.place import PartFile
from hub_api.city.observations.model import Order


@dataclass(frozen=True, slots=True)
class Gone:
    """A part of the archive whose rows are not in the store: ``[start, end)`` of one sector of a dataset."""

    file: PartFile
    start: datetime
    end: datetime
    row_count: int
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a window; open sides are None. Without parts all its rows are in the store."""

    start: datetime | None
    end: datetime | None
    parts: tuple[Gone, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(one.file.path for one in self.parts)


def pieces(start: datetime | None, end: datetime | None, gone: Sequence[Gone], order: Order) -> list[Piece]:
    """``[start, end)`` without gaps, in the order of reading; days that one file holds are one piece."""
    found: list[Piece] = []
    for piece in _ascending(start, end, gone):
        before = found[-1] if found else None
        if before is not None and before.parts and before.paths == piece.paths:
            found[-1] = Piece(before.start, piece.end, (*before.parts, *piece.parts))
        else:
            found.append(piece)
    return found if order == "asc" else found[::-1]


def _ascending(start: datetime | None, end: datetime | None, gone: Sequence[Gone]) -> Iterator[Piece]:
    edges = sorted(
        edge
        for edge in {edge for one in gone for edge in (one.start, one.end)}
        if (start is None or edge > start) and (end is None or edge < end)
    )
    bounds: list[datetime | None] = [start, *edges, end]
    waiting = sorted(gone, key=lambda one: one.start, reverse=True)
    current: list[Gone] = []
    for begin, until in pairwise(bounds):
        if begin is None:
            yield Piece(begin, until)
            continue
        while waiting and waiting[-1].start <= begin:
            current.append(waiting.pop())
        current = [one for one in current if one.end > begin]
        yield Piece(begin, until, tuple(current))


def sliced(piece: Piece, rows_max: int) -> list[Piece]:
    """A piece in so many of equal length that none is likely to hold more rows."""
    rows = sum(one.row_count for one in piece.parts)
    if piece.start is None or piece.end is None or rows <= rows_max:
        return [piece]
    count = -(-rows // rows_max)
    step = (piece.end - piece.start) / count
    edges = [piece.start + step * number for number in range(count)] + [piece.end]
    return [Piece(begin, until, piece.parts) for begin, until in pairwise(edges)]
