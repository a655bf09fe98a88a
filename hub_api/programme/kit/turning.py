"""Lists that are read page by page from a place on, with the pages before and after: ``kit/turning.html`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of a page; it begins at ``start`` of ``all``, and a page holds ``most``."""

    rows: Sequence[Row]
    start: int
    most: int
    all: int


def part_of(rows: Sequence[Row], start: int, most: int) -> Part[Row]:
    """The page that begins there, or the last where the list has become shorter."""
    first = beginning(start, most, len(rows))
    return Part(rows[first : first + most], first, most, len(rows))


def beginning(start: int, most: int, all_: int) -> int:
    """Where the page begins that is asked for, or the last one."""
    return min(start, max(0, all_ - 1) // most * most)


def at(path: str, start: int) -> str:
    """The address of a page that begins there."""
    return f"{path}?start={start}" if start else path
