"""What travels from the ledger to listeners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: A position in the ledger: a PostgreSQL snapshot as text, ``xmin:xmax:xip,…``. It says exactly
#: which transactions were seen, so that none is skipped that took its number early and commits late.
Position = str
#: thing, observed_property, place, source; None lets everything through.
Filters = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One observation: what filters look at, and its JSON, made once for all listeners."""

    thing: str
    observed_property: str
    place: str | None
    source: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """What was committed between two positions; ``rows`` is None where that is too much."""

    position: Position
    rows: Sequence[Row] | None
