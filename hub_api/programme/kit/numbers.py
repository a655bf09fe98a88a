"""Whole numbers of an address, bounded to what the database can hold: places in a list, and numbers of things."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

#: What a ``bigint`` holds; rows are counted so.
ROWS_MAX = 2**63 - 1
#: What an ``integer`` holds; versions, rounds and files are counted so.
NUMBER_MAX = 2**31 - 1
Numbered = Annotated[int, Path(ge=0, le=NUMBER_MAX)]
Row = Annotated[int, Path(ge=0, le=ROWS_MAX)]


def row_number(text: str) -> int:
    """The number of a row; ``ValueError`` for what the database cannot count to."""
    number = int(text)
    if not 0 <= number <= ROWS_MAX:
        raise ValueError(text)
    return number
