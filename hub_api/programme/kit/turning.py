"""Lists that are read page by page from a place on, with the pages before and after: ``kit/turning.html`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hub_api.programme.kit.numbers import NUMBER_MAX
from hub_api.programme.kit.request import PortalRequest

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


def start_of(request: PortalRequest) -> int:
    """Where the page begins that the address asks for."""
    return request.query_as("start", _place) or 0


def at(path: str, start: int) -> str:
    """The address of a page that begins there."""
    return f"{path}?start={start}" if start else path


def _place(text: str) -> int:
    place = int(text)
    if not 0 <= place <= NUMBER_MAX:
        raise ValueError("no place of a list")
    return place
