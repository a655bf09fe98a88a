"""Own views as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from citycore.arrangements.model import Piece

PACKAGE: Final = "casework.own_views"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be kept; ``is_shared``: everybody reads it who has its link."""

    name: str
    pieces: Sequence[Piece]
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A view in the list of its person. ``link`` is the code by which anybody reads it; None where nobody else does."""

    view_id: UUID
    name: str
    piece_count: int
    link: str | None
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnView:
    """``pieces`` are as :mod:`citycore.arrangements` writes them."""

    view_id: UUID
    name: str
    pieces: Sequence[Mapping[str, Any]]
    link: str | None
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SharedView:
    """What everybody reads who has its link: not whose it is."""

    name: str
    pieces: Sequence[Mapping[str, Any]]
    changed_at: datetime
