"""Arrangements as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Width(StrEnum):
    HALF = "half"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Piece:
    """One figure or tile. ``page`` is the room whose page shows it, ``parameters`` what of that page's address makes it.

    ``title`` is what somebody calls it; empty for its own name.
    """

    page: str
    figure: str
    parameters: tuple[tuple[str, str], ...] = ()
    width: Width = Width.FULL
    title: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What of an arrangement cannot be kept: a ``field`` of the piece of that number, from 1 on; 0 is all of it.

    ``limit`` says what it may be.
    """

    number: int
    field: str
    limit: str
